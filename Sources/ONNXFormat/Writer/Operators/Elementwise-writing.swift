// Functions of one element, and casts, back into the file.
import Graphs
import Tensors

extension OperatorTable {
    static func elementwiseWriting(_ op: any Operator) -> WritingRule? {
        switch op {
        case let op as Unary: return { try write($0, op.function) }
        case let op as Cast: return { write($0, castTo: op.element) }
        case is CastLike: return { $0.finish("CastLike", $0.inputs(2)) }
        default: return nil
        }
    }

    private static func write(_ node: NodeWriting, _ function: Unary.Function) throws {
        if let type = plainType(function) { return node.finish(type) }
        let data = node.input(0)
        switch function {
        case .square: node.finish("Mul", [data, data])
        case .rsqrt: node.finish("Reciprocal", [node.intermediate("Sqrt", [data])])
        case .relu6: try clip(node, low: 0, high: 6)
        case .reluN1To1: try clip(node, low: -1, high: 1)
        case .clip(let low, let high): try clip(node, low: low, high: high)
        case .mish:
            node.require(18)
            node.finish("Mish")
        case .bitwiseNot:
            node.require(18)
            node.finish("BitwiseNot")
        case .isInfinite(let positive, let negative):
            node.finish("IsInf", nil, [.flag("detect_positive", positive), .flag("detect_negative", negative)])
        case .leakyRelu(let alpha): node.finish("LeakyRelu", nil, [.float("alpha", alpha)])
        case .elu(let alpha): node.finish("Elu", nil, [.float("alpha", alpha)])
        case .selu(let alpha, let gamma):
            node.finish("Selu", nil, [.float("alpha", alpha), .float("gamma", gamma)])
        case .celu(let alpha): node.finish("Celu", nil, [.float("alpha", alpha)])
        case .thresholdedRelu(let alpha): node.finish("ThresholdedRelu", nil, [.float("alpha", alpha)])
        case .hardSigmoid(let alpha, let beta):
            node.finish("HardSigmoid", nil, [.float("alpha", alpha), .float("beta", beta)])
        case .gelu(let isApproximate):
            node.require(20)
            node.finish("Gelu", nil, [.string("approximate", isApproximate ? "tanh" : "none")])
        case .shrink(let lambda, let bias):
            node.finish("Shrink", nil, [.float("lambd", lambda), .float("bias", bias)])
        case .swish(let alpha):
            // ONNX has it since version 24, which few programs read yet.
            let scaled = alpha == 1 ? data : node.intermediate("Mul", [data, try node.scalar(Double(alpha))])
            node.finish("Mul", [data, node.intermediate("Sigmoid", [scaled])])
        default: throw ONNXError("the function \(function) has no form in ONNX that this version writes")
        }
    }

    /// The operator of a function without parameters.
    private static func plainType(_ function: Unary.Function) -> String? {
        switch function {
        case .identity: "Identity"
        case .abs: "Abs"
        case .negate: "Neg"
        case .sign: "Sign"
        case .sqrt: "Sqrt"
        case .reciprocal: "Reciprocal"
        case .ceil: "Ceil"
        case .floor: "Floor"
        case .round: "Round"
        case .exp: "Exp"
        case .log: "Log"
        case .sin: "Sin"
        case .cos: "Cos"
        case .tan: "Tan"
        case .asin: "Asin"
        case .acos: "Acos"
        case .atan: "Atan"
        case .sinh: "Sinh"
        case .cosh: "Cosh"
        case .tanh: "Tanh"
        case .asinh: "Asinh"
        case .acosh: "Acosh"
        case .atanh: "Atanh"
        case .erf: "Erf"
        case .sigmoid: "Sigmoid"
        case .relu: "Relu"
        case .softplus: "Softplus"
        case .softsign: "Softsign"
        case .hardSwish: "HardSwish"
        case .logicalNot: "Not"
        case .isNaN: "IsNaN"
        default: nil
        }
    }

    /// A limit that no number of the data's type reaches is left out.
    private static func clip(_ node: NodeWriting, low: Double, high: Double) throws {
        let range = node.element(0)?.integerRange
        let lowest = range.map { Double($0.lowerBound) } ?? -.infinity
        let highest = range.map { Double($0.upperBound) } ?? .infinity
        let limits = [low > lowest ? try node.scalar(low) : "", high < highest ? try node.scalar(high) : ""]
        node.finish("Clip", [node.input(0)] + limits)
    }

    private static func write(_ node: NodeWriting, castTo element: ElementType) {
        // 4-bit numbers are known since version 21.
        if [element, node.element(0)].contains(where: { $0 == .int4 || $0 == .uint4 }) { node.require(21) }
        node.finish("Cast", node.inputs(1), [.integer("to", DataType.number(element))])
    }
}
