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
}
