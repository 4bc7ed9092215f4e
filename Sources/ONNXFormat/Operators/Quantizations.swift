// ONNX's own operators on quantized tensors.
import Graphs
import Tensors

extension OperatorTable {
    static func quantizationRule(_ type: String) -> Rule? {
        switch type {
        case "DequantizeLinear": return dequantize
        case "DynamicQuantizeLinear": return { try $0.finish(DynamicQuantizeLinear(), [try $0.required(0)]) }
        case "QLinearConv":
            return {
                let operands = [operand(0), operand(3), LinearQuantized.Operand(data: 8, scale: nil, zeroPoint: nil)]
                try linearQuantized($0, try convolution($0, weights: 3), operands, result: 6)
            }
        case "QLinearMatMul":
            return {
                var operands = [operand(0), operand(3)]
                operands[0].axis = ($0.rank(0) ?? 2) - 2
                operands[1].axis = ($0.rank(3) ?? 2) - 1
                try linearQuantized($0, MatMul(), operands, result: 6)
            }
        case "QuantizeLinear": return quantize
        default: return nil
        }
    }

    @Sendable static func quantize(_ node: NodeTranslation) throws {
        let number = try node.attributes.integer("output_dtype", default: 0)
        let element = number == 0 ? nil : try DataType.element(number, of: "the result")
        let op = QuantizeLinear(scales: try scaleLayout(node), element: element)
        try node.finish(op, [try node.required(0), try node.required(1), node.input(2)])
    }

    @Sendable static func dequantize(_ node: NodeTranslation) throws {
        let op = DequantizeLinear(scales: try scaleLayout(node))
        let inputs = [try node.required(0), try node.required(1), node.input(2)]
        let number = try node.attributes.integer("output_dtype", default: 0)
        if number == 0 { return try node.finish(op, inputs) }
        let element = try DataType.element(number, of: "the result")
        try node.finish(Cast(to: element), [node.intermediate(op, inputs)])
    }

    private static func scaleLayout(_ node: NodeTranslation) throws -> ScaleLayout {
        ScaleLayout(
            axis: try node.attributes.integer("axis", default: 1),
            blockSize: try node.attributes.integer("block_size", default: 0))
    }

    /// Data at `index`, scale and zero point behind it.
    static func operand(_ index: Int, axis: Int = 0) -> LinearQuantized.Operand {
        LinearQuantized.Operand(data: index, scale: index + 1, zeroPoint: index + 2, axis: axis)
    }

    /// `inner` on quantized operands; scale and zero point of the result are inputs `result` and the next.
    static func linearQuantized(
        _ node: NodeTranslation, _ inner: any Operator, _ operands: [LinearQuantized.Operand], result: Int,
        _ inputs: [ValueID?]? = nil
    ) throws {
        for operand in operands {
            guard let scale = operand.scale else { continue }
            _ = try node.required(operand.data)
            _ = try node.required(scale)
        }
        _ = try node.required(result)
        try node.finish(LinearQuantized(inner, operands: operands, result: (result, result + 1)), inputs)
    }
}
