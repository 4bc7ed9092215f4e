// From the real numbers that a tensor holds to the integers that stand for them.
import Tensors

/// Real numbers that the 256 steps of a byte shall span.
public struct ActivationRange: Hashable, Sendable {
    public var low: Float
    public var high: Float

    public init(low: Float, high: Float) {
        self.low = low
        self.high = high
    }

    /// What sigmoid and softmax give, in steps of 1/256.
    static let unit = ActivationRange(low: 0, high: 255.0 / 256)

    public var span: Float { max(high, 0) - min(low, 0) }

    /// One scale and zero point for int8 or uint8. Zero is always one of the numbers that are met exactly, as padding and ReLU need it.
    /// `nil` for a range without extent.
    public func quantization(_ element: ElementType) -> Quantization? {
        guard let range = element.integerRange, span.isFinite else { return nil }
        let steps = Float(range.upperBound - range.lowerBound)
        let scale = span / steps
        guard scale >= Float.leastNormalMagnitude else { return nil }
        let zero = (-min(low, 0) / scale).rounded()
        let zeroPoint = Int64(min(max(zero, 0), steps)) + range.lowerBound
        return Quantization(scale: scale, zeroPoint: Int32(zeroPoint))
    }
}

/// The 256 numbers that one quantization of bytes can say, for judging it by values.
struct Levels {
    let scale: Float
    /// The integer that stands for zero, counted from the lowest.
    let zero: Float
    let count: Int

    init?(_ range: ActivationRange, _ element: ElementType) {
        guard let quantization = range.quantization(element), let integers = element.integerRange else { return nil }
        scale = quantization.scale
        zero = Float(Int64(quantization.zeroPoint) - integers.lowerBound)
        count = Int(integers.upperBound - integers.lowerBound) + 1
    }

    /// The place of the level that stands for `value`.
    func index(of value: Float) -> Int {
        Int(min(max((value / scale).rounded(.toNearestOrEven) + zero, 0), Float(count - 1)))
    }

    func value(_ index: Int) -> Float { (Float(index) - zero) * scale }
}
