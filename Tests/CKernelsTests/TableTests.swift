// Tables of quantized functions against the real functions.
import CKernels
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@Suite struct TableTests {
    private typealias Function = @Sendable (Double) -> Double

    private static let functions: [(arete_table_function, Function)] = [
        (ARETE_TABLE_RESCALE, { $0 }), (ARETE_TABLE_RELU, { max($0, 0) }), (ARETE_TABLE_RELU6, { min(max($0, 0), 6) }),
        (ARETE_TABLE_RELU_N1, { min(max($0, -1), 1) }), (ARETE_TABLE_RELU_01, { min(max($0, 0), 1) }),
        (ARETE_TABLE_LEAKY_RELU, { $0 < 0 ? 0.2 * $0 : $0 }), (ARETE_TABLE_LOGISTIC, { 1 / (1 + exp(-$0)) }),
        (ARETE_TABLE_TANH, { tanh($0) }), (ARETE_TABLE_ELU, { $0 < 0 ? exp($0) - 1 : $0 }),
        (ARETE_TABLE_EXP, { exp($0) }),
        (ARETE_TABLE_ABS, { abs($0) }), (ARETE_TABLE_GELU, { $0 / 2 * (1 + erf($0 / 2.0.squareRoot())) }),
        (ARETE_TABLE_HARD_SWISH, { $0 * min(max($0 + 3, 0), 6) / 6 }),
    ]

    private func form(
        _ function: arete_table_function, _ arithmetic: arete_arithmetic, _ type: arete_element_type,
        _ input: (Float, Int32), _ output: (Float, Int32)
    ) -> arete_table_form {
        arete_table_form(
            function: function, arithmetic: arithmetic, input_type: type, output_type: type,
            input: arete_affine(scale: input.0, zero_point: input.1),
            output: arete_affine(scale: output.0, zero_point: output.1), alpha: 0.2)
    }

    @Test("8-bit tables stay within a step of the real functions, in both arithmetics")
    func nearRealFunctions() {
        for (function, real) in Self.functions {
            for (type, least) in [(ARETE_INT8, -128), (ARETE_UINT8, 0)] {
                let (input, output) = ((Float(0.04), Int32(least + 100)), (Float(0.05), Int32(least + 90)))
                for arithmetic in [ARETE_EXACT, ARETE_FAST] {
                    var form = form(function, arithmetic, type, input, output)
                    var table = [UInt8](repeating: 0, count: 256)
                    #expect(arete_table_fill(&form, &table))
                    // The fast multipliers have 8 fractional bits only, the hard swish 15 bits.
                    for stored in least...(least + 255) {
                        let entry = table[stored & 255]
                        let result = type == ARETE_INT8 ? Int(Int8(bitPattern: entry)) : Int(entry)
                        let y =
                            real(Double(input.0) * Double(stored - Int(input.1))) / Double(output.0) + Double(output.1)
                        let bounded = min(max(y, Double(least)), Double(least + 255))
                        #expect(abs(bounded - Double(result)) <= 1, "\(function) \(type) \(arithmetic) \(stored)")
                    }
                }
            }
        }
    }

    @Test("square root, reciprocal root and logarithm of int8")
    func rootsAndLogarithm() {
        let functions: [(arete_table_function, Function)] = [
            (ARETE_TABLE_SQRT, { $0.squareRoot() }), (ARETE_TABLE_RSQRT, { 1 / $0.squareRoot() }),
            (ARETE_TABLE_LOG, { log($0) }),
        ]
        for (function, real) in functions {
            var form = form(function, ARETE_EXACT, ARETE_INT8, (0.1, -128), (0.05, -20))
            var table = [UInt8](repeating: 0, count: 256)
            #expect(arete_table_fill(&form, &table))
            for stored in -127...127 {
                let y = real(0.1 * Double(stored + 128)) / 0.05 - 20
                let result = Double(Int8(bitPattern: table[stored & 255]))
                #expect(abs(min(max(y, -128), 127) - result) <= 1.01, "\(function) \(stored)")
            }
        }
    }

    @Test("a table maps every byte, in place too")
    func applies() {
        let table = (0..<256).map { UInt8(255 - $0) }
        var bytes: [UInt8] = [0, 1, 254, 255]
        arete_kernels_scalar().pointee.quantized.table(table, bytes, 4, &bytes, 4, 1, 4)
        #expect(bytes == [255, 254, 1, 0])
    }

    @Test("16-bit tables interpolate the real functions to a few steps")
    func wordTables() {
        var form = form(ARETE_TABLE_EXP, ARETE_EXACT, ARETE_INT16, (8.0 / 32768, 0), (3000.0 / 32768, 0))
        form.input_type = ARETE_INT16
        form.output_type = ARETE_INT16
        var table = [Int16](repeating: 0, count: 513)
        #expect(arete_table16_fill(&form, &table))
        let input: [Int16] = stride(from: -32768, to: 32767, by: 97).map { Int16($0) }
        var output = [Int16](repeating: 0, count: input.count)
        arete_table16_apply(table, input, input.count, &output)
        for (x, y) in zip(input, output) {
            let real = exp(Double(x) * 8 / 32768) * 32768 / 3000
            #expect(abs(min(real, 32767) - Double(y)) < 16)
        }
    }

    @Test("16-bit logistic and tanh follow their curves for any scale of the input")
    func wordCurves() {
        let input: [Int16] = stride(from: -32768, through: 32767, by: 127).map { Int16($0) }
        var output = [Int16](repeating: 0, count: input.count)
        for arithmetic in [ARETE_EXACT, ARETE_FAST] {
            for scale: Float in [1.0 / 4096, 1.0 / 2048, 0.0003] {
                arete_s16_logistic(arithmetic, scale, input, input.count, &output)
                for (x, y) in zip(input, output) {
                    #expect(abs(32768 / (1 + exp(-Double(x) * Double(scale))) - Double(y)) < 40)
                }
                arete_s16_tanh(arithmetic, scale, input, input.count, &output)
                for (x, y) in zip(input, output) {
                    #expect(abs(32768 * tanh(Double(x) * Double(scale)) - Double(y)) < 40)
                }
            }
        }
    }

    @Test("values between other types rescale too")
    func rescalesTypes() {
        var form = form(ARETE_TABLE_RESCALE, ARETE_EXACT, ARETE_INT8, (0.5, 1), (0.25, 3))
        form.input_type = ARETE_INT16
        form.output_type = ARETE_INT32
        var output = [Int32](repeating: 0, count: 3)
        #expect(arete_quantized_unary(&form, [Int16(-32768), 1, 100], 3, &output))
        #expect(output == [-65535, 3, 201])
    }
}
