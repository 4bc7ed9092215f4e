// Layers of float data and integer weights: packed kernels against those for weights that are computed.
import Graphs
import Tensors
import Testing

@testable import Engine

@Suite("Layers that quantize their data")
struct HybridTests {
    private func numbers(_ shape: Shape, seed: UInt64, _ reach: Float) throws -> Tensor {
        var state = seed
        return try Tensor(
            .float32, shape,
            (0..<shape.elementCount).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return (Float(state >> 40) / 0x1p23 - 1) * reach
            })
    }

    private func weights(_ shape: Shape, axis: Int?) throws -> Tensor {
        var quantization = Quantization(scale: 0.01, zeroPoint: 0)
        if let axis {
            let count = shape[axis]
            quantization = Quantization(
                scales: (0..<count).map { 0.01 + 0.003 * Float($0) }, zeroPoints: [Int32](repeating: 0, count: count),
                axis: axis)
        }
        let values = (0..<shape.elementCount).map { Int8(truncatingIfNeeded: $0 &* 97 &+ $0 / 5 &* 31) }
        return try Tensor(.int8, shape, values, quantization: quantization)
    }

    private func expectSame(_ op: any Operator, _ inputs: [Tensor]) throws {
        let packed = try computeOne(op, inputs, constants: [1, 2], convention: .tflite)
        let computed = try computeOne(op, inputs, constants: [2], convention: .tflite)
        #expect(packed.floats == computed.floats)
        #expect(Set(packed.floats).count > 1)
    }

    @Test("fully connected layers give the same bits for constant and for computed weights")
    func fullyConnected() throws {
        for (rows, depth, channels) in [(1, 40, 5), (7, 33, 70), (3, 1, 16)] {
            for activation in [Activation.none, .relu6] {
                try expectSame(
                    FullyConnected(
                        keepsLeadingDimensions: false, activation: activation, quantizesInputsAsymmetrically: true),
                    [
                        try numbers([rows, depth], seed: 3, 2), try weights([channels, depth], axis: 0),
                        try numbers([channels], seed: 5, 1),
                    ])
            }
        }
    }

    @Test("convolutions of several images give the same bits for constant and for computed weights")
    func convolution() throws {
        for axis in [0, nil] {
            try expectSame(
                Convolution(layout: .channelsLast, strides: [1, 2], dilations: [1, 1], padding: .same),
                [
                    try numbers([2, 5, 6, 3], seed: 7, 3), try weights([9, 3, 2, 3], axis: axis),
                    try numbers([9], seed: 8, 1),
                ])
        }
    }
}
