// Quantized functions of two operands in every instruction set, against the portable kernels.
import CKernels
import TestSupport
import Testing

@Suite struct QuantizedBinaryVectorTests {
    private let operands: [FencedMemory], results: FencedMemory

    init() throws {
        operands = try (0..<2).map { _ in try FencedMemory(capacity: 4096) }
        results = try FencedMemory(capacity: 4096)
    }

    /// A random quantization, often with its zero point at an end and a power of two for a scale.
    private func affine(_ type: arete_element_type, _ generator: inout Generator) -> arete_affine {
        let power = Float(sign: .plus, exponent: -Int.random(in: 0...12, using: &generator), significand: 1)
        let scale = Bool.random(using: &generator) ? power : power * .random(in: 1..<2, using: &generator)
        guard type != ARETE_INT16 else { return arete_affine(scale: scale, zero_point: 0) }
        let (low, high) = (arete_type_minimum(type), arete_type_maximum(type))
        let zero = [low, high, Int32.random(in: low...high, using: &generator)].randomElement(using: &generator)
        return arete_affine(scale: scale, zero_point: zero ?? 0)
    }

    /// Whether both functions give the same bytes, apart and over the first operand: one row of `count` results, and rows
    /// that lie apart. Elements have `size` bytes, those of the second operand `second`.
    private func agree(
        _ count: Int, size: Int, second: Int? = nil, _ generator: inout Generator, _ form: UnsafeRawPointer,
        _ expected: arete_pair_function, _ run: arete_pair_function
    ) -> Bool {
        let steps = (Int.random(in: 0...4, using: &generator) == 0 ? 0 : 1, Bool.random(using: &generator) ? 1 : 0)
        for rows in [1, Int.random(in: 2...5, using: &generator)] {
            let columns = rows == 1 ? count : 1 + count / rows
            func pitch(_ size: Int) -> Int { (columns + Int.random(in: 0...9, using: &generator)) * size }
            let sizes = [size, second ?? size]
            let pitches = (pitch(size), pitch(sizes[1]), pitch(size))
            let extent = { (pitch: Int) in (rows - 1) * pitch + columns * size }
            let ends: [UInt8] = [0, 127, 128, 255]
            let drawn: [[UInt8]] = zip([pitches.0, pitches.1], sizes).map { pitch, size in
                (generator.integers((rows - 1) * pitch + columns * size) as [UInt8]).map {
                    $0 % 7 == 0 ? ends[Int($0) / 7 % 4] : $0
                }
            }
            func operand(_ index: Int, _ step: Int, _ pitch: Int) -> UnsafeRawPointer {
                let bytes = step == 0 ? Array(drawn[index].prefix((rows - 1) * pitch + sizes[index])) : drawn[index]
                return UnsafeRawPointer(operands[index].holding(bytes))
            }
            let (a, b) = (operand(0, steps.0, pitches.0), operand(1, steps.1, pitches.1))
            func apart(_ function: arete_pair_function) -> [UInt8] {
                results.filled(extent(pitches.2)) {
                    var place = arete_pair_rows(
                        a: a, b: b, output: $0, a_step: steps.0, b_step: steps.1, a_pitch: pitches.0,
                        b_pitch: pitches.1, output_pitch: pitches.2, rows: rows, count: columns)
                    function(form, &place)
                }
            }
            func inPlace(_ function: arete_pair_function) -> [UInt8] {
                results.filled(extent(pitches.0)) {
                    $0.copyMemory(from: a, byteCount: extent(pitches.0))
                    var place = arete_pair_rows(
                        a: $0, b: b, output: $0, a_step: 1, b_step: steps.1, a_pitch: pitches.0, b_pitch: pitches.1,
                        output_pitch: pitches.0, rows: rows, count: columns)
                    function(form, &place)
                }
            }
            guard apart(run) == apart(expected) else { return false }
            guard steps.0 == 0 || inPlace(run) == inPlace(expected) else { return false }
        }
        return true
    }

