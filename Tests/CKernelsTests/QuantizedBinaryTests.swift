// Quantized functions of two operands against real arithmetic and against their definitions.
import CKernels
import Testing

@Suite struct QuantizedBinaryTests {
    private static let none = (low: -Float.infinity, high: Float.infinity)

    private func run(
        _ operation: arete_quantized_binary_operation, _ arithmetic: arete_arithmetic, _ type: arete_element_type,
        _ a: [Int], _ b: [Int], _ scales: (Float, Float, Float), _ zeros: (Int32, Int32, Int32),
        clamp: (low: Float, high: Float) = none
    ) -> [Int]? {
        var binary = arete_quantized_binary()
        guard
            arete_quantized_binary_prepare(
                &binary, operation, arithmetic, type, arete_affine(scale: scales.0, zero_point: zeros.0),
                arete_affine(scale: scales.1, zero_point: zeros.1), arete_affine(scale: scales.2, zero_point: zeros.2),
                clamp.low, clamp.high, false)
        else { return nil }
        func pack(_ values: [Int]) -> Memory<UInt8> {
            if type == ARETE_INT16 {
                return Memory(values.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] })
            }
            return Memory(values.map { UInt8(truncatingIfNeeded: $0) })
        }
        let count = max(a.count, b.count)
        let (x, y, output) = (pack(a), pack(b), pack([Int](repeating: 0, count: count)))
        withExtendedLifetime((x, y)) {
            var rows = arete_pair_rows(
                a: x.pointer, b: y.pointer, output: output.pointer, a_step: a.count == 1 ? 0 : 1,
                b_step: b.count == 1 ? 0 : 1, a_pitch: 0, b_pitch: 0, output_pitch: 0, rows: 1, count: count)
            arete_quantized_binary_rows(&binary, &rows)
        }
        guard output.guardHolds else { return nil }
        let raw = UnsafeRawPointer(output.pointer)
        return (0..<count).map {
            switch type {
            case ARETE_INT8: Int(raw.load(fromByteOffset: $0, as: Int8.self))
            case ARETE_UINT8: Int(raw.load(fromByteOffset: $0, as: UInt8.self))
            default: Int(raw.load(fromByteOffset: 2 * $0, as: Int16.self))
            }
        }
    }

    @Test("sums, differences, products and squared differences stay within a step of real arithmetic")
    func nearRealArithmetic() {
        var generator = Generator(seed: 21)
        let operations: [(arete_quantized_binary_operation, (Double, Double) -> Double)] = [
            (ARETE_QUANTIZED_ADD, { $0 + $1 }), (ARETE_QUANTIZED_SUB, { $0 - $1 }), (ARETE_QUANTIZED_MUL, { $0 * $1 }),
            (ARETE_QUANTIZED_SQUARED_DIFFERENCE, { ($0 - $1) * ($0 - $1) }),
        ]
        for (operation, function) in operations {
            for type in [ARETE_INT8, ARETE_UINT8, ARETE_INT16] {
                if operation == ARETE_QUANTIZED_SQUARED_DIFFERENCE && type == ARETE_INT16 { continue }
                let range = Int(arete_type_minimum(type))...Int(arete_type_maximum(type))
                let words = type == ARETE_INT16
                let zeros: (Int32, Int32, Int32) =
                    words ? (0, 0, 0) : (Int32(range.upperBound), Int32(range.lowerBound), 3)
                let small: Float = words ? 1 / 256 : 1
                let scales = (0.02 * small, 0.031 * small, 0.05 * small)
                let (a, b) = (generator.integers(300, in: range), generator.integers(300, in: range))
                for arithmetic in [ARETE_EXACT, ARETE_FAST] {
                    guard let result = run(operation, arithmetic, type, a, b, scales, zeros) else {
                        #expect(
                            arithmetic == ARETE_FAST && (words || operation == ARETE_QUANTIZED_SQUARED_DIFFERENCE))
                        continue
                    }
                    for index in 0..<300 {
                        let x = Double(scales.0) * Double(a[index] - Int(zeros.0))
                        let y = Double(scales.1) * Double(b[index] - Int(zeros.1))
                        let real = function(x, y) / Double(scales.2) + Double(zeros.2)
                        let bounded = min(max(real, Double(range.lowerBound)), Double(range.upperBound))
                        #expect(abs(bounded - Double(result[index])) <= 1, "seed 21, \(operation) \(type)")
                    }
                }
            }
        }
    }

    @Test("a fast product is the float product of integers, nearest, ties to even")
    func fastProduct() {
        var generator = Generator(seed: 22)
        let a: [Int] = generator.integers(500, in: -128...127)
        let b: [Int] = generator.integers(500, in: -128...127)
        let result = run(ARETE_QUANTIZED_MUL, ARETE_FAST, ARETE_INT8, a, b, (0.013, 0.027, 0.031), (5, -7, 9))
        let scale = Float(0.013) * Float(0.027) / Float(0.031)
        for index in 0..<500 {
            let value = Int((Float((a[index] - 5) * (b[index] + 7)) * scale).rounded(.toNearestOrEven)) + 9
            #expect(result?[index] == min(max(value, -128), 127))
        }
    }

    @Test("one operand for all, and a fused activation")
    func broadcastAndClamp() {
        for arithmetic in [ARETE_EXACT, ARETE_FAST] {
            let result = run(
                ARETE_QUANTIZED_ADD, arithmetic, ARETE_INT8, [-10, 0, 10, 60], [5], (0.5, 0.5, 0.5), (0, 0, 0),
                clamp: (0, 6))
            #expect(result == [0, 5, 12, 12])
        }
    }

    @Test("PReLU scales negative values by the slope; a quotient divides")
    func preluAndQuotient() {
        let scales: (Float, Float, Float) = (0.5, 0.25, 0.5)
        let prelu = run(
            ARETE_QUANTIZED_PRELU, ARETE_EXACT, ARETE_INT8, [-8, -4, 0, 8], [2, 4, 4, 4], scales, (0, 0, 0))
        #expect(prelu == [-4, -4, 0, 8])
        let quotient = run(
            ARETE_QUANTIZED_DIV, ARETE_EXACT, ARETE_INT8, [40, -40, 9], [10, 10, -3], (1, 1, 0.5), (0, 0, 0))
        #expect(quotient == [8, -8, -6])
    }

    @Test("scales outside the fast arithmetic's limits are refused")
    func fastLimits() {
        let (tiny, one) = (arete_affine(scale: 0.0001, zero_point: 0), arete_affine(scale: 1, zero_point: 0))
        #expect(!arete_fast_binary_covers(ARETE_QUANTIZED_ADD, ARETE_INT8, tiny, one, one))
        #expect(arete_fast_binary_covers(ARETE_QUANTIZED_MUL, ARETE_INT8, tiny, one, one))
        #expect(!arete_fast_binary_covers(ARETE_QUANTIZED_MUL, ARETE_INT8, tiny, tiny, one))
        #expect(!arete_fast_binary_covers(ARETE_QUANTIZED_MUL, ARETE_INT16, one, one, one))
    }
}
