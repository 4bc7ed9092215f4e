// The rate that the int8 kernels reach on data that stays in the first cache.
import CKernels

public enum KernelPeak {
    /// Billions of int8 multiply-accumulates a second of one thread: the best of several short runs of the fully connected
    /// kernel with 16 kB of weights. Takes about 20 ms.
    public static var gmacsPerSecond: Double {
        let (rows, depth, channels) = (8, 256, 64)
        var input = [Int8](repeating: 3, count: rows * depth)
        var weights = [Int8](repeating: 5, count: channels * depth)
        var output = [Int32](repeating: 0, count: rows * channels)
        var layer = arete_fully_connected()
        layer.rows = rows
        layer.depth = depth
        layer.channels = channels
        layer.requantization.output = ARETE_INT32
        var scratch = [UInt64](repeating: 0, count: arete_fully_connected_scratch(&layer) / 8 + 2)
        guard let kernel = arete_kernels_scalar().pointee.matmul.s8 else { return 0 }
        var best = UInt64.max
        for _ in 0..<10 {
            let start = monotonicNanoseconds()
            for _ in 0..<8 { kernel(&layer, &input, &weights, nil, &output, 0, channels, &scratch) }
            best = min(best, monotonicNanoseconds() - start)
        }
        return Double(8 * rows * depth * channels) / Double(max(best, 1))
    }
}
