// Functions of rows of quantized elements in every instruction set, against the portable kernels.
import CKernels
import TestSupport
import Testing

@Suite struct QuantizedRowsVectorTests {
    /// Rows that stretch over the ends of vectors and of kept parts.
    private static let depths = Array(1...34) + [63, 64, 65, 127, 128, 129, 255, 256, 257, 300, 511, 513, 1000]

    @Test("tables of words give the portable kernel's bits for every word", arguments: InstructionSetKernels.vectors)
    func wordTable(set: InstructionSetKernels) throws {
        let run = try found(set.kernels.quantized.table16)
        let (input, results) = (try FencedMemory(capacity: 1 << 17), try FencedMemory(capacity: 1 << 18))
        let memory = try FencedMemory(capacity: 1026)
        for seed in UInt64(0)..<3 {
            var generator = Draw(seed: seed)
            // Neighbouring entries may be further apart than a word holds.
            let table = memory.holding(generator.integers(513, in: seed % 2 == 0 ? Int16.min...Int16.max : -900...900))
            for count in seed == 0 ? [65536] : Array(0...70) + [500] {
                let words: [Int16] =
                    count == 65536 ? (Int16.min...Int16.max).map { $0 } : generator.integers(count, in: .min ... .max)
                let source = input.holding(words)
                func look(
                    _ kernel: (UnsafePointer<Int16>?, UnsafePointer<Int16>?, Int, UnsafeMutablePointer<Int16>?) -> Void
                ) -> [UInt8] {
                    results.filled(2 * count) { kernel(table, source, count, $0.assumingMemoryBound(to: Int16.self)) }
                }
                #expect(look(run) == look(arete_table16_apply), "seed \(seed) \(count)")
            }
        }
    }

    @Test("logistic and tanh of words give the portable kernels' bits", arguments: InstructionSetKernels.vectors)
    func wordCurves(set: InstructionSetKernels) throws {
        let kernels = set.kernels.quantized
        let (input, results) = (try FencedMemory(capacity: 1 << 17), try FencedMemory(capacity: 1 << 18))
        let scales: [Float] = [1.0 / 4096, 1.0 / 2048, 1.0 / 1024, 1.0 / 32768, 1e-4, 3e-4, 0.0123, 1, 700, 1e-9]
        for (seed, scale) in scales.enumerated() {
            var generator = Draw(seed: UInt64(seed))
            for count in [seed % 4 == 1 ? 65536 : 129, 0, 1, 7, 33, 63] {
                let words: [Int16] =
                    count == 65536 ? (Int16.min...Int16.max).map { $0 } : generator.integers(count, in: .min ... .max)
                let source = input.holding(words)
                for arithmetic in [ARETE_FAST, ARETE_EXACT] {
                    for (vector, portable) in [
                        (try found(kernels.word_logistic), arete_s16_logistic),
                        (try found(kernels.word_tanh), arete_s16_tanh),
                    ] {
                        let expected = results.filled(2 * count) {
                            portable(arithmetic, scale, source, count, $0.assumingMemoryBound(to: Int16.self))
                        }
                        let result = results.filled(2 * count) {
                            vector(arithmetic, scale, source, count, $0.assumingMemoryBound(to: Int16.self))
                        }
                        #expect(result == expected, "scale \(scale) count \(count) \(arithmetic)")
                    }
                }
            }
        }
    }

    /// Rows of which some have few different values, or those at the ends of the range alone.
    private func rows(_ generator: inout Draw, count: Int, isWord: Bool) -> [UInt8] {
        let range = [UInt8(0)...255, 0...3, 126...129, 250...255].randomElement(using: &generator)!
        if isWord && Bool.random(using: &generator) {
            let words: [Int16] = generator.integers(count, in: -3000...3000)
            return words.withUnsafeBytes { Array($0) }
        }
        return generator.integers(isWord ? 2 * count : count, in: range)
    }

