// Means of layers' results, channel by channel, over the samples.
import Engine
import Graphs
import Tensors

/// Adds up values whose channels are along axis 1 (or the last one of matrices), sample by sample.
struct ChannelMeans: TensorStatistic {
    private(set) var sums: [Double]
    private(set) var count = 0
    private let inner: Int

    init(shape: Shape) {
        let axis = shape.rank > 2 ? 1 : max(shape.rank - 1, 0)
        sums = [Double](repeating: 0, count: shape.rank == 0 ? 1 : shape[axis])
        inner = shape.rank == 0 ? 1 : max(shape.strides[axis], 1)
    }

    mutating func add(_ values: UnsafeBufferPointer<Float>) {
        guard !values.isEmpty, !sums.isEmpty else { return }
        var start = 0
        var channel = 0
        while start + inner <= values.count {
            var sum: Float = 0
            for index in start..<start + inner { sum += values[index] }
            sums[channel] += Double(sum)
            channel = channel + 1 == sums.count ? 0 : channel + 1
            start += inner
        }
        count += values.count / sums.count
    }

    var means: [Double] { sums.map { $0 / Double(max(count, 1)) } }
}
