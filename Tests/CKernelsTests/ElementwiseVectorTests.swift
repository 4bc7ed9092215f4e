// Elementwise functions of floats in every instruction set, against the portable kernels.
import CKernels
import TestSupport
import Testing

@Suite struct ElementwiseVectorTests {
    @Test("functions of one float give the portable kernel's bits", arguments: InstructionSetKernels.vectors)
    func unary(set: InstructionSetKernels) throws {
        let lookUp = try found(set.kernels.elementwise.unary)
        let (input, results) = (try FencedMemory(capacity: 4096), try FencedMemory(capacity: 4096))
        var generator = Generator(seed: 51)
        let odd: [Float] = [.nan, .infinity, -.infinity, 0, -0.0, 0x1p-149, -104, 89, 0.625, 8_388_609, 20, -20]
        for operation in 0..<ARETE_UNARY_COUNT.rawValue {
            let operation = arete_unary_operation(operation)
            guard let portable = arete_unary(operation, ARETE_FLOAT32) else { continue }
            let run = try found(lookUp(operation, ARETE_FLOAT32))
            let classifies = operation == ARETE_UNARY_IS_NAN || operation == ARETE_UNARY_IS_INF
            for count in Array(0...40) + [127, 200] {
                let values: [Float] = (0..<count).map { _ in
                    switch Int.random(in: 0..<4, using: &generator) {
                    case 0: odd.randomElement(using: &generator) ?? 0
                    case 1: Float(bitPattern: UInt32.random(in: 0 ... .max, using: &generator))
                    default: Float.random(in: -9...9, using: &generator)
                    }
                }
                let source = input.holding(values)
                let bytes = count * (classifies ? 1 : 4)
                let expected = results.filled(bytes) { portable(source, $0, 0, count) }
                let result = results.filled(bytes) { run(source, $0, 0, count) }
                #expect(result == expected, "seed 51 \(operation) \(count)")
            }
        }
    }

    @Test(
        "softmax and its logarithm give the portable kernel's bits, along any axis",
        arguments: InstructionSetKernels.vectors, [ARETE_SOFTMAX, ARETE_LOG_SOFTMAX])
    func softmax(set: InstructionSetKernels, kind: arete_softmax_kind) throws {
        let run = try found(found(set.kernels.elementwise.softmax)(kind, ARETE_FLOAT32))
        let portable = try found(arete_softmax(kind, ARETE_FLOAT32))
        let (input, results) = (try FencedMemory(capacity: 65536), try FencedMemory(capacity: 65536))
        var generator = Generator(seed: 52)
        for _ in 0..<120 {
            let (n, inner) = (
                Int.random(in: 1...40, using: &generator),
                Bool.random(using: &generator) ? 1 : Int.random(in: 2...150, using: &generator)
            )
            let columns = inner * Int.random(in: 1...(inner == 1 ? 70 : 2), using: &generator)
            let odd: [Float] = [.nan, .infinity, -.infinity, -0.0, 0x1p-149]
            let hasOdd = Int.random(in: 0..<8, using: &generator) == 0
            let values: [Float] = (0..<n * columns).map { _ in
                hasOdd && Int.random(in: 0..<9, using: &generator) == 0
                    ? odd.randomElement(using: &generator) ?? 0 : Float.random(in: -20...20, using: &generator)
            }
            var plan = arete_softmax_plan(n: n, inner: inner, beta: [1, 0.5, -2].randomElement(using: &generator) ?? 1)
            let source = input.holding(values)
            let cut = Int.random(in: 0...columns, using: &generator)
            let expected = results.filled(4 * n * columns) { portable(&plan, source, $0, 0, columns) }
            let result = results.filled(4 * n * columns) {
                run(&plan, source, $0, cut, columns)
                run(&plan, source, $0, 0, cut)
            }
            #expect(result == expected, "seed 52 \(kind) n \(n) inner \(inner) columns \(columns)")
        }
    }

