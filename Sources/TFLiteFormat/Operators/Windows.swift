// Operators that slide a window over an image: convolutions, pools, resizing.
import Graphs
import Tensors

/// How many groups weights that see `depth` channels make of data of `channels`; 1 where they do not fit (inference says so).
private func groups(channels: Int, depth: Int) -> Int {
    depth > 0 && channels > 0 && channels % depth == 0 ? channels / depth : 1
}

private func channels(_ shape: Shape) -> Int { shape.dimensions.last ?? 0 }

func buildConvolution2D(_ call: OperatorCall) throws(TFLiteError) {
    let options = try call.requiredOptions(1, "Conv2DOptions")
    let convolution = Convolution(
        layout: .channelsLast,
        strides: [try options.int(2, "stride_h"), try options.int(1, "stride_w")],
        dilations: [try options.int(5, "dilation_h_factor", or: 1), try options.int(4, "dilation_w_factor", or: 1)],
        padding: try call.padding(options),
        groups: groups(
            channels: channels(try call.declaredShape(input: 0)), depth: channels(try call.declaredShape(input: 1))),
        activation: try call.activation(options, 3))
    try call.append(convolution, [try call.input(0), try call.input(1), try call.optionalInput(2)])
}

/// The weights of a depthwise convolution, [1, H, W, C * multiplier] in the file, without their first axis.
private func depthwiseWeights(_ call: OperatorCall) throws(TFLiteError) -> ValueID {
    let shape = try call.declaredShape(input: 1)
    guard shape.rank == 4, shape[0] == 1 else {
        throw call.failure("weights of \(shape) must be 1 x height x width x channels")
    }
    let dropped = Shape(Array(shape.dimensions.dropFirst()))
    guard let weights = try call.constant(input: 1) else {
        return try call.intermediate(Reshape(dropped.dimensions, zeroCopies: false), [try call.input(1)])
    }
    var type = weights.type
    type.shape = dropped
    if let axis = type.quantization?.axis {
        guard axis == 3 else { throw call.failure("weights are quantized along axis \(axis), not along the channels") }
        type.quantization?.axis = 2
    }
    guard let reinterpreted = weights.reinterpreted(as: type) else {
        throw call.failure("weights of \(shape) have no values")
    }
    return try call.implied(reinterpreted, name: "weights")
}

func buildDepthwiseConvolution(_ call: OperatorCall) throws(TFLiteError) {
    let options = try call.requiredOptions(2, "DepthwiseConv2DOptions")
    let convolution = DepthwiseConvolution(
        strides: [try options.int(2, "stride_h"), try options.int(1, "stride_w")],
        dilations: [try options.int(6, "dilation_h_factor", or: 1), try options.int(5, "dilation_w_factor", or: 1)],
        padding: try call.padding(options),
        activation: try call.activation(options, 4))
    let weights = try depthwiseWeights(call)
    try call.append(convolution, [try call.input(0), weights, try call.optionalInput(2)])
}

/// The spatial sizes that input 0 of a transposed convolution asks for: it must be a constant, or the file must declare the result.
private func transposedOutputSize(_ call: OperatorCall, rank: Int) throws(TFLiteError) -> [Int] {
    let given: [Int]
    if let shape = try call.constant(input: 0) {
        guard shape.element.isInteger else {
            throw call.failure("the output shape must be integers, not \(shape.element)")
        }
        given = shape.integers.map(Int.init)
    } else {
        let tensor = try call.builder.tensors.table(call.op.outputs.first ?? -1, "\(call.origin)")
        given = tensor.shapeSignature?.count == rank ? tensor.shapeSignature ?? [] : tensor.shape
    }
    guard given.count == rank else { throw call.failure("the output shape has \(given.count) entries, not \(rank)") }
    let sizes = Array(given[1..<(rank - 1)])
    guard sizes.allSatisfy({ $0 > 0 }) else {
        throw call.failure("the output shape \(given) has no sizes that are known before the model runs")
    }
    return sizes
}

func buildTransposedConvolution(_ call: OperatorCall) throws(TFLiteError) {
    let options = try call.requiredOptions(49, "TransposeConvOptions")
    let convolution = TransposedConvolution(
        layout: .channelsLast,
        strides: [try options.int(2, "stride_h"), try options.int(1, "stride_w")],
        dilations: [1, 1], padding: try call.padding(options), outputPadding: [0, 0],
        outputSize: try transposedOutputSize(call, rank: 4),
        activation: try call.activation(options, 3))
    try call.append(convolution, [try call.input(2), try call.input(1), try call.optionalInput(3)])
}