    @Test("every function and type gives the portable kernel's bits", arguments: InstructionSetKernels.vectors)
    func functions(set: InstructionSetKernels) throws {
        let run = try found(set.kernels.quantized.binary_rows)
        var covered = 0
        for count in 1...200 {
            let seed = UInt64(count)
            var generator = Generator(seed: seed)
            // Every second function and a type a length: all of them several times over the lengths.
            for operation in ARETE_QUANTIZED_ADD.rawValue...ARETE_QUANTIZED_PRELU.rawValue
            where (Int(operation) + count) % 2 == 0 {
                for type in [[ARETE_INT8, ARETE_UINT8, ARETE_INT16][count / 2 % 3]] {
                    for arithmetic in [ARETE_EXACT, ARETE_FAST] {
                        let operation = arete_quantized_binary_operation(operation)
                        var (a, b) = (affine(type, &generator), affine(type, &generator))
                        let output = affine(type, &generator)
                        let powers = type == ARETE_INT16 && Bool.random(using: &generator)
                        if powers { (a.scale, b.scale) = (output.scale, output.scale / 8) }
                        let (low, high): (Float, Float) =
                            Bool.random(using: &generator)
                            ? (-.infinity, .infinity) : (-20 * output.scale, 50 * output.scale)
                        var form = arete_quantized_binary()
                        guard
                            arete_quantized_binary_prepare(
                                &form, operation, arithmetic, type, a, b, output, low, high, powers)
                        else { continue }
                        covered += 1
                        // The slope of 16-bit operands has 8 bits.
                        let isSlope = operation == ARETE_QUANTIZED_PRELU
                        let size = type == ARETE_INT16 ? 2 : 1
                        let isSame = agree(
                            count, size: size, second: isSlope ? 1 : nil, &generator, &form,
                            arete_quantized_binary_rows, run)
                        #expect(isSame, "seed \(seed) \(operation) \(type) \(arithmetic)")
                    }
                }
            }
        }
        #expect(covered > 600)
    }

    @Test("float sums give the portable kernel's bits", arguments: InstructionSetKernels.vectors)
    func floatSums(set: InstructionSetKernels) throws {
        let run = try found(set.kernels.quantized.sum_rows)
        for count in 1...200 {
            var generator = Generator(seed: UInt64(count))
            for type in [ARETE_INT8, ARETE_UINT8, ARETE_INT16] {
                var form = arete_quantized_sum()
                let (low, high) = (arete_type_minimum(type), arete_type_maximum(type))
                // Every second time all that the type holds.
                let least = count % 2 == 0 ? low : Int32.random(in: low...high, using: &generator)
                let most = count % 2 == 0 ? high : Int32.random(in: least...high, using: &generator)
                var affines = (0..<3).map { _ in affine(type, &generator) }
                if type == ARETE_INT16 {
                    for k in 0..<3 { affines[k].zero_point = Int32.random(in: low...high, using: &generator) }
                }
                // One operand alone, now and then.
                if count % 5 == 0 { affines[1].scale = 0 }
                #expect(arete_quantized_sum_prepare(&form, type, affines[0], affines[1], affines[2], least, most))
                let size = type == ARETE_INT16 ? 2 : 1
                let isSame = agree(count, size: size, &generator, &form, arete_quantized_sum_rows, run)
                #expect(isSame, "seed \(count) \(type)")
            }
        }
    }

    @Test("a float sum is rounded once after each product")
    func roundsOnce() throws {
        // 97 * a_ratio is 0.5 + 2^-25, between two floats: what is added, too small for a double beside it, decides.
        var form = arete_quantized_sum(
            a_ratio: 172961 * 0x1p-25, b_ratio: 0x1p-100, fixed: 0, minimum: 0, maximum: 255, type: ARETE_UINT8,
            a_zero_point: 0, b_zero_point: 0, zero_point: 0)
        let rows = [arete_kernels_scalar().pointee.quantized] + InstructionSetKernels.vectors.map(\.kernels.quantized)
        for row in rows {
            let run = try found(row.sum_rows)
            for b in [UInt8(0), 1] {
                let (first, second, result) = (Memory([UInt8(97)]), Memory([b]), Memory([UInt8(7)]))
                var place = arete_pair_rows(
                    a: first.pointer, b: second.pointer, output: result.pointer, a_step: 1, b_step: 1, a_pitch: 0,
                    b_pitch: 0, output_pitch: 0, rows: 1, count: 1)
                run(&form, &place)
                withExtendedLifetime((first, second)) {}
                #expect(result.elements == [b])
            }
        }
    }
}
