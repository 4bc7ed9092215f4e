import Tensors

/// The mean of weights under a softmax distribution: the sum of weights times the softmax of bytes along the last axis.
///
/// Inputs: bytes with one scale [..., n], weights [n], floats. The result [...] is a float.
public struct SoftmaxExpectation: Operator {
    public init() {}

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let (data, weights) = (try arguments.type(0), try arguments.type(1))
        guard let bins = data.shape.dimensions.last, bins > 0, weights.shape.elementCount == bins,
            weights.element == .float32, data.element.byteCount == 1, data.quantization?.isPerTensor == true
        else { throw .invalid("\(weights) are no weights for \(data)") }
        return [TensorType(.float32, Shape(Array(data.shape.dimensions.dropLast())))]
    }
}