    @Test("softmax of quantized rows gives the portable kernel's bits", arguments: InstructionSetKernels.vectors)
    func softmax(set: InstructionSetKernels) throws {
        let run = try found(set.kernels.quantized.softmax_rows)
        let (input, results) = (try FencedMemory(capacity: 1 << 17), try FencedMemory(capacity: 1 << 18))
        for (number, depth) in Self.depths.enumerated() {
            var generator = Draw(seed: UInt64(number))
            for (from, to) in [
                (ARETE_INT8, ARETE_INT8), (ARETE_UINT8, ARETE_UINT8), (ARETE_INT16, ARETE_INT16),
                (ARETE_UINT8, ARETE_INT8), (ARETE_INT8, ARETE_INT16),
            ] {
                let count = [1, 2, 3, 8, 17, 40].randomElement(using: &generator)! * (depth < 5 ? 3 : 1)
                let (size, isWord) = (to == ARETE_INT16 ? 2 : 1, from == ARETE_INT16)
                let source = input.holding(rows(&generator, count: count * depth, isWord: isWord))
                let scale = Float.random(in: 0.001...0.2, using: &generator) / (isWord ? 50 : 1)
                let beta = [Float(1), 0.5, 8].randomElement(using: &generator)!
                let output = arete_affine(
                    scale: [Float(1) / 256, 1e-4, 1].randomElement(using: &generator)!,
                    zero_point: isWord || size == 2 ? 0 : arete_type_minimum(to) + Int32(number % 2 * 5))
                for arithmetic in [ARETE_FAST, ARETE_EXACT] {
                    var softmax = arete_quantized_softmax()
                    guard arete_quantized_softmax_prepare(&softmax, arithmetic, from, scale, beta, to, output) else {
                        continue
                    }
                    let expected = results.filled(count * depth * size) {
                        arete_quantized_softmax_rows(&softmax, source, count, depth, $0)
                    }
                    let result = results.filled(count * depth * size) { run(&softmax, source, count, depth, $0) }
                    #expect(result == expected, "seed \(number): \(count) rows of \(depth) \(from) \(arithmetic)")
                }
            }
        }
    }

    @Test("log-softmax of quantized rows gives the portable kernel's bits", arguments: InstructionSetKernels.vectors)
    func logSoftmax(set: InstructionSetKernels) throws {
        let run = try found(set.kernels.quantized.log_softmax_rows)
        let (input, results) = (try FencedMemory(capacity: 1 << 17), try FencedMemory(capacity: 1 << 18))
        for (number, depth) in Self.depths.enumerated() {
            var generator = Draw(seed: UInt64(number))
            for type in [ARETE_INT8, ARETE_UINT8] {
                let count = [1, 2, 3, 8, 17, 40].randomElement(using: &generator)!
                let source = input.holding(rows(&generator, count: count * depth, isWord: false))
                let scale = Float.random(in: 0.001...(number % 2 == 0 ? 0.2 : 2), using: &generator)
                for arithmetic in [ARETE_FAST, ARETE_EXACT] {
                    var softmax = arete_quantized_softmax()
                    #expect(arete_quantized_log_softmax_prepare(&softmax, arithmetic, type, scale))
                    let expected = results.filled(count * depth) {
                        arete_quantized_log_softmax_rows(&softmax, source, count, depth, $0)
                    }
                    let result = results.filled(count * depth) { run(&softmax, source, count, depth, $0) }
                    #expect(result == expected, "seed \(number): \(count) rows of \(depth) \(type) \(arithmetic)")
                }
            }
        }
    }

    @Test("comparisons of quantized rows give the portable kernel's bits", arguments: InstructionSetKernels.vectors)
    func comparison(set: InstructionSetKernels) throws {
        let run = try found(set.kernels.quantized.compare_row)
        let memory = try (0..<3).map { _ in try FencedMemory(capacity: 4096) }
        for seed in UInt64(0)..<20 {
            var generator = Draw(seed: seed)
            let type = seed % 2 == 0 ? ARETE_INT8 : ARETE_UINT8
            // Scales so small that neighbours are equal, and so large that the fixed point wraps.
            func affine() -> arete_affine {
                arete_affine(
                    scale: [0.001, 0.02, 0.5, 3, 1e6].randomElement(using: &generator)!
                        * Float.random(in: 1...2, using: &generator),
                    zero_point: Int32.random(in: 0...255, using: &generator) + arete_type_minimum(type))
            }
            let a = affine()
            let b = seed % 3 == 0 ? a : affine()
            for kind in 0..<6 {
                var comparison = arete_quantized_comparison()
                #expect(arete_quantized_comparison_prepare(&comparison, arete_comparison(UInt32(kind)), type, a, b))
                for count in [1, 31, 65, 300] {
                    for (left, right) in [(1, 1), (1, 0), (0, 1), (0, 0)] {
                        let x = memory[0].holding(generator.integers(left == 1 ? count : 1, in: UInt8(0)...255))
                        let y = memory[1].holding(generator.integers(right == 1 ? count : 1, in: UInt8(0)...255))
                        func compare(_ kernel: (UnsafeMutablePointer<UInt8>) -> Void) -> [UInt8] {
                            memory[2].filled(count) { kernel($0.assumingMemoryBound(to: UInt8.self)) }
                        }
                        let expected = compare {
                            arete_quantized_compare_row(&comparison, x, left, y, right, $0, count)
                        }
                        let result = compare { run(&comparison, x, left, y, right, $0, count) }
                        #expect(result == expected, "seed \(seed) kind \(kind) count \(count)")
                    }
                }
            }
        }
    }
}
