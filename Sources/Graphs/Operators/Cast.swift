import Tensors

/// Converts each element to another type as ONNX's Cast does: floats truncate to integers, non-zero is true.
public struct Cast: Operator {
    public var element: ElementType
    public init(to element: ElementType) { self.element = element }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        [TensorType(element, try arguments.shape(0))]
    }
}

/// Converts each element to the type of another tensor. Inputs: data, a tensor of which only the type counts.
public struct CastLike: Operator {
    public init() {}

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        [TensorType(try arguments.element(1), try arguments.shape(0))]
    }
}
