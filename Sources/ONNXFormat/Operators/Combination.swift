// Functions of two or more tensors, element by element.
import Graphs
import Tensors

extension OperatorTable {
    static let combinationRules: [OperatorName: Rule] = [
        "Add": binary(.add),
        "And": binary(.logicalAnd),
        "BitShift": bitShift,
        "BitwiseAnd": binary(.bitwiseAnd),
        "BitwiseOr": binary(.bitwiseOr),
        "BitwiseXor": binary(.bitwiseXor),
        "Div": binary(.divide),
        "Equal": binary(.equal),
        "Greater": binary(.greater),
        "GreaterOrEqual": binary(.greaterOrEqual),
        "Less": binary(.less),
        "LessOrEqual": binary(.lessOrEqual),
        "Max": chain(.maximum),
        "Mean": mean,
        "Min": chain(.minimum),
        "Mod": { node in
            let function: Binary.Function = try node.attributes.flag("fmod") ? .truncatedModulo : .floorModulo
            try binary(function)(node)
        },
        "Mul": binary(.multiply),
        "Or": binary(.logicalOr),
        "PRelu": binary(.prelu),
        "Pow": binary(.power),
        "Sub": binary(.subtract),
        "Sum": chain(.add),
        "Where": { try $0.finish(Select(), [try $0.required(0), try $0.required(1), try $0.required(2)]) },
        "Xor": binary(.logicalXor),
    ]

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
