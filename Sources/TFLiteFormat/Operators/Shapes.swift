// Operators that rearrange, join or cut tensors.
import Graphs

func buildConcatenation(_ call: OperatorCall) throws(TFLiteError) {
    let options = try call.requiredOptions(10, "ConcatenationOptions")
    let concat = Concat(axis: try options.int(0, "axis"), activation: try call.activation(options, 1))
    try call.append(concat, try call.allInputs())
}

func buildReshape(_ call: OperatorCall) throws(TFLiteError) {
    let data = try call.input(0)
    // The shape is an input, or in old files an attribute; then an input of another rank than 1 means nothing.
    if call.tensor(input: 1) != nil, try call.declaredShape(input: 1).rank == 1 {
        return try call.append(Reshape(nil, zeroCopies: false), [data, try call.input(1)])
    }
    guard let shape = try call.options(17, "ReshapeOptions")?.ints(0, "new_shape") else {
        throw call.failure("neither an input nor its options give the shape")
    }
    // Old files write a scalar's shape as [0].
    try call.append(Reshape(shape == [0] ? [] : shape, zeroCopies: false), [data])
}

func buildSqueeze(_ call: OperatorCall) throws(TFLiteError) {
    let axes = try call.options(30, "SqueezeOptions")?.ints(0, "squeeze_dims") ?? []
    try call.append(Squeeze(axes: axes), [try call.input(0)])
}

/// Joins tensors along a new axis.
func buildPack(_ call: OperatorCall) throws(TFLiteError) {
    let axis = try call.requiredOptions(59, "PackOptions").int(1, "axis")
    let parts = try call.allInputs()
    guard !parts.isEmpty else { throw call.failure("it has no inputs") }
    if parts.count == 1 { return try call.append(Unsqueeze(axes: [axis]), parts) }
    var raised: [ValueID] = []
    for part in parts { raised.append(try call.intermediate(Unsqueeze(axes: [axis]), [part])) }
    try call.append(Concat(axis: axis), raised)
}

/// Cuts a tensor into slices of size 1 along an axis, and drops that.
func buildUnpack(_ call: OperatorCall) throws(TFLiteError) {
    let axis = try call.requiredOptions(64, "UnpackOptions").int(1, "axis")
    let data = try call.input(0)
    if call.outputCount == 1 { return try call.append(Squeeze(axes: [axis]), [data]) }
    var parts: [ValueID] = []
    for index in 0..<call.outputCount { parts.append(try call.intermediateValue("part \(index)")) }
    try call.append(Split(axis: axis, sizes: nil), [data], to: parts)
    for (index, part) in parts.enumerated() {
        try call.append(Squeeze(axes: [axis]), [part], to: [try call.output(index)])
    }
}

/// Inputs are the axis, then the data.
func buildSplit(_ call: OperatorCall) throws(TFLiteError) {
    let inputs = [try call.input(1), nil, try call.input(0)]
    try call.append(Split(axis: nil, sizes: nil), inputs, outputs: call.outputCount)
}

func buildSplitBySizes(_ call: OperatorCall) throws(TFLiteError) {
    let inputs = [try call.input(0), try call.input(1), try call.input(2)]
    try call.append(Split(axis: nil, sizes: nil), inputs, outputs: call.outputCount)
}

func buildMirrorPad(_ call: OperatorCall) throws(TFLiteError) {
    let mode: Pad.Mode
    switch try call.requiredOptions(77, "MirrorPadOptions").byte(0, "mode") {
    case 0: mode = .reflect
    case 1: mode = .symmetric
    case let code: throw call.failure("mode \(code) is not known")
    }
    try call.append(Pad(mode, order: .pairs), [try call.input(0), try call.input(1)])
}

func buildDepthToSpace(_ call: OperatorCall) throws(TFLiteError) {
    let size = try call.requiredOptions(94, "DepthToSpaceOptions").int(0, "block_size")
    let op = DepthSpace(.depthToSpace(columnFirst: false), blockSize: size, layout: .channelsLast)
    try call.append(op, [try call.input(0)])
}

func buildSpaceToDepth(_ call: OperatorCall) throws(TFLiteError) {
    let size = try call.requiredOptions(19, "SpaceToDepthOptions").int(0, "block_size")
    try call.append(DepthSpace(.spaceToDepth, blockSize: size, layout: .channelsLast), [try call.input(0)])
}

func buildReverseSequence(_ call: OperatorCall) throws(TFLiteError) {
    let options = try call.requiredOptions(87, "ReverseSequenceOptions")
    let op = ReverseSequence(batchAxis: try options.int(1, "batch_dim"), timeAxis: try options.int(0, "seq_dim"))
    try call.append(op, [try call.input(0), try call.input(1)])
}

func buildShape(_ call: OperatorCall) throws(TFLiteError) {
    try call.append(ShapeOf(resultElement: try call.indexElement(output: 0)), [try call.input(0)])
}
