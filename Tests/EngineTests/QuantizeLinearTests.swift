// ONNX's quantization by tensors of scales and zero points.
import Graphs
import Tensors
import Testing

@testable import Engine

@Suite struct QuantizeLinearTests {
    private let whole = ScaleLayout(axis: 1, blockSize: 0)

    @Test("values are divided, rounded half to even, shifted and saturated")
    func quantize() throws {
        let data = try floats([6], [0, 1, 3, -1, 1000, -1000])
        let result = try computeOne(
            QuantizeLinear(scales: whole, element: nil),
            [data, try floats([], [2]), try Tensor(.uint8, [], [UInt8(10)])])
        #expect(result.element == .uint8)
        #expect(result.integers == [10, 10, 12, 10, 255, 0])
        let signed = try computeOne(QuantizeLinear(scales: whole, element: .int16), [data, try floats([], [2]), nil])
        #expect(signed.integers == [0, 0, 2, 0, 500, -500])
        let four = try computeOne(QuantizeLinear(scales: whole, element: .int4), [data, try floats([], [2]), nil])
        #expect(four.integers == [0, 0, 2, 0, 7, -8])
    }

    @Test("scales may run along an axis or in blocks")
    func layouts() throws {
        let data = try counting([2, 4])
        let rows = try computeOne(
            QuantizeLinear(scales: ScaleLayout(axis: 0, blockSize: 0), element: .int8),
            [data, try floats([2], [1, 2]), nil])
        #expect(rows.integers == [0, 1, 2, 3, 2, 2, 3, 4])
        let columns = try computeOne(
            QuantizeLinear(scales: ScaleLayout(axis: -1, blockSize: 0), element: nil),
            [data, try floats([4], [1, 2, 4, 8]), try bytes([4], [0, 1, 2, 3])])
        #expect(columns.integers == [0, 1, 2, 3, 4, 3, 4, 4])
        let blocks = try computeOne(
            QuantizeLinear(scales: ScaleLayout(axis: 1, blockSize: 3), element: .int8),
            [data, try floats([2, 2], [1, 0.5, 2, 0.25]), nil])
        #expect(blocks.integers == [0, 1, 2, 6, 2, 2, 3, 28])
        let back = try computeOne(
            DequantizeLinear(scales: ScaleLayout(axis: 0, blockSize: 1)),
            [
                try bytes([2, 4], [1, 2, 3, 4, 5, 6, 7, 8]), try floats([2, 4], [1, 1, 1, 1, 2, 2, 2, 2]),
                try bytes([2, 4], [1, 1, 1, 1, 0, 0, 0, 8]),
            ])
        #expect(back.floats == [0, 1, 2, 3, 10, 12, 14, 0])
    }

    @Test("dequantization gives the scale's type, and takes wide integers")
    func dequantize() throws {
        let wide = try computeOne(
            DequantizeLinear(scales: whole), [try ints([3], [1 << 20, -3, 0]), try floats([], [0.5]), nil])
        #expect(wide.floats == [524288, -1.5, 0])
        let half = try Tensor(.float16, [], [UInt16(0x3800)])
        let result = try computeOne(
            DequantizeLinear(scales: whole), [try bytes([2], [5, -4]), half, try bytes([], [1])])
        #expect(result.element == .float16)
        #expect(result.doubles == [2, -2.5])
        let four = try Tensor(.uint4, [2], [UInt8(15), 3])
        #expect(
            try computeOne(
                DequantizeLinear(scales: whole), [four, try floats([1], [2]), try Tensor(.uint4, [1], [UInt8(3)])]
            ).floats == [24, 0])
    }

    @Test("dynamic quantization finds a scale that has room for 0")
    func dynamic() throws {
        let outputs = try compute(
            DynamicQuantizeLinear(), [try floats([4], [0, 2, -3, -2.5])], declared: [.init(), .init(), .init()])
        #expect(abs(outputs[1].doubles[0] - 5.0 / 255) < 1e-8)
        #expect(outputs[2].integers == [153])
        #expect(outputs[0].integers == [153, 255, 0, 26])
        let positive = try compute(
            DynamicQuantizeLinear(), [try floats([2], [1, 4])], declared: [.init(), .init(), .init()])
        #expect(positive[2].integers == [0])
        #expect(positive[0].integers == [64, 255])
    }

    @Test("an operator with scales beside its data becomes one on integers")
    func linearQuantized() throws {
        let op = LinearQuantized(
            MatMul(), operands: [.init(data: 0, scale: 1, zeroPoint: 2), .init(data: 3, scale: 4, zeroPoint: 5)],
            result: (scale: 6, zeroPoint: 7))
        let inputs = [
            try Tensor(.uint8, [2, 2], [UInt8(10), 200, 30, 128]), try floats([], [0.5]),
            try Tensor(.uint8, [], [UInt8(128)]),
            try bytes([2, 2], [1, -2, 3, 4]), try floats([], [0.25]), try bytes([], [1]),
            try floats([], [2]), try bytes([], [-4]),
        ]
        // (a - 128) (b - 1) / 16 - 4
        let result = try computeOne(op, inputs, constants: [1, 2, 3, 4, 5, 6, 7])
        #expect(result.element == .int8)
        #expect(result.integers == [5, 32, -4, 14])
    }
}
