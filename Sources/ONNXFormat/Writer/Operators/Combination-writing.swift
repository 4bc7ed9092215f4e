// Functions of two or more tensors, element by element, back into the file.
import Graphs
import Tensors

extension OperatorTable {
    static func combinationWriting(_ op: any Operator) -> WritingRule? {
        switch op {
        case let op as Binary where op.activation == .none: return { try write($0, op.function) }
        case is Select: return { $0.finish("Where", $0.inputs(3)) }
        default: return nil
        }
    }

    private static func write(_ node: NodeWriting, _ function: Binary.Function) throws {
        let (a, b) = (node.input(0), node.input(1))
        switch function {
        case .add: node.finish("Add", [a, b])
        case .subtract: node.finish("Sub", [a, b])
        case .multiply: node.finish("Mul", [a, b])
        case .divide: node.finish("Div", [a, b])
        case .power: node.finish("Pow", [a, b])
        case .floorDivide: floorDivide(node, a, b)
        case .floorModulo:
            guard node.element(0)?.isFloat == true else { return node.finish("Mod", [a, b]) }
            let quotient = node.intermediate("Floor", [node.intermediate("Div", [a, b])])
            node.finish("Sub", [a, node.intermediate("Mul", [quotient, b])])
        case .truncatedModulo: node.finish("Mod", [a, b], [.flag("fmod", true)])
        case .maximum: node.finish("Max", [a, b])
        case .minimum: node.finish("Min", [a, b])
        case .prelu: node.finish("PRelu", [a, b])
        case .squaredDifference:
            let difference = node.intermediate("Sub", [a, b])
            node.finish("Mul", [difference, difference])
        case .arcTangent2: throw ONNXError("ONNX has no arc tangent of two arguments")
        case .equal: node.finish("Equal", [a, b])
        case .notEqual: node.finish("Not", [node.intermediate("Equal", [a, b])])
        case .less: node.finish("Less", [a, b])
        case .lessOrEqual: node.finish("LessOrEqual", [a, b])
        case .greater: node.finish("Greater", [a, b])
        case .greaterOrEqual: node.finish("GreaterOrEqual", [a, b])
        case .logicalAnd: node.finish("And", [a, b])
        case .logicalOr: node.finish("Or", [a, b])
        case .logicalXor: node.finish("Xor", [a, b])
        case .bitwiseAnd: since18(node, "BitwiseAnd")
        case .bitwiseOr: since18(node, "BitwiseOr")
        case .bitwiseXor: since18(node, "BitwiseXor")
        case .shiftLeft: try shift(node, "LEFT")
        case .shiftRight: try shift(node, "RIGHT")
        }
    }

    /// Division of integers truncates towards zero in ONNX.
    private static func floorDivide(_ node: NodeWriting, _ a: String, _ b: String) {
        guard node.element(0)?.isInteger == true else {
            return node.finish("Floor", [node.intermediate("Div", [a, b])])
        }
        let whole = node.intermediate("Sub", [a, node.intermediate("Mod", [a, b])])
        node.finish("Div", [whole, b])
    }

    private static func since18(_ node: NodeWriting, _ type: String) {
        node.require(18)
        node.finish(type, node.inputs(2))
    }

    private static func shift(_ node: NodeWriting, _ direction: String) throws {
        if let element = node.element(0), ![.uint8, .uint16, .uint32, .uint64].contains(element) {
            throw ONNXError("ONNX shifts unsigned integers only, not \(element)")
        }
        node.finish("BitShift", node.inputs(2), [.string("direction", direction)])
    }
}