private func spatial3D(_ options: Table) throws(TFLiteError) -> (strides: [Int], dilations: [Int]) {
    (
        [try options.int(1, "stride_d"), try options.int(3, "stride_h"), try options.int(2, "stride_w")],
        [
            try options.int(5, "dilation_d_factor", or: 1), try options.int(7, "dilation_h_factor", or: 1),
            try options.int(6, "dilation_w_factor", or: 1),
        ]
    )
}

/// Weights are [D, H, W, I, O] in the file.
func buildConvolution3D(_ call: OperatorCall) throws(TFLiteError) {
    let options = try call.requiredOptions(106, "Conv3DOptions")
    let (strides, dilations) = try spatial3D(options)
    let shape = try call.declaredShape(input: 1)
    guard shape.rank == 5 else { throw call.failure("weights of \(shape) must have rank 5") }
    let convolution = Convolution(
        layout: .channelsLast, strides: strides, dilations: dilations, padding: try call.padding(options),
        groups: groups(channels: channels(try call.declaredShape(input: 0)), depth: shape[3]),
        activation: try call.activation(options, 4))
    let data = try call.input(0)
    let weights = try call.intermediate(Transpose([4, 0, 1, 2, 3]), [try call.input(1)])
    try call.append(convolution, [data, weights, try call.optionalInput(2)])
}

/// Weights are [D, H, W, O, I] in the file.
func buildTransposedConvolution3D(_ call: OperatorCall) throws(TFLiteError) {
    let options = try call.requiredOptions(106, "Conv3DOptions")
    let (strides, dilations) = try spatial3D(options)
    let convolution = TransposedConvolution(
        layout: .channelsLast, strides: strides, dilations: dilations, padding: try call.padding(options),
        outputPadding: [0, 0, 0], outputSize: try transposedOutputSize(call, rank: 5),
        activation: try call.activation(options, 4))
    let data = try call.input(2)
    let weights = try call.intermediate(Transpose([3, 0, 1, 2, 4]), [try call.input(1)])
    try call.append(convolution, [data, weights, try call.optionalInput(3)])
}

private func poolWindow(_ call: OperatorCall) throws(TFLiteError) -> (window: Window, activation: Activation) {
    let options = try call.requiredOptions(5, "Pool2DOptions")
    let window = Window(
        size: [try options.int(4, "filter_height"), try options.int(3, "filter_width")],
        strides: [try options.int(2, "stride_h"), try options.int(1, "stride_w")],
        dilations: [1, 1], padding: try call.padding(options))
    return (window, try call.activation(options, 5))
}

func pool(_ function: Pool.Function) -> OperatorBuilder {
    { (call: OperatorCall) throws(TFLiteError) in
        let (window, activation) = try poolWindow(call)
        let pool = Pool(function, layout: .channelsLast, window: window, activation: activation)
        try call.append(pool, [try call.input(0)])
    }
}

/// The root of the mean of squares, which the file calls an L2 pool.
func buildRootMeanSquarePool(_ call: OperatorCall) throws(TFLiteError) {
    let (window, activation) = try poolWindow(call)
    let squares = try call.intermediate(Unary(.square), [try call.input(0)])
    let mean = try call.intermediate(
        Pool(.average(countsPadding: false), layout: .channelsLast, window: window), [squares])
    try call.append(Unary(.sqrt), [mean], activation: activation)
}

private func buildResize(_ call: OperatorCall, isBilinear: Bool, options: Table?, first: Int) throws(TFLiteError) {
    let resize = ResizeImage(
        isBilinear: isBilinear,
        alignsCorners: try options?.bool(first, "align_corners") ?? false,
        hasHalfPixelCentres: try options?.bool(first + 1, "half_pixel_centers") ?? false)
    try call.append(resize, [try call.input(0), try call.input(1)])
}

func buildResizeBilinear(_ call: OperatorCall) throws(TFLiteError) {
    // Fields 0 and 1 once held the size.
    try buildResize(call, isBilinear: true, options: try call.options(15, "ResizeBilinearOptions"), first: 2)
}

func buildResizeNearest(_ call: OperatorCall) throws(TFLiteError) {
    try buildResize(call, isBilinear: false, options: try call.options(74, "ResizeNearestNeighborOptions"), first: 0)
}