    @Test("floats looked up for bytes are the table's", arguments: InstructionSetKernels.vectors)
    func floatTable(set: InstructionSetKernels) throws {
        let run = try found(set.kernels.quantized.float_table)
        let (input, results) = (try FencedMemory(capacity: 1024), try FencedMemory(capacity: 4096))
        var generator = Generator(seed: 53)
        let table = (0..<256).map { _ in Float(bitPattern: UInt32.random(in: 0 ... .max, using: &generator)) }
        for count in Array(0...70) + Array(126...140) + [300, 511] {
            let source = input.holding((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
            func look(
                _ kernel: (UnsafePointer<Float>?, UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<Float>?) -> Void
            )
                -> [UInt8]
            {
                results.filled(4 * count) { kernel(table, source, count, $0.assumingMemoryBound(to: Float.self)) }
            }
            #expect(look(run) == look(arete_float_table_apply), "seed 53 \(count)")
        }
    }

    @Test("bytes chosen from rows are those chosen one by one", arguments: InstructionSetKernels.vectors)
    func pick(set: InstructionSetKernels) throws {
        let run = try found(set.kernels.layout.pick_rows)
        let (input, results) = (try FencedMemory(capacity: 1 << 14), try FencedMemory(capacity: 1 << 14))
        for seed in UInt64(0)..<200 {
            var generator = Generator(seed: seed)
            let extent = Int.random(in: 1...(seed % 3 == 0 ? 256 : 64), using: &generator)
            let (count, rows) = (
                Int.random(in: 1...extent, using: &generator), Int.random(in: 1...40, using: &generator)
            )
            let places = (0..<count).map { _ in UInt8(Int.random(in: 0..<extent, using: &generator)) }
            let table = (0..<256).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let (from, to) = (
                extent + Int.random(in: 0...5, using: &generator), count + Int.random(in: 0...5, using: &generator)
            )
            let source = input.holding(
                (0..<(rows - 1) * from + extent).map { _ in UInt8.random(in: 0...255, using: &generator) })
            places.withUnsafeBufferPointer { places in
                table.withUnsafeBufferPointer { table in
                    var pick = arete_pick(
                        extent: extent, count: count, places: places.baseAddress,
                        table: seed % 2 == 0 ? table.baseAddress : nil)
                    let size = (rows - 1) * to + count
                    let expected = results.filled(size) {
                        arete_pick_rows(&pick, source, from, $0.assumingMemoryBound(to: UInt8.self), to, rows)
                    }
                    let result = results.filled(size) {
                        run(&pick, source, from, $0.assumingMemoryBound(to: UInt8.self), to, rows)
                    }
                    #expect(result == expected, "seed \(seed): \(count) of \(extent)")
                }
            }
        }
    }

    @Test("means under distributions of bytes have the portable bits", arguments: InstructionSetKernels.vectors)
    func expectation(set: InstructionSetKernels) throws {
        let run = try found(set.kernels.quantized.expectation_rows)
        let (input, results) = (try FencedMemory(capacity: 1 << 16), try FencedMemory(capacity: 4096))
        let powers = (0..<256).map { 1 / (1 + 0.1 * Float($0)) }
        for seed in UInt64(0)..<60 {
            var generator = Generator(seed: seed)
            let bins = seed % 3 == 0 ? 16 : Int.random(in: 1...70, using: &generator)
            let length = seed % 6 == 0 ? 4 : Int.random(in: 1...9, using: &generator)
            let pitch = length * bins + Int.random(in: 0...7, using: &generator)
            let rows = Int.random(in: 0...300, using: &generator)
            let weights = (0..<bins).map { _ in Float.random(in: -9...9, using: &generator) }
            let flip: UInt8 = Bool.random(using: &generator) ? 128 : 0
            let size = rows == 0 ? 0 : (rows - 1) / length * pitch + ((rows - 1) % length + 1) * bins
            let source = input.holding((0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) })
            let cut = Int.random(in: 0...rows, using: &generator)
            powers.withUnsafeBufferPointer { powers in
                weights.withUnsafeBufferPointer { weights in
                    var plan = arete_expectation(
                        bins: bins, run: length, pitch: pitch, flip: flip, powers: powers.baseAddress,
                        weights: weights.baseAddress)
                    let expected = results.filled(4 * rows) {
                        arete_expectation_rows(&plan, source, $0.assumingMemoryBound(to: Float.self), 0, rows)
                    }
                    let result = results.filled(4 * rows) {
                        run(&plan, source, $0.assumingMemoryBound(to: Float.self), cut, rows)
                        run(&plan, source, $0.assumingMemoryBound(to: Float.self), 0, cut)
                    }
                    #expect(result == expected, "seed \(seed): \(rows) rows of \(bins)")
                }
            }
        }
    }

    @Test(
        "a swish of words gives the portable kernel's bits, and nearly those of its five steps one after the other",
        arguments: InstructionSetKernels.vectors)
    func wordSwish(set: InstructionSetKernels) throws {
        let run = try found(set.kernels.quantized.word_swish)
        let sigmoid = try found(arete_unary(ARETE_UNARY_SIGMOID, ARETE_FLOAT32))
        let (input, results) = (try FencedMemory(capacity: 1024), try FencedMemory(capacity: 1024))
        for seed in UInt64(0)..<40 {
            var generator = Generator(seed: seed)
            func affine(_ scales: ClosedRange<Float>) -> arete_affine {
                arete_affine(
                    scale: Float.random(in: scales, using: &generator),
                    zero_point: Int32.random(in: -32768...32767, using: &generator))
            }
            var swish = arete_word_swish()
            (swish.input, swish.output) = (affine(1e-5...1e-2), affine(1e-5...1e-2))
            swish.gate = seed % 2 == 0 ? arete_affine(scale: 1.0 / 65535, zero_point: -32768) : affine(1e-6...1e-4)
            let count = Int.random(in: 0...300, using: &generator)
            let x: [Int16] = generator.integers(count)
            var (reals, gates, words) = (
                [Float](repeating: 0, count: count), [Float](repeating: 0, count: count),
                [Int16](repeating: 0, count: count)
            )
            arete_dequantize(swish.input, ARETE_INT16, x, count, &reals)
            sigmoid(reals, &gates, 0, count)
            arete_quantize(ARETE_QUANTIZE_DIVIDE_EVEN, swish.gate, ARETE_INT16, gates, count, &words)
            arete_dequantize(swish.gate, ARETE_INT16, words, count, &gates)
            for i in 0..<count { reals[i] *= gates[i] }
            arete_quantize(ARETE_QUANTIZE_DIVIDE_EVEN, swish.output, ARETE_INT16, reals, count, &words)
            let source = input.holding(x)
            let portable = results.filled(count * 2) {
                arete_word_swish_row(&swish, source, count, $0.assumingMemoryBound(to: Int16.self))
            }
            let result = results.filled(count * 2) {
                run(&swish, source, count, $0.assumingMemoryBound(to: Int16.self))
            }
            #expect(result == portable, "seed \(seed)")
            // `filled` tells the bytes before the results too.
            let numbers = portable.dropFirst(64).withUnsafeBytes { Array($0.bindMemory(to: Int16.self)) }
            let differences = zip(numbers, words).map { abs(Int($0) - Int($1)) }.filter { $0 != 0 }
            // Where a step of the gate is more than one of the result, a gate that falls otherwise shows as many.
            let most = 2 + 65536 * swish.input.scale * swish.gate.scale / swish.output.scale
            #expect(differences.allSatisfy { Float($0) <= most }, "seed \(seed)")
            #expect(differences.count <= 3 + count / 50, "seed \(seed)")
        }
    }

    @Test("functions with constants give the portable kernel's bits", arguments: InstructionSetKernels.vectors)
    func parametric(set: InstructionSetKernels) throws {
        let lookUp = try found(set.kernels.elementwise.parametric)
        let (input, results) = (try FencedMemory(capacity: 4096), try FencedMemory(capacity: 4096))
        var generator = Generator(seed: 52)
        let odd: [Float] = [.nan, .infinity, -.infinity, 0, -0.0, 0x1p-149, -104, 89, 20, -20]
        for operation in 0..<ARETE_PARAMETRIC_COUNT.rawValue {
            let operation = arete_parametric_operation(operation)
            let portable = try found(arete_parametric(operation, ARETE_FLOAT32))
            let run = try found(lookUp(operation, ARETE_FLOAT32))
            for count in Array(0...40) + [127] {
                var constants = arete_parameters(
                    a: Double.random(in: -2...2, using: &generator), b: Double.random(in: -2...2, using: &generator))
                let values: [Float] = (0..<count).map { _ in
                    Bool.random(using: &generator)
                        ? Float.random(in: -9...9, using: &generator) : odd.randomElement(using: &generator) ?? 0
                }
                let source = input.holding(values)
                let expected = results.filled(count * 4) { portable(source, $0, 0, count, &constants) }
                let result = results.filled(count * 4) { run(source, $0, 0, count, &constants) }
                #expect(result == expected, "seed 52 \(operation) \(count)")
            }
        }
    }

    @Test("functions of two floats give the plain result, bounded", arguments: InstructionSetKernels.vectors)
    func pairs(set: InstructionSetKernels) throws {
        let lookUp = try found(set.kernels.elementwise.float_pair)
        let memory = try (0..<3).map { _ in try FencedMemory(capacity: 4096) }
        var generator = Generator(seed: 53)
        let odd: [Float] = [.nan, .infinity, -.infinity, 0, -0.0]
        let operations: [(arete_binary_operation, (Float, Float) -> Float)] = [
            (ARETE_BINARY_ADD, (+)), (ARETE_BINARY_SUB, (-)), (ARETE_BINARY_MUL, (*)), (ARETE_BINARY_DIV, (/)),
        ]
        #expect(lookUp(ARETE_BINARY_POW) == nil)
        for (operation, plain) in operations {
            let run = try found(lookUp(operation))
            for count in Array(1...20) + [67] {
                for (a, b) in [(1, 1), (1, 0), (0, 1), (0, 0)] {
                    var form = arete_float_bounds(low: -.infinity, high: .infinity)
                    if Bool.random(using: &generator) { form = arete_float_bounds(low: 0, high: 6) }
                    func values(_ count: Int) -> [Float] {
                        (0..<count).map { _ in
                            Int.random(in: 0..<5, using: &generator) == 0
                                ? odd.randomElement(using: &generator) ?? 0
                                : Float.random(in: -9...9, using: &generator)
                        }
                    }
                    let (x, y) = (values(a == 1 ? 2 * count : 2), values(b == 1 ? 2 * count : 2))
                    var rows = arete_pair_rows(
                        a: memory[0].holding(x), b: memory[1].holding(y), output: nil, a_step: a, b_step: b,
                        a_pitch: x.count * 2, b_pitch: y.count * 2, output_pitch: count * 4, rows: 2, count: count)
                    let result = memory[2].filled(count * 8) {
                        rows.output = $0
                        run(&form, &rows)
                    }
                    let expected: [Float] = (0..<2 * count).map { i in
                        let (row, column) = (i / count, i % count)
                        let value = plain(x[row * x.count / 2 + a * column], y[row * y.count / 2 + b * column])
                        let low = value < form.low ? form.low : value
                        return low > form.high ? form.high : low
                    }
                    let floats = result.dropFirst(64).withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
                    #expect(result.prefix(64).allSatisfy { $0 == 0xA5 })
                    #expect(
                        zip(floats, expected).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN },
                        "seed 53 \(operation) \(count)")
                }
            }
        }
    }
}
