import Tensors

/// Looks up a float for each byte: any function of one 8-bit element whose results are real numbers.
public struct FloatTable: Operator {
    /// Entry i is the result for the element whose byte is i.
    public var entries: [Float]
    public init(entries: [Float]) { self.entries = entries }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let input = try arguments.type(0)
        guard input.element.byteCount == 1, entries.count == 256 else {
            throw .invalid("a table of \(entries.count) floats for \(input.element)")
        }
        return [TensorType(.float32, input.shape)]
    }
}
