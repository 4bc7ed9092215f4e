// Floats to quantized values and back in every instruction set, against the portable kernels.
import CKernels
import TestSupport
import Testing

@Suite struct ConversionVectorTests {
    private let input: FencedMemory, results: FencedMemory, scales: FencedMemory, zeros: FencedMemory
    private let scalar = arete_kernels_scalar().pointee.conversion
    private static let types = [ARETE_INT8, ARETE_UINT8, ARETE_INT16, ARETE_UINT16, ARETE_INT4, ARETE_UINT4]

    init() throws {
        input = try FencedMemory(capacity: 4096)
        results = try FencedMemory(capacity: 4096)
        scales = try FencedMemory(capacity: 4096)
        zeros = try FencedMemory(capacity: 4096)
    }

    /// Ties, ordinary values, and what is no number or beyond every range; or nearly all of them ordinary.
    private func reals(_ count: Int, _ scale: Float, _ generator: inout Generator) -> [Float] {
        let odd: [Float] = [.nan, .infinity, -.infinity, 1e30, -1e30, -0.0, 0.49999997 * scale, 0x1p-140]
        let isOrdinary = Bool.random(using: &generator)
        return (0..<count).map { _ in
            if isOrdinary && Int.random(in: 0..<200, using: &generator) > 0 {
                return Float.random(in: -300...300, using: &generator) * scale
            }
            switch Int.random(in: 0..<8, using: &generator) {
            case 0: return odd.randomElement(using: &generator) ?? 0
            case 1...3: return (Float(Int.random(in: -400...400, using: &generator)) + 0.5) * scale
            default: return Float.random(in: -300...300, using: &generator) * scale
            }
        }
    }

    private func affine(_ type: arete_element_type, _ generator: inout Generator) -> arete_affine {
        let power = Float(sign: .plus, exponent: -Int.random(in: 0...9, using: &generator), significand: 1)
        let (low, high) = (arete_type_minimum(type), arete_type_maximum(type))
        let zero = [low, high, Int32.random(in: low...high, using: &generator)].randomElement(using: &generator)
        return arete_affine(
            scale: Bool.random(using: &generator) ? power : power * .random(in: 1..<2, using: &generator),
            zero_point: zero ?? 0)
    }

    private func size(_ type: arete_element_type) -> Int {
        type == ARETE_INT32 ? 4 : type == ARETE_INT16 || type == ARETE_UINT16 ? 2 : 1
    }

    @Test("one scale for all: the portable kernel's bits in every rounding", arguments: InstructionSetKernels.vectors)
    func affine(set: InstructionSetKernels) throws {
        let (quantize, expectedQuantize) = (try found(set.kernels.conversion.quantize), try found(scalar.quantize))
        let (dequantize, expectedDequantize) = (
            try found(set.kernels.conversion.dequantize), try found(scalar.dequantize)
        )
        for count in 0...200 {
            var generator = Generator(seed: UInt64(count))
            for rounding in ARETE_QUANTIZE_DIVIDE_AWAY.rawValue...ARETE_QUANTIZE_MULTIPLY_AWAY.rawValue {
                let type = Self.types[(count / 2 + Int(rounding)) % Self.types.count]
                let rounding = arete_quantize_rounding(rounding)
                let form = affine(type, &generator)
                let values = input.holding(reals(count, form.scale, &generator))
                let bytes = count * size(type)
                let expected = results.filled(bytes) { expectedQuantize(rounding, form, type, values, count, $0) }
                let result = results.filled(bytes) { quantize(rounding, form, type, values, count, $0) }
                #expect(result == expected, "seed \(count) \(rounding) \(type)")
            }
            let type = (Self.types + [ARETE_INT32])[count % 7]
            let form = affine(type == ARETE_INT32 ? ARETE_INT16 : type, &generator)
            let stored = input.holding(generator.integers(count * size(type)) as [UInt8])
            let expected = results.filled(count * 4) {
                expectedDequantize(form, type, stored, count, $0.assumingMemoryBound(to: Float.self))
            }
            let result = results.filled(count * 4) {
                dequantize(form, type, stored, count, $0.assumingMemoryBound(to: Float.self))
            }
            #expect(result == expected, "seed \(count) \(type)")
        }
    }

