// How a layer's rounded sums follow the exact ones, channel by channel, over the samples.
import Engine
import Tensors

/// Fits `rounded = gain * exact + offset` to each channel by least squares, sample by sample.
/// Channels are along axis 1, or the last one of matrices.
struct ChannelFits {
    struct Line {
        var gain: Double
        var offset: Double
    }

    /// Weighed sums over a channel's values.
    private struct Moments {
        var weight = 0.0
        var exact = 0.0
        var rounded = 0.0
        var squares = 0.0
        var products = 0.0
    }

    private var moments: [Moments]
    private let following: PointFunction?
    private let inner: Int

    /// - Parameter following: a function behind which differences count; `nil`: as they are.
    init(shape: Shape, following: PointFunction? = nil) {
        self.following = following
        let axis = shape.rank > 2 ? 1 : max(shape.rank - 1, 0)
        moments = [Moments](repeating: Moments(), count: shape.rank == 0 ? 1 : shape[axis])
        inner = shape.rank == 0 ? 1 : max(shape.strides[axis], 1)
    }

    /// Takes in one sample's values, in the order of the shape. Complexity: O(n).
    mutating func add(exact: UnsafeBufferPointer<Float>, rounded: UnsafeBufferPointer<Float>) {
        guard !moments.isEmpty, exact.count == rounded.count else { return }
        var channel = 0
        var start = 0
        while start + inner <= exact.count {
            var sums = moments[channel]
            for index in start..<start + inner {
                let (x, y) = (Double(exact[index]), Double(rounded[index]))
                let weight = weight(exact[index], rounded[index])
                sums.weight += weight
                sums.exact += weight * x
                sums.rounded += weight * y
                sums.squares += weight * x * x
                sums.products += weight * x * y
            }
            moments[channel] = sums
            channel = channel + 1 == moments.count ? 0 : channel + 1
            start += inner
        }
    }

    /// The square of how much of a difference is left behind the function.
    private func weight(_ exact: Float, _ rounded: Float) -> Double {
        guard let following else { return 1 }
        let middle = (exact + rounded) / 2
        let reach = max((exact - rounded).magnitude, 0.02) / 2
        let slope = (following(middle + reach) - following(middle - reach)) / (2 * reach)
        return Double(slope * slope)
    }

    /// The line of each channel. A gain that says more of noise than of rounding, and all where `hasGain` is false, is 1:
    /// then the offset is the mean error.
    func lines(hasGain: Bool) -> [Line] {
        moments.map { sums in
            guard sums.weight > 0 else { return Line(gain: 1, offset: 0) }
            let (exact, rounded) = (sums.exact / sums.weight, sums.rounded / sums.weight)
            let variance = sums.squares / sums.weight - exact * exact
            let gain = (sums.products / sums.weight - exact * rounded) / variance
            let isSound = hasGain && variance > exact * exact * 1e-9 && (0.5...2).contains(gain)
            return Line(gain: isSound ? gain : 1, offset: rounded - (isSound ? gain : 1) * exact)
        }
    }
}
