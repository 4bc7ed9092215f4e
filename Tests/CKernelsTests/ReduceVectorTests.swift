// Reductions in every instruction set, against the portable kernels.
import CKernels
import TestSupport
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

    @Test("places of extrema of wider elements are the portable kernel's", arguments: InstructionSetKernels.vectors)
    func wideExtrema(set: InstructionSetKernels) throws {
        let lookUp = try found(set.kernels.reduce.arg_extremum)
        let (input, results) = (try FencedMemory(capacity: 1 << 18), try FencedMemory(capacity: 1 << 14))
        for n in Array(1...40) + [47, 48, 63, 64, 65, 90, 129] {
            var generator = Draw(seed: UInt64(n))
            for type in [ARETE_INT16, ARETE_INT32, ARETE_FLOAT32] {
                let (run, portable) = (try found(lookUp(type)), try found(arete_arg_extremum(type)))
                let rows = n % 3 == 0 ? 2 : 4
                var plan = arete_arg_plan(
                    n: n, inner: n % 3 == 0 ? Int.random(in: 2...40, using: &generator) : 1,
                    largest: Bool.random(using: &generator),
                    select_last: Bool.random(using: &generator), wide: Bool.random(using: &generator))
                let source = input.holding(elements(&generator, type, count: rows * n * plan.inner))
                let count = rows * plan.inner
                let size = count * (plan.wide ? 8 : 4)
                let expected = results.filled(size) { portable(&plan, source, $0, 1, count) }
                let result = results.filled(size) { run(&plan, source, $0, 1, count) }
                #expect(result == expected, "seed \(n) \(type) \(plan)")
            }
        }
    }

    /// Bytes whose numbers are of every kind that a type has: small, any bits, and odd ones of floats.
    private func elements(_ generator: inout Draw, _ type: arete_element_type, count: Int) -> [UInt8] {
        let small = Bool.random(using: &generator)
        let odd: [Float] = [.nan, .infinity, -.infinity, 0, -0.0, 0x1p31, -0x1p31, 0x1p63, -1e30]
        func all<T: FixedWidthInteger & BitwiseCopyable>(_: T.Type) -> [UInt8] {
            generator.integers(count, in: small ? 0...9 : T.min...T.max).withUnsafeBytes { Array($0) }
        }
        switch type {
        case ARETE_FLOAT32:
            return (0..<count).map { _ in
                Int.random(in: 0..<(small ? 1000 : 12), using: &generator) == 0
                    ? odd.randomElement(using: &generator)! : Float.random(in: -9...9, using: &generator)
            }.withUnsafeBytes { Array($0) }
        case ARETE_FLOAT64:
            return (0..<count).map { _ in Double.random(in: -9...9, using: &generator) }.withUnsafeBytes { Array($0) }
        case ARETE_BOOL: return generator.integers(count, in: UInt8(0)...1)
        case ARETE_INT8, ARETE_UINT8: return all(UInt8.self)
        case ARETE_INT16, ARETE_UINT16, ARETE_FLOAT16, ARETE_BFLOAT16: return all(Int16.self)
        case ARETE_INT32, ARETE_UINT32: return all(Int32.self)
        case ARETE_INT64, ARETE_UINT64: return all(Int64.self)
        default: return generator.integers(count, in: UInt8(0)...7)
        }
    }

    private func size(_ type: arete_element_type) -> Int {
        switch type {
        case ARETE_INT16, ARETE_UINT16, ARETE_FLOAT16, ARETE_BFLOAT16: 2
        case ARETE_INT32, ARETE_UINT32, ARETE_FLOAT32: 4
        case ARETE_INT64, ARETE_UINT64, ARETE_FLOAT64: 8
        default: 1
        }
    }

    private static let types = (0...ARETE_UINT4.rawValue).map { arete_element_type($0) }

    @Test("casts give the portable kernel's bits", arguments: InstructionSetKernels.vectors)
    func casts(set: InstructionSetKernels) throws {
        let lookUp = try found(set.kernels.elementwise.cast)
        let (input, results) = (try FencedMemory(capacity: 8192), try FencedMemory(capacity: 8192))
        var generator = Draw(seed: 7)
        for from in Self.types {
            for to in Self.types {
                guard let portable = arete_cast(from, to) else { continue }
                let run = try found(lookUp(from, to))
                for count in [0, 3, 33, 77] {
                    let source = input.holding(elements(&generator, from, count: count))
                    let expected = results.filled(count * size(to)) { portable(source, $0, 0, count) }
                    let cut = Int.random(in: 0...count, using: &generator)
                    let result = results.filled(count * size(to)) {
                        run(source, $0, cut, count)
                        run(source, $0, 0, cut)
                    }
                    #expect(result == expected, "seed 7 \(from) to \(to) count \(count)")
                }
            }
        }
    }

    /// A plan over random dimensions, and how many elements they have.
    private func plan(_ generator: inout Draw) throws -> (plan: arete_reduce_plan, elements: Int) {
        let rank = Int.random(in: 1...4, using: &generator)
        let shape = (0..<rank).map { _ in
            [1, 2, 3, 7, 8, 9, rank < 3 ? 70 : 5, rank < 3 ? 90 : 17].randomElement(using: &generator)!
        }
        let reduces = (0..<rank).map { _ in Bool.random(using: &generator) }
        var plan = arete_reduce_plan()
        #expect(arete_reduce_begin(&plan, rank, shape, reduces))
        return (plan, shape.reduce(1, *))
    }

    @Test("reductions over any axes give the portable kernel's bits", arguments: InstructionSetKernels.vectors)
    func reductions(set: InstructionSetKernels) throws {
        let lookUp = try found(set.kernels.reduce.reduce)
        let (input, results) = (try FencedMemory(capacity: 1 << 20), try FencedMemory(capacity: 1 << 20))
        for operation in 0..<ARETE_REDUCE_COUNT.rawValue {
            let operation = arete_reduce_operation(operation)
            for type in Self.types {
                guard let portable = arete_reduce(operation, type) else { continue }
                let run = try found(lookUp(operation, type))
                for seed in UInt64(0)..<4 {
                    var generator = Draw(seed: seed)
                    var (plan, count) = try plan(&generator)
                    let source = input.holding(elements(&generator, type, count: count))
                    let units = arete_reduce_results(&plan)
                    let cuts = generator.cuts(units)
                    let expected = results.filled(units * size(type)) { portable(&plan, source, $0, 0, units) }
                    let result = results.filled(units * size(type)) { output in
                        for cut in cuts { run(&plan, source, output, cut.lowerBound, cut.upperBound) }
                    }
                    #expect(result == expected, "seed \(seed) \(operation) of \(type)")
                }
            }
        }
    }

    @Test(
        "means and sums of quantized elements give the portable kernel's bits",
        arguments: InstructionSetKernels.vectors)
    func quantizedReductions(set: InstructionSetKernels) throws {
        let run = try found(set.kernels.quantized.reduce)
        let (input, results) = (try FencedMemory(capacity: 1 << 20), try FencedMemory(capacity: 1 << 20))
        for seed in UInt64(0)..<60 {
            var generator = Draw(seed: seed)
            let type = [ARETE_INT8, ARETE_UINT8, ARETE_INT16][Int(seed % 3)]
            var (plan, count) = try plan(&generator)
            let zero = { (generator: inout Draw) in
                type == ARETE_INT16
                    ? 0 : Int32.random(in: arete_type_minimum(type)...arete_type_maximum(type), using: &generator)
            }
            let from = arete_affine(
                scale: Float.random(in: 0.001...0.1, using: &generator), zero_point: zero(&generator))
            let to = arete_affine(scale: Float.random(in: 0.001...0.1, using: &generator), zero_point: zero(&generator))
            for arithmetic in [ARETE_FAST, ARETE_EXACT] {
                for mean in [false, true] {
                    var reduction = arete_quantized_reduction()
                    guard
                        arete_quantized_reduction_prepare(&reduction, arithmetic, mean, type, plan.count, from, to)
                    else { continue }
                    let bytes = generator.integers(count * size(type), in: UInt8(0)...255)
                    let source = input.holding(bytes)
                    let units = arete_reduce_results(&plan)
                    let cuts = generator.cuts(units)
                    let expected = results.filled(units * size(type)) {
                        arete_quantized_reduce(&reduction, &plan, source, $0, 0, units)
                    }
                    let result = results.filled(units * size(type)) { output in
                        for cut in cuts { run(&reduction, &plan, source, output, cut.lowerBound, cut.upperBound) }
                    }
                    #expect(result == expected, "seed \(seed) \(type) \(arithmetic) mean \(mean)")
                }
            }
        }
    }

    @Test("the largest elements are the portable kernel's, in its order", arguments: InstructionSetKernels.vectors)
    func top(set: InstructionSetKernels) throws {
        let lookUp = try found(set.kernels.reduce.top_k)
        let memory = try (0..<3).map { _ in try FencedMemory(capacity: 1 << 16) }
        for type in Self.types {
            guard let portable = arete_top_k(type) else { continue }
            let run = try found(lookUp(type))
            for seed in UInt64(0)..<8 {
                var generator = Draw(seed: seed)
                let n = [1, 5, 31, 64, 300].randomElement(using: &generator)!
                let k = min(n, [1, 2, 5, 16, 100].randomElement(using: &generator)!)
                let inner = seed % 3 == 0 ? 3 : 1
                var plan = arete_top_plan(
                    n: n, inner: inner, k: k, largest: seed % 2 == 0, wide: Bool.random(using: &generator))
                let columns = 2 * inner
                let source = memory[0].holding(elements(&generator, type, count: columns * n))
                var scratch = [Int](repeating: 0, count: k)
                func both(_ kernel: arete_top_function) -> [[UInt8]] {
                    var values = [UInt8]()
                    let indices = memory[2].filled(columns * k * (plan.wide ? 8 : 4)) { places in
                        values = memory[1].filled(columns * k * size(type)) {
                            kernel(&plan, source, $0, places, &scratch, 0, columns)
                        }
                    }
                    return [values, indices]
                }
                #expect(both(run) == both(portable), "seed \(seed) \(type) \(k) of \(n)")
            }
        }
    }
}
