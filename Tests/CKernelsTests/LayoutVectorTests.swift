// Data movement in every instruction set, against the portable kernels.
import CKernels
import TestSupport
import Testing

@Suite struct LayoutVectorTests {
    private let input: FencedMemory, results: FencedMemory
    /// What the tensors of all cases hold.
    private let noise: [UInt8]

    init() throws {
        input = try FencedMemory(capacity: 1 << 18)
        results = try FencedMemory(capacity: 1 << 18)
        var generator = Generator(seed: 61)
        noise = generator.integers(1 << 16)
    }

    @Test("transposes, whole and in parts, are the portable kernel's", arguments: InstructionSetKernels.vectors)
    func transposes(set: InstructionSetKernels) throws {
        let run = try found(set.kernels.layout.copy)
        for seed in UInt64(0)..<400 {
            var generator = Generator(seed: seed)
            let rank = Int.random(in: 2...4, using: &generator)
            let shape = (0..<rank).map { _ in
                Bool.random(using: &generator)
                    ? Int.random(in: 1...4, using: &generator) : .random(in: 5...40, using: &generator)
            }
            let order = Array(0..<rank).shuffled(using: &generator)
            let size = [1, 2, 4, 8][Int(seed % 4)]
            let count = shape.reduce(1, *)
            guard count * size <= 1 << 14 else { continue }
            var nest = arete_nest()
            #expect(arete_nest_transpose(&nest, rank, shape, order, size))
            let bytes = input.holding(Array(noise.prefix(count * size)))
            let begin = seed % 3 == 0 ? Int.random(in: 0..<count, using: &generator) : 0
            let end = seed % 3 == 0 ? Int.random(in: begin...count, using: &generator) : count
            let expected = results.filled(count * size) { arete_copy(size, &nest, $0, bytes, begin, end) }
            let result = results.filled(count * size) { run(size, &nest, $0, bytes, begin, end) }
            #expect(result == expected, "seed \(seed): \(shape) \(order) of \(size) bytes, \(begin) to \(end)")
        }
    }

    @Test("gathers of small elements are the portable kernel's", arguments: InstructionSetKernels.vectors)
    func gathers(set: InstructionSetKernels) throws {
        let run = try found(set.kernels.layout.gather)
        let positions = try FencedMemory(capacity: 4096)
        for seed in UInt64(0)..<300 {
            var generator = Generator(seed: seed)
            var plan = arete_gather_plan(
                batch: seed % 7 == 0 ? 2 : 1, outer: Int.random(in: 1...9, using: &generator),
                extent: Int.random(in: 1...(seed % 2 == 0 ? 70 : 300), using: &generator),
                count: Int.random(in: 1...200, using: &generator), unit: [1, 1, 1, 2, 3, 4][Int(seed % 6)],
                index_type: ARETE_INT32)
            let blocks = plan.batch * plan.outer
            let bytes = input.holding(Array(noise.prefix(blocks * plan.extent * plan.unit)))
            // From the end too; now and then one that does not exist.
            let extent = Int32(plan.extent)
            var drawn = generator.integers(plan.batch * plan.count, in: -extent...(extent - 1))
            if seed % 10 == 0 { drawn[drawn.count - 1] = extent }
            let indices = positions.holding(drawn)
            let count = blocks * plan.count
            let begin = seed % 3 == 0 ? Int.random(in: 0..<count, using: &generator) : 0
            let end = seed % 3 == 0 ? Int.random(in: begin...count, using: &generator) : count
            var (isValid, isValidExpected) = (true, true)
            let expected = results.filled(count * plan.unit) {
                isValidExpected = arete_gather(&plan, bytes, indices, $0, begin, end)
            }
            let result = results.filled(count * plan.unit) { isValid = run(&plan, bytes, indices, $0, begin, end) }
            #expect(result == expected && isValid == isValidExpected, "seed \(seed)")
            // The portable kernel against the definition.
            for at in stride(from: begin, to: end, by: 7) where seed % 10 != 0 {
                let block = at / plan.count
                let index = Int(drawn[block / plan.outer * plan.count + at % plan.count])
                let place = block * plan.extent + (index < 0 ? index + plan.extent : index)
                #expect(expected[64 + at * plan.unit] == bytes[place * plan.unit], "seed \(seed)")
            }
        }
    }

