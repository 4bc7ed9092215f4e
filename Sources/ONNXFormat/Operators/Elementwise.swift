// Functions of one element, and casts.
import Graphs
import Tensors

extension OperatorTable {
    static func elementwiseRule(_ type: String) -> Rule? {
        switch type {
        case "Abs": return unary(.abs)
        case "Acos": return unary(.acos)
        case "Acosh": return unary(.acosh)
        case "Asin": return unary(.asin)
        case "Asinh": return unary(.asinh)
        case "Atan": return unary(.atan)
        case "Atanh": return unary(.atanh)
        case "BitwiseNot": return unary(.bitwiseNot)
        case "Cast": return cast
        case "CastLike": return { try $0.finish(CastLike(), [try $0.required(0), try $0.required(1)]) }
        case "Ceil": return unary(.ceil)
        case "Celu": return unary { .celu(alpha: try $0.float("alpha", default: 1)) }
        case "Clip": return clip
        case "Cos": return unary(.cos)
        case "Cosh": return unary(.cosh)
        case "Dropout": return dropout
        case "Elu": return unary { .elu(alpha: try $0.float("alpha", default: 1)) }
        case "Erf": return unary(.erf)
        case "Exp": return unary(.exp)
        case "Floor": return unary(.floor)
        case "Gelu": return unary { .gelu(approximate: try $0.string("approximate", default: "none") == "tanh") }
        case "HardSigmoid":
            return unary {
                .hardSigmoid(alpha: try $0.float("alpha", default: 0.2), beta: try $0.float("beta", default: 0.5))
            }
        case "HardSwish": return unary(.hardSwish)
        case "Identity": return unary(.identity)
        case "IsInf":
            return unary {
                .isInfinite(
                    positive: try $0.flag("detect_positive", default: true),
                    negative: try $0.flag("detect_negative", default: true))
            }
        case "IsNaN": return unary(.isNaN)
        case "LeakyRelu": return unary { .leakyRelu(alpha: try $0.float("alpha", default: 0.01)) }
        case "Log": return unary(.log)
        case "Mish": return unary(.mish)
        case "Neg": return unary(.negate)
        case "Not": return unary(.logicalNot)
        case "Reciprocal": return unary(.reciprocal)
        case "Relu": return unary(.relu)
        case "Round": return unary(.round)
        case "Selu":
            return unary {
                .selu(
                    alpha: try $0.float("alpha", default: 1.67326319217681884765625),
                    gamma: try $0.float("gamma", default: 1.05070102214813232421875))
            }
        case "Shrink":
            return unary {
                .shrink(lambda: try $0.float("lambd", default: 0.5), bias: try $0.float("bias", default: 0))
            }
        case "Sigmoid": return unary(.sigmoid)
        case "Sign": return unary(.sign)
        case "Sin": return unary(.sin)
        case "Sinh": return unary(.sinh)
        case "Softplus": return unary(.softplus)
        case "Softsign": return unary(.softsign)
        case "Sqrt": return unary(.sqrt)
        case "Swish": return unary { .swish(alpha: try $0.float("alpha", default: 1)) }
        case "Tan": return unary(.tan)
        case "Tanh": return unary(.tanh)
        case "ThresholdedRelu": return unary { .thresholdedRelu(alpha: try $0.float("alpha", default: 1)) }
        default: return nil
        }
    }

    static func unary(_ function: Unary.Function) -> Rule {
        { try $0.finish(Unary(function), [try $0.required(0)]) }
    }

    /// A function whose parameters are attributes.
    static func unary(_ function: @escaping @Sendable (Attributes) throws -> Unary.Function) -> Rule {
        { try $0.finish(Unary(try function($0.attributes)), [try $0.required(0)]) }
    }

    @Sendable private static func cast(_ node: NodeTranslation) throws {
        guard let number = try node.attributes.integer("to") else { throw ONNXError("attribute 'to' is missing") }
        try node.finish(Cast(to: try DataType.element(number, of: "the result")), [try node.required(0)])
    }

    /// Limits are attributes before version 11, inputs since; a low limit above the high one gives the high one.
    @Sendable private static func clip(_ node: NodeTranslation) throws {
        let data = try node.required(0)
        if node.version < 11 {
            let low = try node.attributes.float("min").map(Double.init) ?? -.infinity
            let high = try node.attributes.float("max").map(Double.init) ?? .infinity
            return try node.finish(Unary(.clip(low: low, high: high)), [data])
        }
        if let low = limit(node, 1, absent: -.infinity), let high = limit(node, 2, absent: .infinity) {
            return try node.finish(Unary(.clip(low: low, high: high)), [data])
        }
        var result = data
        if let low = node.input(1) { result = node.intermediate(Binary(.maximum), [result, low]) }
        if let high = node.input(2) { result = node.intermediate(Binary(.minimum), [result, high]) }
        try node.finish(Unary(.identity), [result])
    }

    /// A limit that the file holds and a double can; `absent` where there is none.
    private static func limit(_ node: NodeTranslation, _ index: Int, absent: Double) -> Double? {
        guard node.has(index) else { return absent }
        guard let tensor = node.constant(index), tensor.elementCount == 1, let value = tensor.doubles.first,
            !value.isNaN,
            tensor.element.isFloat || abs(value) < 0x1p53
        else { return nil }
        return value
    }

    /// Nothing is dropped when a model runs; the optional mask is all true.
    @Sendable private static func dropout(_ node: NodeTranslation) throws {
        let data = try node.required(0)
        if node.has(2) {
            guard let training = node.constant(2), training.integers.allSatisfy({ $0 == 0 }) else {
                throw ONNXError("dropout for training is not handled")
            }
        }
        try node.finish(output: 0, as: Unary(.identity), [data])
        let mask = Fill(value: try Tensor(.bool, .scalar, [UInt8(1)]))
        if node.outputs.count > 1 { try node.finish(output: 1, as: mask, [node.intermediate(ShapeOf(), [data])]) }
    }
}
