/// Everything known of a tensor but its values.
public struct TensorType: Hashable, Sendable {
    public var element: ElementType
    public var shape: Shape
    public var quantization: Quantization?

    public init(_ element: ElementType, _ shape: Shape, quantization: Quantization? = nil) {
        self.element = element
        self.shape = shape
        self.quantization = quantization
    }

    /// Bytes of a dense tensor of this type, `Int.max` where that does not fit.
    public var byteCount: Int {
        let (bytes, overflow) = shape.elementCount.multipliedReportingOverflow(by: element.byteCount)
        return overflow ? Int.max : bytes
    }
}

extension TensorType: CustomStringConvertible {
    public var description: String { "\(element)[\(shape)]" }
}
