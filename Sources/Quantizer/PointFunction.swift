// The function that follows a tensor and decides how precisely its parts must be known.
import Glibc
import Graphs

/// A function of one number, for judging a quantization by what follows it.
enum PointFunction: Sendable, Hashable {
    case unary(Unary.Function)
    /// x * sigmoid(x), in whichever operators it is written.
    case swish

    /// `nil` for functions that are not known here.
    init?(_ function: Unary.Function) {
        switch function {
        case .relu, .relu6, .clip, .leakyRelu, .hardSwish, .hardSigmoid, .sigmoid, .tanh, .swish, .elu:
            self = .unary(function)
        default: return nil
        }
    }

    /// Whether it is more than two straight lines that meet at 0, and so needs more exact numbers at some places than at others.
    var isCurved: Bool {
        switch self {
        case .unary(.relu), .unary(.leakyRelu): false
        default: true
        }
    }

    func callAsFunction(_ x: Float) -> Float {
        switch self {
        case .swish: return x / (1 + expf(-x))
        case .unary(let function):
            switch function {
            case .relu: return max(x, 0)
            case .relu6: return min(max(x, 0), 6)
            case .clip(let low, let high): return Float(min(max(Double(x), low), high))
            case .leakyRelu(let alpha): return x < 0 ? alpha * x : x
            case .hardSwish: return x * min(max(x + 3, 0), 6) / 6
            case .hardSigmoid(let alpha, let beta): return min(max(alpha * x + beta, 0), 1)
            case .sigmoid: return 1 / (1 + expf(-x))
            case .tanh: return tanhf(x)
            case .swish(let alpha): return x / (1 + expf(-alpha * x))
            case .elu(let alpha): return x < 0 ? alpha * expm1f(x) : x
            default: return x
            }
        }
    }
}
