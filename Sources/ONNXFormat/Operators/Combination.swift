// Functions of two or more tensors, element by element.
import Graphs
import Tensors

extension OperatorTable {
    static func combinationRule(_ type: String) -> Rule? {
        switch type {
        case "Add": return binary(.add)
        case "And": return binary(.logicalAnd)
        case "BitShift": return bitShift
        case "BitwiseAnd": return binary(.bitwiseAnd)
        case "BitwiseOr": return binary(.bitwiseOr)
        case "BitwiseXor": return binary(.bitwiseXor)
        case "Div": return binary(.divide)
        case "Equal": return binary(.equal)
        case "Greater": return binary(.greater)
        case "GreaterOrEqual": return binary(.greaterOrEqual)
        case "Less": return binary(.less)
        case "LessOrEqual": return binary(.lessOrEqual)
        case "Max": return chain(.maximum)
        case "Mean": return mean
        case "Min": return chain(.minimum)
        case "Mod":
            return { node in
                let function: Binary.Function = try node.attributes.flag("fmod") ? .truncatedModulo : .floorModulo
                try binary(function)(node)
            }
        case "Mul": return binary(.multiply)
        case "Or": return binary(.logicalOr)
        case "PRelu": return binary(.prelu)
        case "Pow": return binary(.power)
        case "Sub": return binary(.subtract)
        case "Sum": return chain(.add)
        case "Where": return { try $0.finish(Select(), [try $0.required(0), try $0.required(1), try $0.required(2)]) }
        case "Xor": return binary(.logicalXor)
        default: return nil
        }
    }

    static func binary(_ function: Binary.Function) -> Rule {
        { try $0.finish(Binary(function), [try $0.required(0), try $0.required(1)]) }
    }

    /// Any number of inputs, combined from the left.
    private static func chain(_ function: Binary.Function) -> Rule {
        { node in
            guard node.inputs.count > 1 else { return try node.finish(Unary(.identity), [try node.required(0)]) }
            let before = try combined(node, function, node.inputs.count - 1)
            try node.finish(Binary(function), [before, try node.required(node.inputs.count - 1)])
        }
    }

    /// The first `count` inputs combined.
    private static func combined(_ node: NodeTranslation, _ function: Binary.Function, _ count: Int) throws -> ValueID {
        var result = try node.required(0)
        for index in 1..<max(count, 1) {
            result = node.intermediate(Binary(function), [result, try node.required(index)])
        }
        return result
    }

    @Sendable private static func mean(_ node: NodeTranslation) throws {
        let count = node.inputs.count
        let sum = try combined(node, .add, count)
        try node.finish(Binary(.divide), [sum, try node.add(scalar: Float(count), like: sum)])
    }

    @Sendable private static func bitShift(_ node: NodeTranslation) throws {
        switch try node.attributes.string("direction") {
        case "LEFT": try binary(.shiftLeft)(node)
        case "RIGHT": try binary(.shiftRight)(node)
        default: throw ONNXError("attribute 'direction' must be LEFT or RIGHT")
        }
    }
}
