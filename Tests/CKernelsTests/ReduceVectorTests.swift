// Reductions in every instruction set, against the portable kernels.
import CKernels
import Testing

@Suite struct ReduceVectorTests {
    @Test("places of extrema of bytes are the portable kernel's", arguments: InstructionSetKernels.vectors)
    func extrema(set: InstructionSetKernels) throws {
        let lookUp = try found(set.kernels.reduce.arg_extremum)
        let (input, results) = (try FencedMemory(capacity: 1 << 18), try FencedMemory(capacity: 1 << 14))
        for n in 1...200 {
            var generator = Generator(seed: UInt64(n))
            for type in [ARETE_INT8, ARETE_UINT8] {
                let (run, portable) = (try found(lookUp(type)), try found(arete_arg_extremum(type)))
                let rows = n % 3 == 0 ? 2 : 5
                var plan = arete_arg_plan(
                    n: n, inner: n % 3 == 0 ? Int.random(in: 2...(n < 40 ? 150 : 9), using: &generator) : 1,
                    largest: Bool.random(using: &generator),
                    select_last: Bool.random(using: &generator), wide: Bool.random(using: &generator))
                // Few different values, so that extrema repeat; and the ends of the range.
                let base = UInt8.random(in: 0...255, using: &generator)
                let bytes = input.holding(
                    (0..<rows * n * plan.inner).map { _ in
                        base &+ UInt8.random(in: 0...(n % 2 == 0 ? 3 : 255), using: &generator)
                    })
                let count = rows * plan.inner
                let size = count * (plan.wide ? 8 : 4)
                let expected = results.filled(size) { portable(&plan, bytes, $0, 1, count) }
                let result = results.filled(size) { run(&plan, bytes, $0, 1, count) }
                #expect(result == expected, "seed \(n) \(type) \(plan)")
            }
        }
    }
}
