// Layers of integers: packed kernels for constant weights against those for weights that are computed.
import Graphs
import Tensors
import Testing

@testable import Engine

@Suite("Layers of integers")
struct IntegerLayerTests {
    private func bytes(_ shape: Shape, _ factor: Int) throws -> Tensor {
        try Tensor(.uint8, shape, (0..<shape.elementCount).map { UInt8(truncatingIfNeeded: $0 &* factor &+ $0 / 7) })
    }

    private func signedBytes(_ shape: Shape, _ factor: Int) throws -> Tensor {
        try Tensor(.int8, shape, (0..<shape.elementCount).map { Int8(truncatingIfNeeded: $0 &* factor &+ $0 / 7) })
    }

    /// Inputs of an integer convolution: two images of 6 channels, padded, in `groups` groups.
    private func images(groups: Int) throws -> (op: IntegerConvolution, inputs: [Tensor?]) {
        let op = IntegerConvolution(
            Convolution(
                layout: .channelsLast, strides: [2, 1], dilations: [1, 1],
                padding: .explicit(before: [1, 2], after: [1, 0]), groups: groups))
        return (
            op,
            [
                try bytes([2, 5, 6, 6], 41), try signedBytes([12, 3, 2, 6 / groups], 57),
                try Tensor(.uint8, [], [UInt8(201)]),
                try Tensor(.int8, [12], (0..<12).map { Int8(3 * $0 - 20) }),
            ]
        )
    }

    private func expectSame(_ op: any Operator, _ inputs: [Tensor?], constants: Set<Int>) throws {
        let packed = try computeOne(op, inputs, constants: constants)
        let computed = try computeOne(op, inputs, constants: constants.subtracting([1]))
        #expect(packed.doubles == computed.doubles)
        #expect(Set(packed.doubles).count > 1)
    }

    @Test("sums are the same for constant and for computed weights, whatever the groups", arguments: [1, 2, 6])
    func sums(groups: Int) throws {
        let (op, inputs) = try images(groups: groups)
        try expectSame(op, inputs, constants: [1, 3])
        try expectSame(op, [inputs[0], inputs[1], nil, nil], constants: [1])
    }

    @Test("matrix products give the same sums for constant and for computed weights")
    func products() throws {
        let inputs = [
            try signedBytes([2, 3, 40], 31), try bytes([40, 70], 13), try Tensor(.int8, [1], [Int8(-128)]),
            try Tensor(.uint8, [], [UInt8(130)]),
        ]
        try expectSame(IntegerMatMul(), inputs, constants: [1, 3])
    }

    @Test("sums become the same floats for constant and for computed weights", arguments: [1, 2, 6])
    func floats(groups: Int) throws {
        let (op, inputs) = try images(groups: groups)
        let factors: [Tensor?] = [
            try Tensor(.float32, [], [Float(0.03)]),
            try Tensor(.float32, [12], (0..<12).map { 0.001 * Float($0 + 1) }),
            try Tensor(.float32, [12], (0..<12).map { 2 - Float($0) }),
        ]
        try expectSame(ScaledInteger(op, activation: .relu), inputs + factors, constants: [1, 3, 5, 6])
    }

    @Test("a scaled sum is its integers, times both scales, plus the bias")
    func scaled() throws {
        let result = try computeOne(
            ScaledInteger(IntegerMatMul(), activation: .clip(-1, 2)),
            [
                try Tensor(.uint8, [1, 2], [UInt8(1), 5]), try Tensor(.int8, [2, 3], [Int8(1), 2, 3, -4, 5, 6]),
                try Tensor(.uint8, [], [UInt8(3)]), nil, try Tensor(.float32, [], [Float(0.5)]),
                try Tensor(.float32, [1], [Float(0.25)]), try Tensor(.float32, [3], [Float(1), 0, 3]),
            ], constants: [1, 5, 6])
        #expect(result.floats == [-0.25, 0.75, 2])
    }
}
