/// How integers stand for real numbers: `real = scale * (integer - zeroPoint)`, for the whole tensor or per index of one axis.
///
/// One scale, the usual case, lies in the value itself; many are shared by all copies.
public struct Quantization: Hashable, Sendable {
    /// The scale of a per-tensor quantization (the first one otherwise).
    public let scale: Float
    /// The zero point of a per-tensor quantization (the first one otherwise).
    public let zeroPoint: Int32
    /// The axis that scales run along; `nil` when one scale serves the whole tensor.
    public var axis: Int?
    private let channels: Channels?

    private final class Channels: Hashable, Sendable {
        let scales: [Float]
        let zeroPoints: [Int32]

        init(scales: [Float], zeroPoints: [Int32]) { (self.scales, self.zeroPoints) = (scales, zeroPoints) }

        static func == (one: Channels, other: Channels) -> Bool {
            one === other || one.scales == other.scales && one.zeroPoints == other.zeroPoints
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(scales)
            hasher.combine(zeroPoints)
        }
    }

    public init(scale: Float, zeroPoint: Int32) {
        (self.scale, self.zeroPoint, axis, channels) = (scale, zeroPoint, nil, nil)
    }

    /// A quantization per index of `axis`; with one scale it is the same as one for the whole tensor.
    public init(scales: [Float], zeroPoints: [Int32], axis: Int) {
        (scale, zeroPoint) = (scales.first ?? 0, zeroPoints.first ?? 0)
        self.axis = scales.count == 1 ? nil : axis
        let isOne = scales.count == 1 && zeroPoints.count == 1
        channels = isOne ? nil : Channels(scales: scales, zeroPoints: zeroPoints)
    }

    /// One scale, or one for each index of `axis`. Complexity: O(1), with an allocation where there is one.
    public var scales: [Float] { channels?.scales ?? [scale] }
    /// As many as `scales`. Complexity: as theirs.
    public var zeroPoints: [Int32] { channels?.zeroPoints ?? [zeroPoint] }
    public var isPerTensor: Bool { axis == nil }
}

extension Quantization: CustomStringConvertible {
    public var description: String {
        if let axis { return "\(scales.count) scales along axis \(axis)" }
        return "scale \(scale), zero point \(zeroPoint)"
    }
}
