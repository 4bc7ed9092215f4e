// ONNX's own operators on quantized tensors, back into the file.
import Graphs
import Tensors

extension OperatorTable {
    static func quantizationWriting(_ op: any Operator) -> WritingRule? {
        switch op {
        case let op as DequantizeLinear: return { write($0, op) }
        case is DynamicQuantizeLinear: return { $0.finish("DynamicQuantizeLinear", $0.inputs(1)) }
        case let op as LinearQuantized:
            switch op.inner {
            case let inner as Convolution where inner.layout == .channelsFirst:
                return { $0.finish("QLinearConv", $0.inputs(9), try attributes($0, inner, weights: 3)) }
            case is MatMul: return { $0.finish("QLinearMatMul", $0.inputs(8)) }
            default: return nil
            }
        case let op as QuantizeLinear: return { write($0, op) }
        default: return nil
        }
    }

    private static func write(_ node: NodeWriting, _ op: DequantizeLinear) {
        requireVersion(node, of: node.element(0))
        node.finish("DequantizeLinear", node.inputs(3), attributes(node, op.scales))
    }

    private static func write(_ node: NodeWriting, _ op: QuantizeLinear) {
        let zeroPoint = node.element(2)
        let element = zeroPoint ?? op.element ?? .uint8
        requireVersion(node, of: element)
        var attributes = attributes(node, op.scales)
        if !node.has(2), element != .uint8 {
            node.require(21)
            attributes.append(.integer("output_dtype", DataType.number(element)))
        }
        node.finish("QuantizeLinear", node.inputs(3), attributes)
    }

    private static func requireVersion(_ node: NodeWriting, of element: ElementType?) {
        switch element {
        case .int4, .uint4, .int16, .uint16: node.require(21)
        default: break
        }
        if node.element(1) == .float16 || node.element(1) == .bfloat16 { node.require(19) }
    }

    /// The axis means nothing where one scale serves all.
    private static func attributes(_ node: NodeWriting, _ scales: ScaleLayout) -> [WrittenAttribute] {
        var attributes: [WrittenAttribute] = []
        if scales.axis != 1 { attributes.append(.integer("axis", scales.axis)) }
        if scales.blockSize != 0 {
            node.require(21)
            attributes.append(.integer("block_size", scales.blockSize))
        }
        return attributes
    }
}
