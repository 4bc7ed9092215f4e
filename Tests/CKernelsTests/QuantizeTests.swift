// Floats to quantized values and back, with scales of the model and with scales found at run time.
import CKernels
import Testing

@Suite struct QuantizeTests {
    @Test("each rounding treats halves as it says, and the type's range holds")
    func roundings() {
        let input: [Float] = [0.25, 0.75, -0.25, -0.75, 1000, -1000, .nan, .infinity]
        let cases: [(arete_quantize_rounding, [Int8])] = [
            (ARETE_QUANTIZE_DIVIDE_AWAY, [2, 3, 0, -1, 127, -128, -128, 127]),
            (ARETE_QUANTIZE_DIVIDE_EVEN, [1, 3, 1, -1, 127, -128, -128, 127]),
            (ARETE_QUANTIZE_MULTIPLY_EVEN, [1, 3, 1, -1, 127, -128, -128, 127]),
            (ARETE_QUANTIZE_MULTIPLY_AWAY, [2, 3, 0, -1, 127, -128, -128, 127]),
        ]
        for (rounding, expected) in cases {
            var output = [Int8](repeating: 0, count: 8)
            arete_quantize(rounding, arete_affine(scale: 0.5, zero_point: 1), ARETE_INT8, input, 8, &output)
            #expect(output == expected)
        }
    }

    @Test("every integer type dequantizes about its zero point")
    func dequantizes() {
        var output = [Float](repeating: 0, count: 2)
        let affine = arete_affine(scale: 0.5, zero_point: 10)
        arete_dequantize(affine, ARETE_INT8, [Int8(-128), 127], 2, &output)
        #expect(output == [-69, 58.5])
        arete_dequantize(affine, ARETE_UINT8, [UInt8(0), 255], 2, &output)
        #expect(output == [-5, 122.5])
        arete_dequantize(affine, ARETE_INT16, [Int16(-32768), 32767], 2, &output)
        #expect(output == [-16389, 16378.5])
        arete_dequantize(affine, ARETE_INT32, [Int32(1000), 10], 2, &output)
        #expect(output == [495, 0])
    }

    @Test("dynamic quantization keeps every value within half a step, whatever its form")
    func dynamicForms() {
        var generator = Generator(seed: 41)
        for range: ClosedRange<Float> in [-1...1, 0.5...3, -7...(-2)] {
            let values = generator.floats(100, in: range)
            for form in [
                ARETE_DYNAMIC_SYMMETRIC, ARETE_DYNAMIC_ASYMMETRIC, ARETE_DYNAMIC_FAST, ARETE_DYNAMIC_UINT8,
            ] {
                var (low, high) = (Float(0), Float(0))
                arete_f32_range(values, 100, &low, &high)
                let scale = arete_dynamic_scale_of(form, low, high)
                var output = [UInt8](repeating: 0, count: 100)
                arete_dynamic_quantize(form, scale, low, high, values, 100, &output)
                for (value, byte) in zip(values, output) {
                    let stored = form == ARETE_DYNAMIC_UINT8 ? Int32(byte) : Int32(Int8(bitPattern: byte))
                    let back = Float(stored - scale.zero_point) * scale.scale
                    #expect(abs(back - value) <= scale.scale * 0.51, "seed 41 \(form) \(range)")
                }
            }
        }
    }

    @Test("a range of zero quantizes to zero points, and NaN does not widen it")
    func degenerateRanges() {
        var (low, high) = (Float(0), Float(0))
        arete_f32_range([0, .nan, 0], 3, &low, &high)
        #expect(low == 0 && high == 0)
        let scale = arete_dynamic_scale_of(ARETE_DYNAMIC_ASYMMETRIC, low, high)
        #expect(scale.scale == 1 && scale.zero_point == 0)
        var output = [Int8](repeating: 7, count: 2)
        arete_dynamic_quantize(ARETE_DYNAMIC_ASYMMETRIC, scale, low, high, [0, 0], 2, &output)
        #expect(output == [0, 0])
    }

    @Test("sums become floats in each order of the factors, in place")
    func dynamicSums() {
        for order in [
            ARETE_DYNAMIC_PRODUCT, ARETE_DYNAMIC_SEQUENTIAL, ARETE_DYNAMIC_FUSED, ARETE_DYNAMIC_BLOCKED,
        ] {
            let (scales, bias) = (Memory<Float>([0.5, 0.25]), Memory<Float>([1, -1]))
            var form = arete_dynamic_output(
                weight_scales: scales.pointer, step: 1, bias: bias.pointer, order: order, minimum: 0,
                maximum: .infinity)
            let sums = Memory<Int32>([10, 20, -100, 4])
            let raw = UnsafeMutableRawPointer(sums.pointer)
            arete_dynamic_dequantize(&form, 2, sums.pointer, 2, 2, raw.assumingMemoryBound(to: Float.self))
            withExtendedLifetime((scales, bias)) {}
            #expect((0..<4).map { raw.load(fromByteOffset: 4 * $0, as: Float.self) } == [11, 9, 0, 1])
        }
    }
}
