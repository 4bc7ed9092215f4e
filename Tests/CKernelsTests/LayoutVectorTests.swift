// Data movement in every instruction set, against the portable kernels.
import CKernels
import Testing

@Suite struct LayoutVectorTests {
    private let input: FencedMemory, results: FencedMemory

    init() throws {
        input = try FencedMemory(capacity: 1 << 18)
        results = try FencedMemory(capacity: 1 << 18)
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
            guard count * size <= 1 << 17 else { continue }
            var nest = arete_nest()
            #expect(arete_nest_transpose(&nest, rank, shape, order, size))
            let bytes = input.holding((0..<count * size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 7) })
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
            let bytes = input.holding(generator.integers(blocks * plan.extent * plan.unit) as [UInt8])
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
}
