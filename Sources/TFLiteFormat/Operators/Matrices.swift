// Matrix products.
import Graphs

func buildFullyConnected(_ call: OperatorCall) throws(TFLiteError) {
    let options = try call.options(8, "FullyConnectedOptions")
    guard try options?.byte(1, "weights_format") ?? 0 == 0 else {
        throw call.failure("shuffled weights (SHUFFLED4x16INT8) are not supported")
    }
    let product = FullyConnected(
        keepsLeadingDimensions: try options?.bool(2, "keep_num_dims") ?? false,
        activation: try call.activation(options, 0),
        quantizesInputsAsymmetrically: try options?.bool(3, "asymmetric_quantize_inputs") ?? false)
    try call.append(product, [try call.input(0), try call.input(1), try call.optionalInput(2)])
}

func buildBatchMatMul(_ call: OperatorCall) throws(TFLiteError) {
    let options = try call.options(101, "BatchMatMulOptions")
    let product = MatMul(
        transposesA: try options?.bool(0, "adj_x") ?? false,
        transposesB: try options?.bool(1, "adj_y") ?? false,
        quantizesInputsAsymmetrically: try options?.bool(2, "asymmetric_quantize_inputs") ?? false)
    try call.append(product, [try call.input(0), try call.input(1)])
}
