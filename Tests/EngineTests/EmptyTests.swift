// Tensors without elements, and scalars: every family takes them.
import Graphs
import Tensors
import Testing

@testable import Engine

@Suite struct EmptyTests {
    /// An operator with its inputs, which of them are constants, and the shape that must come out.
    struct Example: Sendable, CustomTestStringConvertible {
        var op: any Operator
        var inputs: [Tensor?]
        var constants: Set<Int> = []
        var shape: Shape
        var outputs = 1

        var testDescription: String { "\(op.name) to \(shape)" }
    }

    private static func examples() throws -> [Example] {
        let window = Window(size: [2, 2], strides: [1, 1], dilations: [1, 1], padding: .same)
        let images = try floats([0, 2, 4, 4], [])
        let hollow = try floats([1, 0, 4, 4], [])
        let rows = try floats([0, 3], [])
        let columns = try floats([3, 0], [])
        let convolution = Convolution(layout: .channelsFirst, strides: [1, 1], dilations: [1, 1], padding: .same)
        let none = try longs([])
        return [
            Example(op: Unary(.exp), inputs: [rows], shape: [0, 3]),
            Example(op: Binary(.add), inputs: [rows, try floats([3], [1, 2, 3])], shape: [0, 3]),
            Example(op: Select(), inputs: [try booleans([1], [true]), rows, rows], shape: [0, 3]),
            Example(op: Cast(to: .int8), inputs: [columns], shape: [3, 0]),
            Example(op: Concat(axis: 0), inputs: [rows, rows], shape: [0, 3]),
            Example(op: Concat(axis: 1), inputs: [columns, try counting([3, 2])], shape: [3, 2]),
            Example(op: Split(axis: 0, sizes: [0, 0]), inputs: [rows], shape: [0, 3], outputs: 2),
            Example(
                op: Pad(.constant, order: .pairs), inputs: [rows, try longs([2, 2], [1, 1, 0, 0])], constants: [1],
                shape: [2, 3]),
            Example(op: Transpose([1, 0]), inputs: [rows], shape: [3, 0]),
            Example(
                op: DepthSpace(.spaceToDepth, blockSize: 2, layout: .channelsFirst), inputs: [images],
                shape: [0, 8, 2, 2]),
            Example(
                op: BatchSpace(.spaceToBatch),
                inputs: [try floats([1, 4, 0], []), try ints([2]), try ints([1, 2], [0, 0])],
                constants: [1, 2], shape: [2, 2, 0]),
            Example(op: Gather(axis: 0), inputs: [try counting([3, 2]), none], shape: [0, 2]),
            Example(
                op: GatherElements(axis: 1), inputs: [try counting([3, 2]), try longs([3, 0], [])], shape: [3, 0]),
            Example(op: GatherND(), inputs: [try counting([3, 2]), try longs([0, 1], [])], shape: [0, 2]),
            Example(
                op: ScatterND(reduction: .none),
                inputs: [try counting([3]), try longs([0, 1], []), try floats([0], [])], shape: [3]),
            Example(
                op: ScatterElements(axis: 0, reduction: .add), inputs: [try counting([3]), none, try floats([0], [])],
                shape: [3]),
            Example(
                op: OneHot(axis: -1, values: .offThenOn), inputs: [none, try longs([2]), try floats([2], [0, 1])],
                constants: [1], shape: [0, 2]),
            Example(op: Triangle(keepsUpper: true), inputs: [columns], shape: [3, 0]),
            Example(op: EyeLike(diagonal: 0, element: nil), inputs: [rows], shape: [0, 3]),
            Example(
                op: CumulativeSum(isExclusive: false, isReversed: false), inputs: [columns, try ints([], [1])],
                constants: [1], shape: [3, 0]),
            Example(op: Reduce(.mean, axes: [1], keepsDimensions: false), inputs: [rows], shape: [0]),
            Example(op: Reduce(.maximum, axes: [1], keepsDimensions: true), inputs: [columns], shape: [3, 1]),
            Example(op: Softmax(axis: 1), inputs: [columns], shape: [3, 0]),
            Example(op: LpNormalization(axis: 0, p: 2), inputs: [rows], shape: [0, 3]),
            Example(
                op: LayerNormalization(axis: -1, epsilon: 1e-5), inputs: [rows, try floats([3], [1, 1, 1]), nil],
                shape: [0, 3]),
            Example(
                op: GroupNormalization(groups: nil, epsilon: 1e-5),
                inputs: [images, try floats([2], [1, 1]), try floats([2], [0, 0])], shape: [0, 2, 4, 4]),
            Example(
                op: Pool(.maximum(columnMajor: false), layout: .channelsFirst, window: window), inputs: [images],
                shape: [0, 2, 4, 4]),
            Example(
                op: Pool(.average(countsPadding: true), layout: .channelsFirst, window: window), inputs: [hollow],
                shape: [1, 0, 4, 4]),
            Example(
                op: convolution, inputs: [images, try counting([1, 2, 3, 3]), nil], constants: [1], shape: [0, 1, 4, 4]),
            Example(op: MatMul(), inputs: [rows, try counting([3, 2])], shape: [0, 2]),
            Example(op: MatMul(), inputs: [columns, rows], shape: [3, 3]),
            Example(
                op: Gemm(alpha: 1, beta: 1, transposesA: false, transposesB: false),
                inputs: [rows, try counting([3, 2]), nil], shape: [0, 2]),
            Example(op: Einsum("ij,jk->ik"), inputs: [columns, rows], shape: [3, 3]),
            Example(
                op: FullyConnected(keepsLeadingDimensions: true), inputs: [rows, try counting([2, 3]), nil],
                constants: [1], shape: [0, 2]),
            Example(
                op: Resize(mode: .linear, coordinates: .halfPixel),
                inputs: [images, nil, try floats([4], [1, 1, 2, 2])], constants: [2], shape: [0, 2, 8, 8]),
            Example(
                op: GridSample(mode: .linear, border: .zeros, alignsCorners: true),
                inputs: [images, try floats([0, 2, 2, 2], [])],
                shape: [0, 2, 2, 2]),
            Example(
                op: RoiAlign(
                    outputHeight: 2, outputWidth: 2, samplingRatio: 1, spatialScale: 1, takesMaximum: false,
                    hasHalfPixelCentres: true),
                inputs: [try counting([1, 1, 2, 2]), try floats([0, 4], []), none], shape: [0, 1, 2, 2]),
            Example(
                op: Recurrent(
                    cell: .lstm(couplesInputAndForget: false), direction: .forward, hiddenSize: 1, activations: [],
                    clip: nil, isBatchFirst: false),
                inputs: [try floats([0, 1, 2], []), try counting([1, 4, 2]), try counting([1, 4, 1])],
                constants: [1, 2], shape: [0, 1, 1, 1],
                outputs: 3),
            Example(op: DynamicQuantizeLinear(), inputs: [rows], shape: [0, 3], outputs: 3),
            Example(
                op: QuantizeLinear(scales: ScaleLayout(axis: 1, blockSize: 0), element: .int8),
                inputs: [rows, try floats([3], [1, 1, 1]), nil], shape: [0, 3]),
            Example(op: Tile(), inputs: [try floats([], [3]), none], constants: [1], shape: .scalar),
            Example(op: Expand(), inputs: [try floats([1], [3]), try longs([0])], constants: [1], shape: [0]),
            Example(op: Transpose(nil), inputs: [try floats([], [3])], shape: .scalar),
            Example(op: Reduce(.l2, axes: nil, keepsDimensions: true), inputs: [try floats([], [3])], shape: .scalar),
            Example(op: Slice(), inputs: [rows, try longs([0]), try longs([9])], constants: [1, 2], shape: [0, 3]),
            Example(
                op: NonMaxSuppression(boxesHaveCentres: false),
                inputs: [try floats([1, 0, 4], []), try floats([1, 2, 0], []), try longs([3]), nil, nil],
                constants: [2], shape: [0, 3]),
        ]
    }

