// Reductions, and operators that normalize.
import Graphs

func reduce(_ function: Reduce.Function) -> OperatorBuilder {
    { (call: OperatorCall) throws(TFLiteError) in
        let keeps = try call.options(27, "ReducerOptions")?.bool(0, "keep_dims") ?? false
        let op = Reduce(function, axes: nil, keepsDimensions: keeps, isIdentityWithoutAxes: true)
        try call.append(op, [try call.input(0), try call.input(1)])
    }
}

func argReduce(findsMaximum: Bool) -> OperatorBuilder {
    { (call: OperatorCall) throws(TFLiteError) in
        let op = ArgReduce(
            findsMaximum: findsMaximum, axis: nil, keepsDimensions: false, selectsLast: false,
            resultElement: try call.indexElement(output: 0))
        try call.append(op, [try call.input(0), try call.input(1)])
    }
}

func buildTopK(_ call: OperatorCall) throws(TFLiteError) {
    let op = TopK(axis: -1, findsLargest: true, isSorted: true, indexElement: try call.indexElement(output: 1))
    try call.append(op, [try call.input(0), try call.input(1)], outputs: 2)
}

func buildCumulativeSum(_ call: OperatorCall) throws(TFLiteError) {
    let options = try call.options(102, "CumsumOptions")
    let op = CumulativeSum(
        isExclusive: try options?.bool(0, "exclusive") ?? false, isReversed: try options?.bool(1, "reverse") ?? false)
    try call.append(op, [try call.input(0), try call.input(1)])
}

func buildSoftmax(_ call: OperatorCall) throws(TFLiteError) {
    let beta = try call.options(9, "SoftmaxOptions")?.float(0, "beta") ?? 1
    guard beta.isFinite else { throw call.failure("beta is \(beta)") }
    try call.append(Softmax(axis: -1, beta: beta), [try call.input(0)])
}

func buildL2Normalization(_ call: OperatorCall) throws(TFLiteError) {
    let activation = try call.activation(try call.options(12, "L2NormOptions"), 0)
    try call.append(LpNormalization(axis: -1, p: 2, epsilon: 1e-6), [try call.input(0)], activation: activation)
}

/// The file has the reach to either side, and an alpha for each channel in reach.
func buildLocalResponseNormalization(_ call: OperatorCall) throws(TFLiteError) {
    let options = try call.requiredOptions(13, "LocalResponseNormalizationOptions")
    let radius = try options.int(0, "radius")
    guard (0..<1 << 20).contains(radius) else { throw call.failure("radius is \(radius)") }
    let size = 2 * radius + 1
    let op = LocalResponseNormalization(
        layout: .channelsLast, size: size, alpha: try options.float(2, "alpha") * Float(size),
        beta: try options.float(3, "beta"), bias: try options.float(1, "bias"))
    try call.append(op, [try call.input(0)])
}
