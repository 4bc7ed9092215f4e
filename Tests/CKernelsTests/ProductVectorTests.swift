// Products of bytes with unpacked weights in every instruction set, against the portable kernels.
import CKernels
import TestSupport
import Testing

@Suite struct ProductVectorTests {
    @Test("every pair of types gives the portable kernel's bits", arguments: InstructionSetKernels.vectors)
    func products(set: InstructionSetKernels) throws {
        let (input, matrix, terms, results) = (
            try FencedMemory(capacity: 1 << 12), try FencedMemory(capacity: 1 << 16), try FencedMemory(capacity: 1024),
            try FencedMemory(capacity: 1 << 14)
        )
        let (vector, scalar) = (set.kernels.matmul, arete_kernels_scalar().pointee.matmul)
        let pairs: [(arete_fully_connected_function?, arete_fully_connected_function?, Bool, Bool)] = [
            (vector.s8, scalar.s8, true, true), (vector.u8, scalar.u8, false, false),
            (vector.u8s8, scalar.u8s8, false, true), (vector.s8u8, scalar.s8u8, true, false),
        ]
        for depth in 1...200 {
            var generator = Generator(seed: UInt64(depth))
            let (run, portable, isSigned, hasSignedWeights) = pairs[depth % 4]
            let (vectorRun, scalarRun) = (try found(run), try found(portable))
            let rows = Int.random(in: 1...20, using: &generator)
            let channels = Int.random(in: 1...(depth % 5 == 0 ? 130 : 9), using: &generator)
            let isPerChannel = Bool.random(using: &generator)
            let type = [ARETE_INT8, ARETE_INT32, ARETE_UINT8, ARETE_INT16][depth / 4 % 4]
            let scales = Scales(
                input: 0.01, weights: generator.floats(isPerChannel ? channels : 1, in: 0.001...0.01), output: 0.06,
                zeroPoint: type == ARETE_INT8 ? -128 : 0,
                rounding: depth % 3 == 0 ? ARETE_ROUND_FIXED : ARETE_ROUND_FLOAT,
                type: type == ARETE_INT32 ? ARETE_INT8 : type)
            let zeros = Memory(
                generator.integers(
                    isPerChannel ? channels : 1, in: hasSignedWeights ? Int32(-128)...127 : Int32(0)...255))
            let hasZeros = !hasSignedWeights || Bool.random(using: &generator)
            var layer = arete_fully_connected(
                rows: rows, depth: depth, channels: channels,
                input_zero_point: Int32.random(in: isSigned ? -128...127 : 0...255, using: &generator),
                weight_zero_points: hasZeros ? UnsafePointer(zeros.pointer) : nil,
                weight_zero_point_step: isPerChannel ? 1 : 0, requantization: scales.value)
            layer.requantization.output = type
            let x = input.holding(generator.integers(rows * depth) as [UInt8])
            let w = matrix.holding(generator.integers(channels * depth) as [UInt8])
            let bias =
                Bool.random(using: &generator)
                ? terms.holding(generator.integers(channels, in: Int32(-90000)...90000)) : nil
            let scratch = Memory([UInt8](repeating: 0, count: arete_fully_connected_scratch(&layer)))
            let begin = channels > 3 ? Int.random(in: 0...3, using: &generator) : 0
            let bytes = rows * channels * (type == ARETE_INT32 ? 4 : type == ARETE_INT16 ? 2 : 1)
            let expected = results.filled(bytes) {
                scalarRun(&layer, x, w, bias, $0, begin, channels, scratch.pointer)
            }
            let result = results.filled(bytes) {
                vectorRun(&layer, x, w, bias, $0, begin, channels, scratch.pointer)
            }
            withExtendedLifetime((scales, zeros)) {}
            #expect(scratch.guardHolds, "seed \(depth)")
            #expect(result == expected, "seed \(depth): \(rows) rows, \(channels) channels")
        }
    }
}
