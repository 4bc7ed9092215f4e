// Weights as int8, one scale for each output channel.
import Tensors

/// Weights and their scales.
struct QuantizedWeights {
    /// int8, in the shape of the weights.
    var tensor: Tensor
    var scales: [Float]
    var axis: Int
}

/// How weights are stored.
public enum WeightFormat: String, CaseIterable, Sendable {
    case int8
    /// int8 whose magnitudes are 0 and powers of two, for machines that shift where others multiply.
    case powerOfTwo = "power-of-two"
    /// 4 bits in blocks with a scale each; activations stay in float.
    case int4
}

enum WeightQuantizer {
    /// Largest magnitude of a quantized weight: symmetric, so that zero points are 0.
    static let largest: Float = 127

    /// - Parameters:
    ///   - axis: that of the output channels.
    ///   - bias: one for each channel, and the scale of the data: a scale is widened until the bias fits 32 bits with room.
    /// Complexity: O(n).
    static func quantize(
        _ weights: Tensor, axis: Int, bias: [Float]? = nil, dataScale: Float = 1, format: WeightFormat = .int8
    ) throws(TensorError) -> QuantizedWeights {
        let values = weights.floats
        let (channels, inner) = (weights.shape[axis], weights.shape.strides[axis])
        var peaks = [Float](repeating: 0, count: channels)
        for (index, value) in values.enumerated() {
            let channel = index / inner % channels
            peaks[channel] = max(peaks[channel], value.magnitude)
        }
        // A channel of zeros has any scale; one like its neighbours' keeps the sums small.
        let usual = max(peaks.max() ?? 0, Float.leastNormalMagnitude * 256)
        let most = format == .powerOfTwo ? 64 : largest
        var scales = peaks.map { ($0 > 0 ? $0 : usual) / most }
        for channel in scales.indices {
            scales[channel] = max(scales[channel], usual * 1e-6 / most)
            guard let bias, dataScale > 0 else { continue }
            let least = bias[channel].magnitude / dataScale / 0x1p29
            scales[channel] = min(max(scales[channel], least), .greatestFiniteMagnitude)
        }
        var integers = [Int8](repeating: 0, count: values.count)
        for (index, value) in values.enumerated() {
            let steps = value / scales[index / inner % channels]
            let rounded = format == .powerOfTwo ? powerOfTwo(steps) : steps.rounded(.toNearestOrEven)
            integers[index] = Int8(min(max(rounded, -largest), largest))
        }
        return QuantizedWeights(tensor: try Tensor(.int8, weights.shape, integers), scales: scales, axis: axis)
    }

    /// The nearest of 0 and the powers of two from 1 to 64, with its sign.
    static func powerOfTwo(_ steps: Float) -> Float {
        let magnitude = steps.magnitude
        guard magnitude >= 0.5 else { return 0 }
        let below = max(Float(sign: .plus, exponent: magnitude.exponent, significand: 1), 1)
        let nearest = magnitude > below * 1.5 ? below * 2 : below
        return min(nearest, 64) * (steps < 0 ? -1 : 1)
    }

    /// A bias in steps of the products of the scales. Complexity: O(n).
    static func quantize(bias: [Float], scales: [Float]) throws(TensorError) -> Tensor {
        let steps = zip(bias, scales).map { value, scale in
            Int32(min(max((Double(value) / Double(scale)).rounded(.toNearestOrEven), -0x1p30), 0x1p30))
        }
        return try Tensor(.int32, [bias.count], steps)
    }
}