    @Test("slices into and out of rows are the portable kernel's", arguments: InstructionSetKernels.vectors)
    func slices(set: InstructionSetKernels) throws {
        let run = try found(set.kernels.layout.copy)
        for length in 1...150 {
            var generator = Generator(seed: UInt64(length))
            let (planes, rows) = (Int.random(in: 1...3, using: &generator), Int.random(in: 1...9, using: &generator))
            let size = [1, 2, 4][length % 3]
            let start = [0, Int.random(in: 0...3, using: &generator), Int.random(in: 0...9, using: &generator)]
            // Every second element, up to the last of the tensor, or neighbours.
            let step = length % 5 == 0 ? 2 : 1
            let shape = [planes, rows + start[1], step * (length - 1) + start[2] + 1]
            var (nest, offset) = (arete_nest(), 0)
            #expect(
                arete_nest_slice(&nest, 3, shape, start, [1, 1, step], [planes, rows, length], size, &offset))
            let bytes = input.holding(Array(noise.prefix(shape.reduce(size, *))))
            let count = planes * rows * length
            let begin = length % 4 == 0 ? Int.random(in: 0..<count, using: &generator) : 0
            let expected = results.filled(count * size) { arete_copy(size, &nest, $0, bytes + offset, begin, count) }
            let result = results.filled(count * size) { run(size, &nest, $0, bytes + offset, begin, count) }
            #expect(result == expected, "seed \(length)")
            for i in stride(from: begin, to: count, by: 7) {
                let (row, column) = (i / length, start[2] + step * (i % length))
                let place = (row / rows * shape[1] + start[1] + row % rows) * shape[2] + column
                #expect(result[64 + size * i] == noise[place * size], "seed \(length)")
            }
        }
    }

    @Test("pads are the portable kernel's", arguments: InstructionSetKernels.vectors)
    func pads(set: InstructionSetKernels) throws {
        let run = try found(set.kernels.layout.pad)
        for seed in UInt64(0)..<300 {
            var generator = Generator(seed: seed)
            let rank = Int.random(in: 1...3, using: &generator)
            let shape = (0..<rank).map { _ in Int.random(in: 1...(rank == 3 ? 16 : 40), using: &generator) }
            let least = seed % 5 == 0 ? -1 : 0
            func ends() -> [Int] {
                (0..<rank).map { $0 == rank - 1 || seed % 3 == 0 ? Int.random(in: least...9, using: &generator) : 0 }
            }
            let (before, after, size) = (ends(), ends(), [1, 2, 4][Int(seed % 3)])
            var plan = arete_pad_plan()
            let mode = seed % 4 == 0 ? ARETE_PAD_EDGE : ARETE_PAD_CONSTANT
            #expect(arete_pad_begin(&plan, mode, size, rank, shape, before, after))
            let bytes = input.holding(Array(noise.prefix(shape.reduce(size, *))))
            let value: [UInt8] = [7, 9, 11, 13]
            let count = zip(shape, zip(before, after)).reduce(size) { $0 * ($1.0 + $1.1.0 + $1.1.1) }
            let rows = arete_pad_rows(&plan)
            let begin = Int.random(in: 0...rows, using: &generator)
            let expected = results.filled(count) { arete_pad(&plan, bytes, value, $0, begin, rows) }
            let result = results.filled(count) { run(&plan, bytes, value, $0, begin, rows) }
            #expect(result == expected, "seed \(seed): \(shape) \(before) \(after)")
        }
    }
}
