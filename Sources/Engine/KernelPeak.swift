// What one core can do in int8 arithmetic, measured: the rate that steps and networks are held against.
import CKernels

/// Two rates of one thread, in billions of int8 multiply-accumulates a second.
public struct KernelPeak: Sendable {
    /// From registers alone: the peak.
    public let registers: Double
    /// With operands from the first cache. Falls behind `registers` while something else uses the core.
    public let tile: Double

    /// Measures with the instructions of `set`; the best of several short runs, in about 10 ms. Where a set has no loops for
    /// this (portable kernels), both are the rate of its fully connected kernel on 16 kB of weights.
    public init(_ set: InstructionSet) {
        var sink: Int32 = 0
        let bytes = Int(ARETE_PEAK_TILE_BYTES)
        let operands = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        defer { operands.deallocate() }
        for index in 0..<bytes { operands.storeBytes(of: UInt8(index % 61), toByteOffset: index, as: UInt8.self) }
        let weights = operands.assumingMemoryBound(to: UInt8.self)
        let registers = Self.best(of: 24) { arete_peak_registers(set.isa, 4096, &sink) }
        guard registers > 0 else {
            self.registers = Self.fullyConnected(set)
            tile = self.registers
            return
        }
        self.registers = registers
        tile = Self.best(of: 24) { arete_peak_tile(set.isa, 40, weights, &sink) }
    }

    /// The best rate of `runs` runs of `work`, which returns what it did.
    private static func best(of runs: Int, _ work: () -> Int) -> Double {
        var best = 0.0
        for _ in 0..<runs {
            let start = monotonicNanoseconds()
            let done = work()
            best = max(best, Double(done) / Double(max(monotonicNanoseconds() - start, 1)))
        }
        return best
    }

    private static func fullyConnected(_ set: InstructionSet) -> Double {
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
        guard let kernel = set.kernels.matmul.s8 else { return 0 }
        return best(of: 10) {
            for _ in 0..<8 { kernel(&layer, &input, &weights, nil, &output, 0, channels, &scratch) }
            return 8 * rows * depth * channels
        }
    }
}
