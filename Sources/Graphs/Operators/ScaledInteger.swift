// Sums of integers that become floats.
import Tensors

/// An integer convolution or matrix product whose sums become floats: sum * (scale of the data * scale of the weights) +
/// bias, then the activation, each rounded by itself.
///
/// Inputs: the four of `inner` (nil where left out), the data's scale (one float32), the weights' scales (constant float32,
/// one, or one for each output channel), optional bias (constant float32, one for each output channel).
public struct ScaledInteger: Operator {
    /// An `IntegerConvolution` or `IntegerMatMul`.
    public var inner: any Operator
    public var activation: Activation

    public init(_ inner: any Operator, activation: Activation = .none) {
        self.inner = inner
        self.activation = activation
    }

    /// The first inputs, as `inner` takes them.
    public func innerArguments(_ arguments: Arguments) -> Arguments {
        Arguments(
            types: Array(arguments.types.prefix(4)), constants: Array(arguments.constants.prefix(4)), declared: [])
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        guard let sums = try inner.outputTypes(innerArguments(arguments)).first else {
            throw .invalid("an integer layer has one result")
        }
        guard try arguments.element(4) == .float32, try arguments.element(5) == .float32,
            try arguments.shape(4).elementCount == 1
        else { throw .invalid("scales must be float32, and one for the data") }
        return [TensorType(.float32, sums.shape)]
    }

    public func multiplyAccumulates(inputs: [TensorType?], outputs: [TensorType]) -> Int {
        inner.multiplyAccumulates(inputs: Array(inputs.prefix(4)), outputs: outputs)
    }
}