    @Test("scales along an axis and by place: the portable kernel's bits", arguments: InstructionSetKernels.vectors)
    func linear(set: InstructionSetKernels) throws {
        let (quantize, expectedQuantize) = (
            try found(set.kernels.conversion.quantize_linear), try found(scalar.quantize_linear)
        )
        let (dequantize, expectedDequantize) = (
            try found(set.kernels.conversion.dequantize_linear), try found(scalar.dequantize_linear)
        )
        for count in 1...200 {
            var generator = Generator(seed: UInt64(count))
            // Channels that follow each other, now and then.
            let isInnermost = count % 4 == 1
            let extent = Int.random(in: 1...(isInnermost ? 150 : 4), using: &generator)
            let inner = isInnermost ? 1 : Int.random(in: 1...100, using: &generator)
            let block = isInnermost ? 1 : Int.random(in: 1...extent, using: &generator)
            let blocks = (extent - 1) / block + 1
            var plan = arete_linear_plan(
                extent: extent, inner: inner, block: block, blocks: blocks, by_place: count % 5 == 0)
            let end = isInnermost && !(count % 5 == 0) ? count : min(count, extent * inner)
            let begin = Int.random(in: 0..<end, using: &generator)
            let type = (Self.types + [ARETE_INT32])[count % 7]
            let forms = (0..<(plan.by_place ? blocks * inner : blocks)).map { _ in
                affine(type == ARETE_INT32 ? ARETE_INT16 : type, &generator)
            }
            let factors = scales.holding(forms.map(\.scale))
            let offsets = count % 3 == 0 ? nil : zeros.holding(forms.map(\.zero_point))
            if type != ARETE_INT32 {
                let values = input.holding(reals(end, forms[0].scale, &generator))
                let bytes = end * size(type)
                let expected = results.filled(bytes) {
                    _ = expectedQuantize(&plan, values, factors, offsets, type, $0, begin, end)
                }
                let result = results.filled(bytes) {
                    _ = quantize(&plan, values, factors, offsets, type, $0, begin, end)
                }
                #expect(result == expected, "seed \(count) \(type)")
            }
            let stored = input.holding(generator.integers(end * size(type)) as [UInt8])
            let expected = results.filled(end * 4) {
                let target = $0.assumingMemoryBound(to: Float.self)
                _ = expectedDequantize(&plan, type, stored, factors, offsets, target, begin, end)
            }
            let result = results.filled(end * 4) {
                let target = $0.assumingMemoryBound(to: Float.self)
                _ = dequantize(&plan, type, stored, factors, offsets, target, begin, end)
            }
            #expect(result == expected, "seed \(count) \(type)")
        }
    }

    @Test("ranges found at run time: the portable kernel's bits", arguments: InstructionSetKernels.vectors)
    func dynamic(set: InstructionSetKernels) throws {
        let vector = set.kernels.conversion
        let (range, expectedRange) = (try found(vector.range), try found(scalar.range))
        let (quantize, expectedQuantize) = (try found(vector.dynamic_quantize), try found(scalar.dynamic_quantize))
        let (dequantize, expectedDequantize) = (
            try found(vector.dynamic_dequantize), try found(scalar.dynamic_dequantize)
        )
        for count in 0...200 {
            var generator = Generator(seed: UInt64(count))
            let values = input.holding(reals(count, 0.25, &generator).map { $0.isInfinite ? 3 : $0 })
            var (low, high, expectedLow, expectedHigh): (Float, Float, Float, Float) = (-1, 0, -1, 0)
            range(values, count, &low, &high)
            expectedRange(values, count, &expectedLow, &expectedHigh)
            #expect(low == expectedLow && high == expectedHigh, "seed \(count)")
            (low, high) = (-.random(in: 0...9, using: &generator), .random(in: 0...9, using: &generator))
            for form in ARETE_DYNAMIC_SYMMETRIC.rawValue...ARETE_DYNAMIC_UINT8.rawValue {
                let form = arete_dynamic_form(form)
                let scale = arete_dynamic_scale_of(form, low, high)
                let expected = results.filled(count) { expectedQuantize(form, scale, low, high, values, count, $0) }
                let result = results.filled(count) { quantize(form, scale, low, high, values, count, $0) }
                #expect(result == expected, "seed \(count) \(form)")
            }
            let sums = input.holding(generator.integers(3 * count, in: Int32(-90000)...90000))
            let step = count % 2
            var output = arete_dynamic_output(
                weight_scales: scales.holding(generator.floats(step == 0 ? 1 : count, in: 0.001...0.01)), step: step,
                bias: count % 3 == 0 ? nil : zeros.holding(generator.floats(count, in: -2...2)),
                order: arete_dynamic_order(UInt32(count % 4)), minimum: count % 5 == 0 ? -.infinity : -1,
                maximum: count % 5 == 0 ? .infinity : 2)
            let expected = results.filled(12 * count) {
                expectedDequantize(&output, 0.02, sums, 3, count, $0.assumingMemoryBound(to: Float.self))
            }
            let result = results.filled(12 * count) {
                dequantize(&output, 0.02, sums, 3, count, $0.assumingMemoryBound(to: Float.self))
            }
            #expect(result == expected, "seed \(count)")
        }
    }

