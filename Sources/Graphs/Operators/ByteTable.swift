import Tensors

/// Looks each byte up in a table: any function of one 8-bit element. The result's element type and quantization are those declared.
public struct ByteTable: Operator {
    /// Entry i is the result for the element whose byte is i.
    public var entries: [UInt8]
    public init(entries: [UInt8]) { self.entries = entries }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let input = try arguments.type(0)
        guard input.element.byteCount == 1, entries.count == 256 else {
            throw .invalid("a table of \(entries.count) bytes for \(input.element)")
        }
        return [
            TensorType(try arguments.resultElement(), input.shape, quantization: arguments.declared.first?.quantization)
        ]
    }
}
