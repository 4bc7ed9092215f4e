// Seeded numbers and memory with a known lifetime for the kernel tests.
import CKernels
import TestSupport

typealias Generator = SplitMix

extension SplitMix {
    init(seed: UInt64) { self.init(state: seed) }

    mutating func integers<T: FixedWidthInteger>(_ count: Int, in range: ClosedRange<T> = T.min...T.max) -> [T] {
        (0..<count).map { _ in T.random(in: range, using: &self) }
    }

    mutating func floats(_ count: Int, in range: ClosedRange<Float>) -> [Float] {
        (0..<count).map { _ in Float.random(in: range, using: &self) }
    }
}

/// Elements at a fixed, 16-byte aligned address until the memory is released, with a guard behind them.
final class Memory<Element: BitwiseCopyable> {
    let pointer: UnsafeMutablePointer<Element>
    private let raw: UnsafeMutableRawPointer
    private let bytes: Int
    let count: Int
    private static var guardBytes: Int { 64 }

    init(_ elements: [Element]) {
        count = elements.count
        bytes = count * MemoryLayout<Element>.stride
        raw = .allocate(byteCount: bytes + Self.guardBytes, alignment: 64)
        raw.initializeMemory(as: UInt8.self, repeating: 0xA5, count: bytes + Self.guardBytes)
        pointer = raw.bindMemory(to: Element.self, capacity: max(count, 1))
        elements.withUnsafeBytes { if let base = $0.baseAddress { raw.copyMemory(from: base, byteCount: bytes) } }
    }

    deinit { raw.deallocate() }

    var elements: [Element] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

    /// Whether nothing was written behind the elements.
    var guardHolds: Bool {
        (bytes..<(bytes + Self.guardBytes)).allSatisfy { raw.load(fromByteOffset: $0, as: UInt8.self) == 0xA5 }
    }
}

/// A requantization that owns its scales, and the same arithmetic written plainly.
final class Scales {
    let real: [Double]
    private let scale: Memory<Float>
    private let multiplier: Memory<Int32>
    private let shift: Memory<Int32>
    private let factor: Memory<Double>
    let value: arete_requantization

    init(
        input: Float, weights: [Float], output: Float, zeroPoint: Int32, rounding: arete_rounding,
        type: arete_element_type
    ) {
        var scales = [Float](repeating: 0, count: weights.count)
        var multipliers = [Int32](repeating: 0, count: weights.count)
        var shifts = multipliers
        var factors = [Double](repeating: 0, count: weights.count)
        arete_conv_scales(input, weights, weights.count, output, &scales)
        arete_conv_multipliers(input, weights, weights.count, output, &multipliers, &shifts)
        arete_conv_factors(input, weights, weights.count, output, &factors)
        (scale, multiplier, shift) = (Memory(scales), Memory(multipliers), Memory(shifts))
        factor = Memory(factors)
        real = factors
        value = arete_requantization(
            scale: scale.pointer, multiplier: multiplier.pointer, shift: shift.pointer, factor: factor.pointer,
            step: weights.count > 1 ? 1 : 0, rounding: rounding, output: type, zero_point: zeroPoint,
            minimum: arete_type_minimum(type), maximum: arete_type_maximum(type))
    }

    /// The value that the accumulator of a channel becomes, by the definition of each rounding.
    func expected(_ accumulator: Int64, channel: Int, wide: Bool = false) -> Int {
        let index = value.step == 0 ? 0 : channel
        var result: Int
        switch value.rounding {
        case ARETE_ROUND_FLOAT:
            result = Int((Float(accumulator) * scale.pointer[index]).rounded(.toNearestOrEven))
        case ARETE_ROUND_DOUBLE:
            result = Int((Double(accumulator) * factor.pointer[index]).rounded(.toNearestOrAwayFromZero))
        default:
            let (m, s) = (Int64(multiplier.pointer[index]), Int(shift.pointer[index]))
            if wide {
                let reduced: Int64 = min((m + 32768) >> 16, 32767)
                let half: Int64 = 1 << Int64(14 - s)
                result = Int((accumulator * reduced + half) >> Int64(15 - s))
            } else {
                let half: Int64 = 1 << 30
                let high: Int64 = ((accumulator << Int64(max(s, 0))) * m + half) >> 31
                let divided = Double(high) / Double(1 << max(-s, 0))
                result = Int(
                    value.rounding == ARETE_ROUND_FIXED
                        ? divided.rounded(.toNearestOrAwayFromZero) : (divided + 0.5).rounded(.down))
            }
        }
        result += Int(value.zero_point)
        return min(max(result, Int(value.minimum)), Int(value.maximum))
    }
}
