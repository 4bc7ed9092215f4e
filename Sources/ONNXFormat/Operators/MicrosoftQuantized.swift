// Operators on quantized tensors of the domain com.microsoft.
import Graphs
import Tensors

extension OperatorTable {
    static func microsoftQuantizedRule(_ type: String) -> Rule? {
        switch type {
        case "DequantizeLinear": return dequantize
        case "DynamicQuantizeMatMul": return dynamicMatMul
        case "MatMulIntegerToFloat":
            return {
                let sums = $0.intermediate(
                    IntegerMatMul(), [try $0.required(0), try $0.required(1), $0.input(4), $0.input(5)])
                try scaled($0, sums, by: [try $0.required(2), try $0.required(3)], bias: $0.input(6))
            }
        case "QGemm": return gemmQuantized
        case "QLinearAdd": return { try linearQuantized($0, Binary(.add), [operand(0), operand(3)], result: 6) }
        case "QLinearAveragePool":
            return {
                try linearQuantized($0, try averagePool($0, layout: try layout($0)), [operand(0)], result: 3)
            }
        case "QLinearConcat": return concat
        case "QLinearConv":
            return {
                let operands = [operand(0), operand(3), LinearQuantized.Operand(data: 8, scale: nil, zeroPoint: nil)]
                try linearQuantized($0, try convolution($0, weights: 3, layout: try layout($0)), operands, result: 6)
            }
        case "QLinearGlobalAveragePool": return globalAveragePool
        case "QLinearLeakyRelu":
            return {
                let function = Unary.Function.leakyRelu(alpha: try $0.attributes.float("alpha", default: 0.01))
                try linearQuantized($0, Unary(function), [operand(0)], result: 3)
            }
        case "QLinearMul": return { try linearQuantized($0, Binary(.multiply), [operand(0), operand(3)], result: 6) }
        case "QLinearReduceMean":
            return {
                let op = Reduce(
                    .mean, axes: try $0.attributes.integers("axes"),
                    keepsDimensions: try $0.attributes.flag("keepdims", default: true))
                try linearQuantized($0, op, [operand(0)], result: 3)
            }
        case "QLinearSigmoid": return { try linearQuantized($0, Unary(.sigmoid), [operand(0)], result: 3) }
        case "QLinearSoftmax": return softmaxQuantized
        case "QuantizeLinear": return quantize
        default: return nil
        }
    }

    private static func layout(_ node: NodeTranslation) throws -> Layout {
        try node.attributes.flag("channels_last") ? .channelsLast : .channelsFirst
    }

    /// Scale and zero point of the result come first, then each part with its own.
    @Sendable private static func concat(_ node: NodeTranslation) throws {
        guard let axis = try node.attributes.integer("axis") else { throw ONNXError("attribute 'axis' is missing") }
        guard node.inputs.count >= 5, node.inputs.count % 3 == 2 else {
            throw ONNXError("\(node.inputs.count) inputs are not a scale, a zero point and three for each part")
        }
        let operands = stride(from: 2, to: node.inputs.count, by: 3).map { operand($0) }
        try linearQuantized(node, Concat(axis: axis), operands, result: 0)
    }

    /// The mean over all spatial axes, whose numbers become a sixth input.
    @Sendable private static func globalAveragePool(_ node: NodeTranslation) throws {
        let axes = try spatialAxes(node, of: 0, layout: try layout(node))
        let operands = [operand(0), LinearQuantized.Operand(data: 5, scale: nil, zeroPoint: nil)]
        let inputs = (0..<5).map(node.input) + [axes]
        try linearQuantized(node, globalReduction(.mean), operands, result: 3, inputs)
    }

    /// Attribute `opset` tells whether the axis is one or the first of several (before 13).
    @Sendable private static func softmaxQuantized(_ node: NodeTranslation) throws {
        let axis = try node.attributes.integer("axis", default: -1)
        let isOld = try node.attributes.integer("opset", default: 13) < 13
        if !isOld || axis == -1 {
            return try linearQuantized(node, Softmax(axis: axis), [operand(0)], result: 3)
        }
        var inputs = node.inputs
        let data = try node.required(0)
        _ = (try node.required(1), try node.required(3))
        try flattened(node, data, axis: axis) { matrix in
            inputs[0] = matrix
            let op = LinearQuantized(Softmax(axis: 1), operands: [operand(0)], result: (3, 4))
            return node.intermediate(op, inputs)
        }
    }

    /// Data are quantized by their range while the model runs. Inputs: A, B, scale of B, optional zero point of B, optional bias.
    @Sendable private static func dynamicMatMul(_ node: NodeTranslation) throws {
        let quantized = node.intermediates(DynamicQuantizeLinear(), [try node.required(0)], count: 3)
        let sums = node.intermediate(
            IntegerMatMul(), [quantized[0], try node.required(1), quantized[2], node.input(3)])
        try scaled(node, sums, by: [quantized[1], try node.required(2)], bias: node.input(4))
    }

    /// Integer sums as floats times the scales, plus the bias.
    private static func scaled(_ node: NodeTranslation, _ sums: ValueID, by scales: [ValueID], bias: ValueID?) throws {
        let scale = node.intermediate(Binary(.multiply), [scales[0], scales[1]])
        let real = node.intermediate(Cast(to: .float32), [sums])
        guard let bias else { return try node.finish(Binary(.multiply), [real, scale]) }
        try node.finish(Binary(.add), [node.intermediate(Binary(.multiply), [real, scale]), bias])
    }

    /// Inputs: A and B with scales and zero points, optional int32 C, optional scale and zero point of the result.
    @Sendable private static func gemmQuantized(_ node: NodeTranslation) throws {
        guard node.has(7) else { throw ONNXError("a float result is not handled") }
        var op = try gemm(node)
        op.beta = 1
        var operands = [operand(0), operand(3, axis: op.transposesB ? 0 : 1)]
        if node.has(6) { operands.append(LinearQuantized.Operand(data: 6, scale: nil, zeroPoint: nil)) }
        try linearQuantized(node, op, operands, result: 7)
    }
}
