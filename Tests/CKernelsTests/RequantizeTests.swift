// Roundings, multipliers and clamps against their definitions.
import CKernels
import Testing

@Suite struct RequantizeTests {
    @Test("a multiplier and its shift give back the factor to 31 bits")
    func multiplierApproximatesFactor() {
        for factor in [1e-9, 0.00037, 0.25, 0.5, 0.999_999_999_9, 1.0, 3.75, 12345.678] {
            var (multiplier, shift) = (Int32(0), Int32(0))
            arete_quantize_multiplier(factor, &multiplier, &shift)
            var value = Double(multiplier) / 2_147_483_648
            for _ in 0..<abs(shift) { value = shift > 0 ? value * 2 : value / 2 }
            #expect(abs(value - factor) <= factor / 1_000_000_000)
            #expect(multiplier >= 1 << 30)
        }
    }

    @Test(
        "factors that are not positive, too small or not finite become zero",
        arguments: [0, -1, 1e-12, .nan, .infinity])
    func degenerateFactors(factor: Double) {
        var (multiplier, shift) = (Int32(1), Int32(1))
        arete_quantize_multiplier(factor, &multiplier, &shift)
        #expect(multiplier == 0 && shift == 0)
    }

    @Test("halves round away from zero, upwards or to even as the rounding says")
    func ties() {
        // Scale 1/4: accumulators 2, 6, -2, -6 are the ties 0.5, 1.5, -0.5, -1.5.
        let accumulators: [Int32] = [2, 6, -2, -6, 10]
        let cases: [(arete_rounding, [Int8])] = [
            (ARETE_ROUND_FLOAT, [0, 2, 0, -2, 2]), (ARETE_ROUND_FIXED, [1, 2, -1, -2, 3]),
            (ARETE_ROUND_FIXED_UP, [1, 2, 0, -1, 3]), (ARETE_ROUND_DOUBLE, [1, 2, -1, -2, 3]),
        ]
        for (rounding, expected) in cases {
            let scales = Scales(
                input: 0.5, weights: [0.5], output: 1, zeroPoint: 0, rounding: rounding, type: ARETE_INT8)
            var value = scales.value
            var output = [Int8](repeating: 0, count: 5)
            arete_requantize_row(accumulators, 5, 0, &value, &output)
            withExtendedLifetime(scales) {}
            #expect(output == expected)
        }
    }

    @Test("every rounding follows its definition over random accumulators and channels")
    func randomRows() {
        var generator = Generator(seed: 11)
        for rounding in [ARETE_ROUND_FLOAT, ARETE_ROUND_FIXED, ARETE_ROUND_FIXED_UP, ARETE_ROUND_DOUBLE] {
            for type in [ARETE_INT8, ARETE_UINT8, ARETE_INT16] {
                let count = 37
                let zeroPoint: Int32 = type == ARETE_INT8 ? -128 : type == ARETE_UINT8 ? 255 : 0
                let scales = Scales(
                    input: 0.02, weights: generator.floats(count, in: 0.0001...0.03), output: 0.05,
                    zeroPoint: zeroPoint, rounding: rounding, type: type)
                let accumulators: [Int32] = generator.integers(count, in: -40000...40000)
                var value = scales.value
                let output = Memory([Int16](repeating: 0, count: count))
                arete_requantize_row(accumulators, count, 0, &value, output.pointer)
                for (index, accumulator) in accumulators.enumerated() {
                    let raw = UnsafeRawPointer(output.pointer)
                    let result: Int
                    switch type {
                    case ARETE_INT8: result = Int(raw.load(fromByteOffset: index, as: Int8.self))
                    case ARETE_UINT8: result = Int(raw.load(fromByteOffset: index, as: UInt8.self))
                    default: result = Int(output.pointer[index])
                    }
                    #expect(result == scales.expected(Int64(accumulator), channel: index), "seed 11")
                }
                #expect(output.guardHolds)
            }
        }
    }

    @Test("extreme accumulators clamp and do not trap")
    func extremes() {
        for rounding in [ARETE_ROUND_FLOAT, ARETE_ROUND_FIXED, ARETE_ROUND_FIXED_UP, ARETE_ROUND_DOUBLE] {
            let scales = Scales(
                input: 1, weights: [0.75], output: 1, zeroPoint: 5, rounding: rounding, type: ARETE_INT8)
            var value = scales.value
            var output = [Int8](repeating: 0, count: 2)
            arete_requantize_row([Int32.min, Int32.max], 2, 0, &value, &output)
            withExtendedLifetime(scales) {}
            #expect(output == [-128, 127])
        }
    }

    @Test("a fused ReLU6 clamps to the quantized 0 and 6")
    func clampBounds() {
        var (low, high) = (Int32(0), Int32(0))
        arete_quantized_clamp(0, 6, 0.1, -128, ARETE_INT8, false, &low, &high)
        #expect(low == -128 && high == -68)
        arete_quantized_clamp(0, .infinity, 0.1, 3, ARETE_UINT8, true, &low, &high)
        #expect(low == 3 && high == 255)
        arete_quantized_clamp(-1, 1, 1e-9, 0, ARETE_INT16, false, &low, &high)
        #expect(low == -32768 && high == 32767)
    }
}