    @Test("tensors without elements and scalars go through every family", arguments: try EmptyTests.examples())
    func empty(example: Example) throws {
        let outputs = try compute(
            example.op, example.inputs, constants: example.constants,
            declared: [Arguments.Declared](repeating: .init(), count: example.outputs))
        #expect(outputs.first?.shape == example.shape)
    }

    @Test("an axis of size 0 does not excuse sizes that no memory holds")
    func overflow() throws {
        let data = try Tensor(TensorType(.float32, [0, 1 << 40]))
        #expect(throws: GraphError.self) { try compute(Concat(axis: 0), [data, data]) }
        #expect(throws: GraphError.self) {
            try compute(Reshape([0, 1 << 62], zeroCopies: false), [try Tensor(TensorType(.float32, [0]))])
        }
    }

    @Test("numbers at the ends of their range are refused, not computed with")
    func extremes() throws {
        let data = try counting([2, 2])
        let least = try longs([Int64.min, 0, 0, 0])
        #expect(throws: GraphError.self) {
            try compute(Pad(.wrap, order: .beforesThenAfters), [data, least], constants: [1])
        }
        let image = try counting([1, 1, 3, 3])
        for amount in [Int.min, Int.max] {
            let padding = Padding.explicit(before: [amount, 0], after: [0, 0])
            let op = Convolution(layout: .channelsFirst, strides: [1, 1], dilations: [1, 1], padding: padding)
            #expect(throws: GraphError.self) { try compute(op, [image, try counting([1, 1, 1, 1])], constants: [1]) }
            let turned = TransposedConvolution(
                layout: .channelsFirst, strides: [1, 1], dilations: [1, 1], padding: padding, outputPadding: [0, 0],
                outputSize: nil)
            #expect(throws: GraphError.self) {
                try compute(turned, [image, try counting([1, 1, 1, 1])], constants: [1])
            }
        }
        let whole = try computeOne(
            QuantizeLinear(scales: ScaleLayout(axis: 1, blockSize: .max), element: .int8),
            [data, try floats([2, 1], [1, 0.5]), nil])
        #expect(whole.integers == [0, 1, 4, 6])
        #expect(throws: GraphError.self) {
            try compute(Slice(), [data, try longs([0]), try longs([2]), try longs([.min])], constants: [1, 2, 3])
        }
    }
}
