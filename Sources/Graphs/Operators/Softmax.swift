import Tensors

/// Normalizes along an axis: exp(beta x) over its sum, the logarithm of that, or 1 at the first maximum and 0 elsewhere.
public struct Softmax: Operator {
    public var function: Function
    public var axis: Int
    public var beta: Float

    public enum Function: String, Hashable, Sendable, CustomStringConvertible {
        case softmax, logSoftmax, hardmax

        public var description: String { rawValue }
    }

    public init(_ function: Function = .softmax, axis: Int, beta: Float = 1) {
        self.function = function
        self.axis = axis
        self.beta = beta
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let shape = try arguments.shape(0)
        _ = try shape.checked(axis: axis)
        return [TensorType(try arguments.resultElement(), shape)]
    }
}
