// Tensors made of shapes and numbers, back into the file.
import Graphs
import Tensors

extension OperatorTable {
    static func generatorWriting(_ op: any Operator) -> WritingRule? {
        switch op {
        case let op as Fill: return { try write($0, op) }
        case let op as EyeLike:
            return {
                let element = op.element.map { [WrittenAttribute.integer("dtype", DataType.number($0))] } ?? []
                $0.finish("EyeLike", $0.inputs(1), [.integer("k", op.diagonal)] + element)
            }
        case is NumberRange: return { $0.finish("Range", $0.inputs(3)) }
        case let op as ShapeOf: return { write($0, op) }
        case is SizeOf: return { $0.finish("Size", $0.inputs(1)) }
        case is RankOf:
            return {
                let rank = $0.intermediate("Size", [$0.intermediate("Shape", $0.inputs(1))])
                $0.finish("Cast", [rank], [.integer("to", DataType.number(.int32))])
            }
        case let op as Triangle:
            return { $0.finish("Trilu", [$0.input(0), try $0.int64(1)], [.flag("upper", op.keepsUpper)]) }
        default: return nil
        }
    }

    private static func write(_ node: NodeWriting, _ op: Fill) throws {
        if let value = op.value {
            guard let single = value.reinterpreted(as: TensorType(value.element, [1])) else {
                throw ONNXError("the value must be one element")
            }
            return node.finish("ConstantOfShape", [try node.int64(0)], [.tensor("value", single)])
        }
        let value = node.intermediate("Reshape", [node.input(1), try node.initializer(integers: [])])
        node.finish("Expand", [value, try node.int64(0)])
    }

    private static func write(_ node: NodeWriting, _ op: ShapeOf) {
        var attributes: [WrittenAttribute] = op.start == 0 ? [] : [.integer("start", op.start)]
        if let end = op.end { attributes.append(.integer("end", end)) }
        guard op.resultElement != .int64 else { return node.finish("Shape", node.inputs(1), attributes) }
        let sizes = node.intermediate("Shape", node.inputs(1), attributes)
        node.finish("Cast", [sizes], [.integer("to", DataType.number(op.resultElement))])
    }
}
