import Tensors

/// x * sigmoid(x) of 16-bit quantized numbers, where the sigmoid is rounded to a quantization of its own before it multiplies.
public struct WordSwish: Operator {
    /// Of the sigmoid, int16 with one scale.
    public var gate: Quantization
    public init(gate: Quantization) { self.gate = gate }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let input = try arguments.type(0)
        guard input.element == .int16, input.quantization?.isPerTensor == true, gate.isPerTensor,
            let result = arguments.declared.first?.quantization, result.isPerTensor
        else { throw .invalid("16-bit numbers with one scale each are needed, not \(input)") }
        return [TensorType(.int16, input.shape, quantization: result)]
    }
}