    @Test("rows quantized by their ranges: the portable kernel's bits", arguments: InstructionSetKernels.vectors)
    func dynamicRows(set: InstructionSetKernels) throws {
        let quantize = try found(set.kernels.conversion.dynamic_quantize_rows)
        let expectedQuantize = try found(scalar.dynamic_quantize_rows)
        for seed in UInt64(1)...120 {
            var generator = Generator(seed: seed)
            let rows = Int.random(in: 1...40, using: &generator)
            let count = [1, 3, 16, 17, 31, 64, 96, 100, 144].randomElement(using: &generator)!
            let form = arete_dynamic_form(UInt32(seed % 4))
            let adds128 = Bool.random(using: &generator)
            var values = reals(rows * count, 0.25, &generator)
            // Rows of zeros, of one sign and without end among others.
            for row in 0..<rows {
                let kind = Int.random(in: 0...9, using: &generator)
                for index in (row * count)..<((row + 1) * count) {
                    switch kind {
                    case 0: values[index] = 0
                    case 1: values[index] = abs(values[index])
                    case 2: values[index] = -abs(values[index])
                    case 3: break
                    default: values[index] = values[index].isFinite ? values[index] : 0.5
                    }
                }
            }
            let source = Memory(values)
            func run(
                _ function:
                    @convention(c) (
                        arete_dynamic_form, Bool, UnsafePointer<Float>?, Int, Int,
                        UnsafeMutablePointer<arete_dynamic_scale>?,
                        UnsafeMutablePointer<UInt8>?
                    ) -> Void
            ) -> (bytes: [UInt8], scales: [Float], points: [Int32], holds: Bool) {
                let scales = Memory([arete_dynamic_scale](repeating: arete_dynamic_scale(), count: rows))
                let output = Memory([UInt8](repeating: 0, count: rows * count))
                function(form, adds128, source.pointer, rows, count, scales.pointer, output.pointer)
                return (
                    output.elements, scales.elements.map(\.scale), scales.elements.map(\.zero_point),
                    output.guardHolds && scales.guardHolds
                )
            }
            let (result, expected) = (run(quantize), run(expectedQuantize))
            #expect(result.bytes == expected.bytes && result.holds, "seed \(seed)")
            #expect(result.scales == expected.scales && result.points == expected.points, "seed \(seed)")
        }
    }

    @Test(
        "sums less a late zero point become floats: the portable kernel's bits",
        arguments: InstructionSetKernels.vectors)
    func finish(set: InstructionSetKernels) throws {
        let (finish, expectedFinish) = (
            try found(set.kernels.conversion.dynamic_finish), try found(scalar.dynamic_finish)
        )
        for count in 1...100 {
            var generator = Generator(seed: UInt64(count))
            let (rows, first, pixel) = (1 + count % 7, 4 * (count % 3), count % 5)
            let channels = first + count
            let sums = Memory(generator.integers(rows * (count + 3), in: Int32(-90000)...90000))
            let weightSums = Memory(generator.integers(channels, in: Int32(-9000)...9000))
            let activations = Memory(
                (0..<(rows + 5)).map { _ in
                    arete_dynamic_scale(
                        scale: .random(in: 0.01...0.1, using: &generator),
                        zero_point: .random(in: -128...127, using: &generator))
                })
            let weightScales = Memory(generator.floats(channels, in: 0.001...0.01))
            let bias = Memory(generator.floats(channels, in: -2...2))
            for order in 0...4 {
                var output = arete_dynamic_output()
                if order < 4 {
                    output = arete_dynamic_output(
                        weight_scales: weightScales.pointer, step: count % 2,
                        bias: count % 3 == 0 ? nil : UnsafePointer(bias.pointer),
                        order: arete_dynamic_order(UInt32(order)),
                        minimum: count % 5 == 0 ? -.infinity : -1, maximum: count % 5 == 0 ? .infinity : 2)
                }
                var form = arete_dynamic_finish(
                    output: output, weight_sums: weightSums.pointer, scales: activations.pointer, pixels: 1 + count % 4)
                let bytes = 4 * ((rows - 1) * (count + 2) + count)
                let expected = results.filled(bytes) {
                    expectedFinish(&form, sums.pointer, count + 3, pixel, rows, first, count, $0, count + 2)
                }
                let result = results.filled(bytes) {
                    finish(&form, sums.pointer, count + 3, pixel, rows, first, count, $0, count + 2)
                }
                #expect(result == expected, "seed \(count), order \(order)")
            }
        }
    }
}
