// Rows of accumulators and of bytes in every instruction set, against the portable kernels.
import CKernels
import TestSupport
import Testing

@Suite struct RequantizeVectorTests {
    private let accumulators: FencedMemory, results: FencedMemory, scales: [FencedMemory]

    init() throws {
        accumulators = try FencedMemory(capacity: 4096)
        results = try FencedMemory(capacity: 4096)
        scales = try (0..<4).map { _ in try FencedMemory(capacity: 4096) }
    }

    private func accumulator(_ generator: inout Generator) -> Int32 {
        switch Int.random(in: 0..<12, using: &generator) {
        case 0: [Int32.min, .max, 0, 1, -1].randomElement(using: &generator) ?? 0
        case 1: Int32.random(in: .min ... .max, using: &generator)
        case 2...4: Int32.random(in: -300...300, using: &generator)
        default: Int32.random(in: -200_000...200_000, using: &generator)
        }
    }

    @Test("rows requantize to the portable kernel's bits", arguments: InstructionSetKernels.vectors)
    func rows(set: InstructionSetKernels) throws {
        let run = try found(set.kernels.conversion.requantize_row)
        for count in 0...200 {
            let seed = UInt64(count)
            var generator = Generator(seed: seed)
            for rounding in [ARETE_ROUND_FLOAT, ARETE_ROUND_FIXED, ARETE_ROUND_FIXED_UP, ARETE_ROUND_DOUBLE] {
                // Two of the types for each length.
                let types = [ARETE_INT8, ARETE_UINT8, ARETE_INT16, ARETE_UINT16, ARETE_INT32]
                for type in [types[count % 5], types[(count + 2) % 5]] {
                    let first = Int.random(in: 0...3, using: &generator)
                    // Powers of two make ties, and shifts to the left and to the right.
                    let factors: [Double] = (0..<(count + first + 1)).map { _ in
                        let power = Double.exp2(Int.random(in: -31...2, using: &generator))
                        return Bool.random(using: &generator) ? power : power * .random(in: 1..<2, using: &generator)
                    }
                    var multipliers = factors.map { _ in Int32(0) }
                    var shifts = multipliers
                    for (i, factor) in factors.enumerated() {
                        arete_quantize_multiplier(factor, &multipliers[i], &shifts[i])
                    }
                    let isInteger = type == ARETE_INT32
                    let bounds = isInteger ? (0, 0) : (arete_type_minimum(type), arete_type_maximum(type))
                    let clamp = [
                        Int32.random(in: bounds.0...bounds.1, using: &generator),
                        Int32.random(in: bounds.0...bounds.1, using: &generator),
                    ].sorted()
                    let clamps = Bool.random(using: &generator)
                    let step = Int.random(in: 0...1, using: &generator)
                    let used = step == 0 ? 1 : count + first
                    var form = arete_requantization(
                        scale: scales[0].holding(factors.prefix(used).map { Float($0) }),
                        multiplier: scales[1].holding(Array(multipliers.prefix(used))),
                        shift: scales[2].holding(Array(shifts.prefix(used))),
                        factor: scales[3].holding(Array(factors.prefix(used))),
                        step: step, rounding: rounding, output: type,
                        zero_point: [bounds.0, bounds.1, clamp[0]].randomElement(using: &generator) ?? 0,
                        minimum: clamps ? clamp[0] : bounds.0, maximum: clamps ? clamp[1] : bounds.1)
                    let sums = accumulators.holding((0..<count).map { _ in accumulator(&generator) })
                    let bytes = count * (isInteger ? 4 : type == ARETE_INT16 || type == ARETE_UINT16 ? 2 : 1)
                    let expected = results.filled(bytes) { arete_requantize_row(sums, count, first, &form, $0) }
                    let result = results.filled(bytes) { run(sums, count, first, &form, $0) }
                    #expect(result == expected, "seed \(seed) \(rounding) \(type) step \(step)")
                }
            }
        }
    }

    @Test("bytes are looked up as by the portable kernel, in place too", arguments: InstructionSetKernels.vectors)
    func tables(set: InstructionSetKernels) throws {
        let run = try found(set.kernels.quantized.table)
        let table = try FencedMemory(capacity: 256)
        for count in 0...300 {
            var generator = Generator(seed: UInt64(count))
            let entries = table.holding(generator.integers(256) as [UInt8])
            let bytes: [UInt8] = generator.integers(count)
            let input = accumulators.holding(bytes)
            let expected = results.filled(count) {
                arete_table_apply(entries, input, count, $0.assumingMemoryBound(to: UInt8.self), count, 1, count)
            }
            let apart = results.filled(count) {
                run(entries, input, count, $0.assumingMemoryBound(to: UInt8.self), count, 1, count)
            }
            let inPlace = results.filled(count) {
                let target = $0.assumingMemoryBound(to: UInt8.self)
                target.update(from: input, count: count)
                run(entries, target, count, target, count, 1, count)
            }
            #expect(apart == expected && inPlace == expected, "seed \(count)")
            let (rows, pitch) = (count % 7, count % 90 + 3)
            let columns = pitch - 3
            let image = accumulators.holding(generator.integers(max(1, rows * pitch)) as [UInt8])
            let joined = [arete_table_apply, run].map { look in
                results.filled(rows * (pitch + 2)) {
                    look(entries, image, pitch, $0.assumingMemoryBound(to: UInt8.self), pitch + 2, rows, columns)
                }
            }
            #expect(joined[0] == joined[1], "seed \(count)")
        }
    }
}

extension Double {
    fileprivate static func exp2(_ exponent: Int) -> Double { Double(sign: .plus, exponent: exponent, significand: 1) }
}
