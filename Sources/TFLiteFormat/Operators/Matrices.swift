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
    let a = try call.input(0)
    var b = try call.input(1)
    if call.builder.graph[a].element?.isFloat == true, call.builder.graph[b].quantization != nil {
        // Rare: converters write products with constant weights as FULLY_CONNECTED.
        b = try call.intermediate(Dequantize(), [b])
    }
    try call.append(product, [a, b])
}

/// Rows of a table; those of a quantized table become float.
func buildEmbeddingLookup(_ call: OperatorCall) throws(TFLiteError) {
    let (indices, table) = (try call.input(0), try call.input(1))
    let quantization = call.builder.graph[table].quantization
    guard let quantization, try call.declaredType().element.isFloat else {
        return try call.append(EmbeddingLookup(), [indices, table])
    }
    if quantization.isPerTensor {
        // Fewer elements are converted behind the choice of rows.
        let rows = try call.intermediate(Gather(axis: 0), [table, indices])
        return try call.append(Dequantize(), [rows])
    }
    let values = try call.intermediate(Dequantize(), [table])
    try call.append(EmbeddingLookup(), [indices, values])
}
