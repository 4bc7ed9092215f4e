// Functions of one element: the result depends on no other element.
import Tensors

/// Applies `function` to each element. Input: any tensor; output: the same shape.
public struct Unary: Operator {
    public var function: Function
    public init(_ function: Function) { self.function = function }

    public enum Function: Hashable, Sendable {
        case identity, abs, negate, sign, square, sqrt, rsqrt, reciprocal
        case ceil, floor
        /// To the nearest integer, halves to even.
        case round
        case exp, log, sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, asinh, acosh, atanh, erf
        case sigmoid, relu, relu6, reluN1To1, softplus, softsign, mish
        /// x * relu6(x + 3) / 6
        case hardSwish
        case logicalNot, bitwiseNot
        case isNaN
        case isInfinite(positive: Bool, negative: Bool)
        case clip(low: Double, high: Double)
        case leakyRelu(alpha: Float)
        case elu(alpha: Float)
        case selu(alpha: Float, gamma: Float)
        case celu(alpha: Float)
        case thresholdedRelu(alpha: Float)
        /// max(0, min(1, alpha * x + beta))
        case hardSigmoid(alpha: Float, beta: Float)
        /// With the error function, or with the tanh approximation.
        case gelu(approximate: Bool)
        case shrink(lambda: Float, bias: Float)
        /// x * sigmoid(alpha * x)
        case swish(alpha: Float)
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let input = try arguments.type(0)
        switch function {
        case .isNaN, .isInfinite: return [TensorType(.bool, input.shape)]
        case .identity:
            // With another declared type this is a requantization.
            let quantization = arguments.declared.first?.quantization ?? input.quantization
            return [TensorType(try arguments.resultElement(), input.shape, quantization: quantization)]
        default: return [TensorType(try arguments.resultElement(), input.shape)]
        }
    }
}

/// As reflection would have it, which searches the whole program for protocols first.
extension Unary.Function: CustomStringConvertible {
    public var description: String {
        switch self {
        case .identity: "identity"
        case .abs: "abs"
        case .negate: "negate"
        case .sign: "sign"
        case .square: "square"
        case .sqrt: "sqrt"
        case .rsqrt: "rsqrt"
        case .reciprocal: "reciprocal"
        case .ceil: "ceil"
        case .floor: "floor"
        case .round: "round"
        case .exp: "exp"
        case .log: "log"
        case .sin: "sin"
        case .cos: "cos"
        case .tan: "tan"
        case .asin: "asin"
        case .acos: "acos"
        case .atan: "atan"
        case .sinh: "sinh"
        case .cosh: "cosh"
        case .tanh: "tanh"
        case .asinh: "asinh"
        case .acosh: "acosh"
        case .atanh: "atanh"
        case .erf: "erf"
        case .sigmoid: "sigmoid"
        case .relu: "relu"
        case .relu6: "relu6"
        case .reluN1To1: "reluN1To1"
        case .softplus: "softplus"
        case .softsign: "softsign"
        case .mish: "mish"
        case .hardSwish: "hardSwish"
        case .logicalNot: "logicalNot"
        case .bitwiseNot: "bitwiseNot"
        case .isNaN: "isNaN"
        case .isInfinite(let positive, let negative): "isInfinite(positive: \(positive), negative: \(negative))"
        case .clip(let low, let high): "clip(low: \(low), high: \(high))"
        case .leakyRelu(let alpha): "leakyRelu(alpha: \(alpha))"
        case .elu(let alpha): "elu(alpha: \(alpha))"
        case .selu(let alpha, let gamma): "selu(alpha: \(alpha), gamma: \(gamma))"
        case .celu(let alpha): "celu(alpha: \(alpha))"
        case .thresholdedRelu(let alpha): "thresholdedRelu(alpha: \(alpha))"
        case .hardSigmoid(let alpha, let beta): "hardSigmoid(alpha: \(alpha), beta: \(beta))"
        case .gelu(let approximate): "gelu(approximate: \(approximate))"
        case .shrink(let lambda, let bias): "shrink(lambda: \(lambda), bias: \(bias))"
        case .swish(let alpha): "swish(alpha: \(alpha))"
        }
    }
}
