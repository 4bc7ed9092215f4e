// The largest magnitude of each channel of a tensor, over the samples.
import Engine
import Graphs
import Tensors

/// Keeps the extremes of values whose channels are along axis 1, sample by sample.
struct ChannelRanges: TensorStatistic {
    private(set) var minima: [Float]
    private(set) var maxima: [Float]
    private let inner: Int

    /// - Parameter shape: of rank 2 or more.
    init(shape: Shape) {
        let count = shape.rank > 1 ? shape[1] : 1
        inner = shape.rank > 1 ? max(shape.strides[1], 1) : 1
        minima = [Float](repeating: .infinity, count: count)
        maxima = [Float](repeating: -.infinity, count: count)
    }

    mutating func add(_ values: UnsafeBufferPointer<Float>) {
        var channel = 0
        var start = 0
        while start + inner <= values.count {
            var (low, high) = (minima[channel], maxima[channel])
            for index in start..<start + inner {
                low = min(low, values[index])
                high = max(high, values[index])
            }
            (minima[channel], maxima[channel]) = (low, high)
            channel = channel + 1 == minima.count ? 0 : channel + 1
            start += inner
        }
    }

    var magnitudes: [Float] {
        zip(minima, maxima).map { low, high in low <= high ? max(-low, high, 0) : 0 }
    }
}
