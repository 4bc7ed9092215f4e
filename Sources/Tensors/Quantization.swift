/// How integers stand for real numbers: `real = scale * (integer - zeroPoint)`, for the whole tensor or per index of one axis.
public struct Quantization: Hashable, Sendable {
    /// One scale, or one for each index of `axis`.
    public var scales: [Float]
    /// As many as `scales`.
    public var zeroPoints: [Int32]
    /// The axis that scales run along; `nil` when one scale serves the whole tensor.
    public var axis: Int?

    public init(scale: Float, zeroPoint: Int32) {
        scales = [scale]
        zeroPoints = [zeroPoint]
        axis = nil
    }

    /// A quantization per index of `axis`; with one scale it is the same as one for the whole tensor.
    public init(scales: [Float], zeroPoints: [Int32], axis: Int) {
        self.scales = scales
        self.zeroPoints = zeroPoints
        self.axis = scales.count == 1 ? nil : axis
    }

    public var isPerTensor: Bool { axis == nil }
    /// The scale of a per-tensor quantization (the first one otherwise).
    public var scale: Float { scales[0] }
    /// The zero point of a per-tensor quantization (the first one otherwise).
    public var zeroPoint: Int32 { zeroPoints[0] }
}

extension Quantization: CustomStringConvertible {
    public var description: String {
        if let axis { return "\(scales.count) scales along axis \(axis)" }
        return "scale \(scale), zero point \(zeroPoint)"
    }
}
