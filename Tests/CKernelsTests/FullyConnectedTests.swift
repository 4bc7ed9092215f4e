// Fully connected layers of every operand type against the sums written plainly.
import CKernels
import Testing

@Suite struct FullyConnectedTests {
    private func check<
        Input: FixedWidthInteger & BitwiseCopyable, Weight: FixedWidthInteger & BitwiseCopyable,
        Output: FixedWidthInteger & BitwiseCopyable
    >(
        _ function: arete_fully_connected_function, input: Input.Type, weight: Weight.Type, output: Output.Type,
        type: arete_element_type, rounding: arete_rounding, wide: Bool = false, generator: inout Generator
    ) {
        for (rows, depth, channels) in [(1, 1, 1), (1, 300, 67), (2, 16, 5), (5, 17, 64), (18, 40, 3)] {
            let words = Input.self == Int16.self
            let values: [Input] = generator.integers(rows * depth)
            let weights: [Weight] = generator.integers(channels * depth)
            let bias: [Int32] = generator.integers(channels, in: -9000...9000)
            let zero: Int32 = words ? 0 : Int32(Input.max)
            let weightZeros: [Int32] = words ? [] : [Int32(Weight.min) + 3]
            let scales = Scales(
                input: 0.01, weights: generator.floats(channels, in: 0.001...0.01), output: words ? 0.7 : 0.06,
                zeroPoint: words ? 0 : 7, rounding: rounding, type: type)
            let zeros = Memory(weightZeros)
            var layer = arete_fully_connected(
                rows: rows, depth: depth, channels: channels, input_zero_point: zero,
                weight_zero_points: weightZeros.isEmpty ? nil : UnsafePointer(zeros.pointer),
                weight_zero_point_step: 0, requantization: scales.value)
            let result = Memory([Output](repeating: 0, count: rows * channels))
            let scratch = Memory([UInt8](repeating: 0xFF, count: arete_fully_connected_scratch(&layer)))
            let (narrow, long) = (Memory(bias), Memory(bias.map(Int64.init)))
            let (x, w) = (Memory(values), Memory(weights))
            for (begin, end) in [(channels / 2, channels), (0, channels / 2)] {
                function(
                    &layer, x.pointer, w.pointer,
                    wide ? UnsafeRawPointer(long.pointer) : UnsafeRawPointer(narrow.pointer), result.pointer, begin,
                    end,
                    scratch.pointer)
            }
            withExtendedLifetime((zeros, narrow, long, x, w)) {}
            for row in 0..<rows {
                for channel in 0..<channels {
                    var sum = Int64(bias[channel])
                    for k in 0..<depth {
                        let weight = Int64(weights[channel * depth + k]) - Int64(weightZeros.first ?? 0)
                        sum += (Int64(values[row * depth + k]) - Int64(zero)) * weight
                    }
                    let expected = scales.expected(sum, channel: channel, wide: wide && rounding == ARETE_ROUND_FIXED)
                    #expect(Int(result.elements[row * channels + channel]) == expected)
                }
            }
            #expect(result.guardHolds && scratch.guardHolds)
        }
    }

    @Test("every operand type equals the plain sums, for one row and for many")
    func equalsPlainSums() {
        var generator = Generator(seed: 5)
        let entries = arete_kernels_scalar().pointee.matmul
        for rounding in [ARETE_ROUND_FLOAT, ARETE_ROUND_FIXED, ARETE_ROUND_DOUBLE] {
            check(
                entries.s8, input: Int8.self, weight: Int8.self, output: Int8.self, type: ARETE_INT8,
                rounding: rounding, generator: &generator)
            check(
                entries.u8, input: UInt8.self, weight: UInt8.self, output: UInt8.self, type: ARETE_UINT8,
                rounding: rounding, generator: &generator)
            check(
                entries.u8s8, input: UInt8.self, weight: Int8.self, output: UInt8.self, type: ARETE_UINT8,
                rounding: rounding, generator: &generator)
            check(
                entries.s8u8, input: Int8.self, weight: UInt8.self, output: Int8.self, type: ARETE_INT8,
                rounding: rounding, generator: &generator)
        }
        for rounding in [ARETE_ROUND_FIXED, ARETE_ROUND_DOUBLE] {
            check(
                entries.s16_wide, input: Int16.self, weight: Int8.self, output: Int16.self, type: ARETE_INT16,
                rounding: rounding, wide: true, generator: &generator)
        }
        check(
            entries.s16s16, input: Int16.self, weight: Int16.self, output: Int16.self, type: ARETE_INT16,
            rounding: ARETE_ROUND_FIXED, wide: true, generator: &generator)
        check(
            entries.s16, input: Int16.self, weight: Int8.self, output: Int16.self, type: ARETE_INT16,
            rounding: ARETE_ROUND_FIXED_UP, generator: &generator)
    }

    @Test("packed 4-bit and 2-bit elements unpack low bits first with their sign")
    func unpacksSmallElements() {
        var four = [Int8](repeating: 9, count: 3)
        arete_unpack_s4([0x8F, 0x07], 3, &four)
        #expect(four == [-1, -8, 7])
        var two = [Int8](repeating: 9, count: 5)
        arete_unpack_s2([0b11_10_01_00, 0b01], 5, &two)
        #expect(two == [0, 1, -2, -1, 1])
    }
}
