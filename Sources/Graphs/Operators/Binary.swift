// Functions of two elements, with NumPy broadcasting.
import Tensors

/// Combines two tensors element by element. Inputs: a, b; output: the broadcast shape.
public struct Binary: Operator {
    public var function: Function
    public var activation: Activation

    public init(_ function: Function, activation: Activation = .none) {
        self.function = function
        self.activation = activation
    }

    public enum Function: String, Hashable, Sendable, CustomStringConvertible {
        case add, subtract, multiply
        /// Integers truncate towards zero.
        case divide
        case power, floorDivide
        /// The sign of the divisor (Python's %).
        case floorModulo
        /// The sign of the dividend (C's fmod and %).
        case truncatedModulo
        /// NaN if either is NaN.
        case maximum, minimum
        /// b is the slope where a is negative.
        case prelu
        case squaredDifference, arcTangent2
        case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
        case logicalAnd, logicalOr, logicalXor
        case bitwiseAnd, bitwiseOr, bitwiseXor, shiftLeft, shiftRight

        public var description: String { rawValue }

        /// Whether the result is a truth value whatever the inputs are.
        public var isComparison: Bool {
            switch self {
            case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: true
            default: false
            }
        }
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let (a, b) = (try arguments.type(0), try arguments.type(1))
        guard let shape = a.shape.broadcast(with: b.shape) else {
            throw .invalid("shapes \(a.shape) and \(b.shape) do not broadcast")
        }
        if function != .power && function != .shiftLeft && function != .shiftRight {
            guard a.element == b.element else { throw .invalid("inputs are \(a.element) and \(b.element)") }
        }
        return [TensorType(function.isComparison ? .bool : try arguments.resultElement(), shape)]
    }
}

/// Takes each element from a where the condition holds, from b elsewhere. Inputs: condition (bool), a, b; all broadcast.
public struct Select: Operator {
    public init() {}

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let (condition, a, b) = (try arguments.type(0), try arguments.type(1), try arguments.type(2))
        guard condition.element == .bool else { throw .invalid("the condition must be bool, not \(condition.element)") }
        guard a.element == b.element else { throw .invalid("inputs are \(a.element) and \(b.element)") }
        guard let shape = a.shape.broadcast(with: b.shape)?.broadcast(with: condition.shape) else {
            throw .invalid("shapes \(condition.shape), \(a.shape) and \(b.shape) do not broadcast")
        }
        return [TensorType(a.element, shape, quantization: a.quantization)]
    }
}
