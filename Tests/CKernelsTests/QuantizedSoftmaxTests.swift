// Softmax, log-softmax and L2 normalization of quantized rows against real arithmetic.
import CKernels
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@Suite struct QuantizedSoftmaxTests {
    private func real(_ row: [Int], scale: Double) -> [Double] {
        let largest = row.max()!
        let exponentials = row.map { exp(Double($0 - largest) * scale) }
        let sum = exponentials.reduce(0, +)
        return exponentials.map { $0 / sum }
    }

    @Test("softmax of 8-bit rows is within a step of the real one in both arithmetics", arguments: [1, 2, 10, 333])
    func bytes(depth: Int) {
        var generator = Generator(seed: 31)
        for type in [ARETE_INT8, ARETE_UINT8] {
            let least = Int(arete_type_minimum(type))
            let values: [Int] = generator.integers(3 * depth, in: least...(least + 255))
            let input = values.map { UInt8(truncatingIfNeeded: $0) }
            for arithmetic in [ARETE_EXACT, ARETE_FAST] {
                var softmax = arete_quantized_softmax()
                let output = Memory([UInt8](repeating: 0, count: input.count))
                let affine = arete_affine(scale: 1.0 / 256, zero_point: Int32(least))
                #expect(arete_quantized_softmax_prepare(&softmax, arithmetic, type, 0.06, 1, type, affine))
                arete_quantized_softmax_rows(&softmax, input, 3, depth, output.pointer)
                for row in 0..<3 {
                    let expected = real(Array(values[(row * depth)..<((row + 1) * depth)]), scale: 0.06)
                    for (index, value) in expected.enumerated() {
                        let byte = output.elements[row * depth + index]
                        let result = type == ARETE_INT8 ? Int(Int8(bitPattern: byte)) + 128 : Int(byte)
                        #expect(abs(min(value * 256, 255) - Double(result)) <= 1, "seed 31")
                    }
                }
                #expect(output.guardHolds)
            }
        }
    }

    @Test("softmax of 16-bit rows is within a few steps of the real one")
    func words() {
        var generator = Generator(seed: 32)
        let input: [Int16] = generator.integers(40, in: -2000...2000)
        var softmax = arete_quantized_softmax()
        var output = [Int16](repeating: 0, count: 40)
        let affine = arete_affine(scale: 1.0 / 32768, zero_point: 0)
        #expect(arete_quantized_softmax_prepare(&softmax, ARETE_EXACT, ARETE_INT16, 0.001, 1, ARETE_INT16, affine))
        arete_quantized_softmax_rows(&softmax, input, 1, 40, &output)
        for (value, result) in zip(real(input.map { Int($0) }, scale: 0.001), output) {
            #expect(abs(value * 32768 - Double(result)) < 8)
        }
    }

    @Test("log-softmax is within a step of the real one in both arithmetics")
    func logarithms() {
        var generator = Generator(seed: 33)
        let values: [Int] = generator.integers(60, in: -128...127)
        let expected = real(values, scale: 0.05)
        for arithmetic in [ARETE_EXACT, ARETE_FAST] {
            var softmax = arete_quantized_softmax()
            var output = [Int8](repeating: 0, count: 60)
            #expect(arete_quantized_log_softmax_prepare(&softmax, arithmetic, ARETE_INT8, 0.05))
            arete_quantized_log_softmax_rows(&softmax, values.map { Int8($0) }, 1, 60, &output)
            for (value, result) in zip(expected, output) {
                #expect(abs(max(log(value) * 16 + 127, -128) - Double(result)) <= 1)
            }
        }
    }

    @Test("normalized rows have the values of the row over its length")
    func lengths() {
        let input: [Int8] = [3, -4, 12, 0, 0, 0, -128, 127, 5]
        var output = [Int8](repeating: 1, count: 9)
        arete_s8_l2_normalize(0, input, 3, 3, &output)
        #expect(Array(output[0..<6]) == [30, -39, 118, 0, 0, 0])
        var bytes = [UInt8](repeating: 1, count: 3)
        arete_u8_l2_normalize(128, [131, 124, 140], 1, 3, &bytes)
        for (byte, real) in zip(bytes, [157.5, 88.6, 246.2]) { #expect(abs(Double(byte) - real) <= 1) }
    }
}
