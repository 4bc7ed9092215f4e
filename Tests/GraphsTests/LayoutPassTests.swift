// Channels last and transposes.
import Synchronization
import Tensors
import Testing

@testable import Graphs

/// How often something was looked at.
private final class Looks: Sendable { let count = Atomic(0) }

@Suite("Layout passes")
struct LayoutPassTests {
    private let last = [0, 2, 3, 1]
    private let first = [0, 3, 1, 2]

    @Test("a quantized convolution gets channels last, with its weights")
    func convolutionLast() throws {
        var test = TestGraph()
        let x = test.input("x", TensorType(.int8, [1, 2, 4, 4], quantization: byteScale))
        let weights = try test.constant([1, 2, 1, 2], bytes: [1, 2, 3, 4], Quantization(scale: 1, zeroPoint: 0))
        test.graph.outputs = [try test.add(convolution(), [x, weights], quantization: otherScale)]
        test.graph.makeChannelsLast()
        try test.graph.expectConsistent()
        #expect(test.graph.operatorNames == ["Transpose", "Convolution", "Transpose"])
        let (op, node) = try test.graph.only(Convolution.self)
        #expect(op.layout == .channelsLast)
        let turned = try test.graph.constant(node, 1)
        #expect(turned.shape == [1, 1, 2, 2] && turned.integers == [1, 3, 2, 4])
        #expect(test.graph[node.outputs[0]].quantization == otherScale)
    }

    @Test("weights are turned when somebody looks at them")
    func lateTranspose() throws {
        let looks = Looks()
        let weights = try Tensor.deferred(TensorType(.uint16, [16, 8, 3, 7])) { bytes in
            looks.count.add(1, ordering: .relaxed)
            let values = bytes.bindMemory(to: UInt16.self)
            for index in values.indices { values[index] = UInt16(index) }
        }
        let turned = try #require(weights.transposed([0, 2, 3, 1]))
        #expect(turned.shape == [16, 3, 7, 8])
        #expect(looks.count.load(ordering: .relaxed) == 0)
        var expected: [Int64] = []
        for output in 0..<16 {
            for place in 0..<21 {
                for input in 0..<8 { expected.append(Int64(output * 168 + input * 21 + place)) }
            }
        }
        #expect(turned.integers == expected)
        #expect(looks.count.load(ordering: .relaxed) == 1)
    }

    @Test("a convolution of each channel by itself becomes a depthwise one")
    func depthwise() throws {
        var test = TestGraph()
        let x = test.input("x", TensorType(.int8, [1, 2, 4, 4], quantization: byteScale))
        let scales = Quantization(scales: [1, 2, 3, 4], zeroPoints: [0, 0, 0, 0], axis: 0)
        let weights = try test.constant([4, 1, 1, 2], bytes: [1, 2, 3, 4, 5, 6, 7, 8], scales)
        test.graph.outputs = [try test.add(convolution(groups: 2), [x, weights], quantization: otherScale)]
        test.graph.makeChannelsLast()
        try test.graph.expectConsistent()
        let turned = try test.graph.constant(try test.graph.only(DepthwiseConvolution.self).node, 1)
        #expect(turned.shape == [1, 2, 4] && turned.integers == [1, 3, 5, 7, 2, 4, 6, 8])
        #expect(turned.type.quantization?.axis == 2)
    }

    @Test("a convolution along one axis becomes one over an image of height 1")
    func oneAxis() throws {
        var test = TestGraph()
        let x = test.input("x", TensorType(.int8, [1, 2, 8], quantization: byteScale))
        let weights = try test.constant([1, 2, 2], bytes: [1, 2, 3, 4], Quantization(scale: 1, zeroPoint: 0))
        let op = Convolution(
            layout: .channelsFirst, strides: [2], dilations: [1], padding: .explicit(before: [1], after: [0]))
        test.graph.outputs = [try test.add(op, [x, weights], quantization: otherScale)]
        test.graph.makeChannelsLast()
        try test.graph.expectConsistent()
        #expect(test.graph.operatorNames == ["Unsqueeze", "Transpose", "Convolution", "Transpose", "Squeeze"])
        #expect(try test.graph.only(Convolution.self).op.strides == [1, 2])
        #expect(test.graph[test.graph.outputs[0]].shape == [1, 1, 4])
    }

    @Test("a convolution without scales gets channels last, weights that are computed too")
    func integerConvolution() throws {
        var test = TestGraph()
        let x = test.input("x", TensorType(.uint8, [1, 2, 4, 4]))
        let weights = test.input("w", TensorType(.int8, [3, 2, 1, 1]))
        test.graph.outputs = [try test.add(IntegerConvolution(convolution()), [x, weights])]
        test.graph.makeChannelsLast()
        try test.graph.expectConsistent()
        #expect(test.graph.operatorNames == ["Transpose", "Transpose", "IntegerConvolution", "Transpose"])
    }

    @Test("a convolution without scales along one axis becomes one over an image", arguments: [true, false])
    func integerConvolutionAlongOneAxis(isConstant: Bool) throws {
        var test = TestGraph()
        let x = test.input("x", TensorType(.int8, [2, 1, 9]))
        let weights =
            isConstant
            ? try test.constant([1, 1, 2], bytes: [3, -4]) : test.input("w", TensorType(.int8, [1, 1, 2]))
        let inner = Convolution(
            layout: .channelsFirst, strides: [2], dilations: [1], padding: .explicit(before: [1], after: [0]))
        test.graph.outputs = [try test.add(IntegerConvolution(inner), [x, weights])]
        test.graph.makeChannelsLast()
        try test.graph.expectConsistent()
        let op = try test.graph.only(IntegerConvolution.self).op.convolution
        #expect(op.layout == .channelsLast && op.strides == [1, 2])
        #expect(op.padding == .explicit(before: [0, 1], after: [0, 0]))
        #expect(test.graph[test.graph.outputs[0]].type == TensorType(.int32, [2, 1, 5]))
    }

    @Test("float convolutions get channels last")
    func floatConvolution() throws {
        var test = TestGraph()
        let x = test.input("x", TensorType(.float32, [1, 1, 2, 2]))
        test.graph.outputs = [try test.add(convolution(), [x, try test.constant([1, 1, 1, 1], [3])])]
        test.graph.makeChannelsLast()
        try test.graph.expectConsistent()
        #expect(test.graph.operatorNames == ["Transpose", "Convolution", "Transpose"])
    }

    @Test("convolutions of types without such a kernel keep their layout")
    func doubleConvolution() throws {
        var test = TestGraph()
        let x = test.input("x", TensorType(.float64, [1, 1, 2, 2]))
        let weights = test.input("w", TensorType(.float64, [1, 1, 1, 1]))
        test.graph.outputs = [try test.add(convolution(), [x, weights])]
        test.graph.makeChannelsLast()
        #expect(test.graph.operatorNames == ["Convolution"])
    }

    /// A transpose of quantized channels-last data to channels first, `body`, a transpose back.
    private func between(
        _ shape: Shape = [1, 4, 6, 8], back: [Int]? = nil, _ body: (inout TestGraph, ValueID) throws -> ValueID
    ) throws -> Graph {
        var test = TestGraph()
        let x = test.input("x", TensorType(.int8, shape, quantization: byteScale))
        let y = try body(&test, try test.add(Transpose(first), [x]))
        let z = try test.add(Transpose(back ?? last), [y])
        test.graph.outputs = [try test.add(Unary(.abs), [z], quantization: byteScale)]
        test.graph.sinkTransposes()
        try test.graph.expectConsistent()
        return test.graph
    }

    @Test("a transpose and its inverse vanish")
    func inverse() throws {
        let plain = try between { $1 }
        #expect(plain.operatorNames == ["Unary"])
        let merged = try between(back: [0, 1, 3, 2]) { $1 }
        #expect(merged.operatorNames == ["Unary", "Transpose"] && merged[merged.outputs[0]].shape == [1, 8, 6, 4])
    }

    @Test("transposes pass elementwise operators, joins, cuts, slices, pads, reductions and resizes")
    func passing() throws {
        let unary = try between { try $0.add(Unary(.relu), [$1], quantization: byteScale) }
        #expect(unary.operatorNames == ["Unary", "Unary"])

        let sum = try between { try $0.add(Binary(.add), [$1, $1], quantization: byteScale) }
        #expect(sum.operatorNames == ["Binary", "Unary"])

        let concat = try between { try $0.add(Concat(axis: 1), [$1, $1]) }
        #expect(try concat.only(Concat.self).op.axis == 3)

        let split = try between { test, x in
            let parts = try test.add(Split(axis: 1, sizes: nil), [x], count: 2)
            return try test.add(Binary(.add), parts, quantization: byteScale)
        }
        #expect(split.operatorNames == ["Split", "Binary", "Unary"])

        let slice = try between { test, x in
            try test.add(
                Slice(),
                [
                    x, try test.constant(integers: [1]), try test.constant(integers: [3]),
                    try test.constant(integers: [-3]),
                ])
        }
        #expect(try slice.constant(try slice.only(Slice.self).node, 3).integers == [3])

        let pad = try between { test, x in
            try test.add(
                Pad(.edge, order: .beforesThenAfters), [x, try test.constant(integers: [0, 1, 2, 3, 0, 4, 5, 6])])
        }
        #expect(try pad.constant(try pad.only(Pad.self).node, 1).integers == [0, 2, 3, 1, 0, 5, 6, 4])

        let mean = try between {
            try $0.add(Reduce(.mean, axes: [2, 3], keepsDimensions: true), [$1], quantization: byteScale)
        }
        #expect(try mean.only(Reduce.self).op.axes == [1, 2])

        let resize = try between { test, x in
            let scales = try test.constant([4], [1, 1, 2, 2])
            return try test.add(Resize(mode: .nearest(.floor), coordinates: .asymmetric), [x, nil, scales])
        }
        #expect(try resize.only(Resize.self).op.axes == [0, 3, 1, 2])
        for graph in [concat, slice, pad, mean, resize] {
            #expect(graph.operatorNames.filter { $0 == "Transpose" }.isEmpty)
        }
    }

    @Test("a constant that is combined with a transposed value is transposed")
    func constants() throws {
        let graph = try between([1, 1, 2, 3]) { test, x in
            let slope = try test.constant([3, 1, 1], bytes: [1, 2, 3], byteScale)
            return try test.add(Binary(.prelu), [x, slope], quantization: byteScale)
        }
        #expect(try graph.constant(try graph.only(Binary.self).node, 1).shape == [1, 1, 1, 3])
    }

    @Test("scales along an axis follow their axis")
    func scalesAlongAxis() throws {
        var test = TestGraph()
        let x = test.input("x", TensorType(.float32, [1, 4, 6, 2]))
        let scales = Quantization(scales: [1, 2], zeroPoints: [0, 0], axis: 1)
        let q = try test.quantize(try test.add(Transpose(first), [x]), scales)
        test.graph.outputs = [q]
        test.graph.sinkTransposes()
        try test.graph.expectConsistent()
        #expect(test.graph.operatorNames == ["Quantize", "Transpose"])
        let inner = try test.graph.only(Quantize.self).node.outputs[0]
        #expect(test.graph[inner].quantization?.axis == 3 && test.graph[q].quantization?.axis == 1)
    }

    @Test(
        "floats are turned where bytes were only if nobody has to turn them then",
        arguments: [[0, 2, 3, 1], [0, 3, 2, 1]])
    func dequantized(back: [Int]) throws {
        var test = TestGraph()
        let x = test.input("x", TensorType(.int8, [1, 4, 6, 8], quantization: byteScale))
        let floats = try test.dequantize(try test.add(Transpose(first), [x]))
        test.graph.outputs = try [last, back].map { order in
            try test.add(Unary(.abs), [try test.add(Transpose(order), [floats])])
        }
        test.graph.sinkTransposes()
        try test.graph.expectConsistent()
        let expected =
            back == last
            ? ["Dequantize", "Unary", "Unary"]
            : ["Transpose", "Dequantize", "Unary", "Transpose", "Unary", "Transpose"]
        #expect(test.graph.operatorNames == expected)
    }

    @Test("a reduction that drops axes leaves the order of the rest")
    func droppingReduction() throws {
        var test = TestGraph()
        let x = test.input("x", TensorType(.int8, [1, 4, 6, 8], quantization: byteScale))
        let y = try test.add(Transpose(first), [x])
        test.graph.outputs = [
            try test.add(Reduce(.mean, axes: [2, 3], keepsDimensions: false), [y], quantization: byteScale)
        ]
        test.graph.sinkTransposes()
        try test.graph.expectConsistent()
        #expect(test.graph.operatorNames.first == "Reduce" && test.graph[test.graph.outputs[0]].shape == [1, 8])
        #expect(!test.graph.operatorNames.contains("Transpose"))
    }

    @Test("a channel shuffle happens within the channels")
    func shuffle() throws {
        let graph = try between { test, x in
            let grouped = try test.add(Reshape([1, 2, 4, 4, 6], zeroCopies: false), [x])
            let shuffled = try test.add(Transpose([0, 2, 1, 3, 4]), [grouped])
            return try test.add(Reshape([1, 8, 4, 6], zeroCopies: false), [shuffled])
        }
        #expect(graph.operatorNames == ["Reshape", "Transpose", "Reshape", "Unary"])
        #expect(try graph.only(Transpose.self).op.permutation == [0, 1, 2, 4, 3])
    }

    @Test("taking one of two groups of channels passes a transpose")
    func gather() throws {
        let graph = try between { test, x in
            let grouped = try test.add(Reshape([4, 2, 24], zeroCopies: false), [x])
            let turned = try test.add(Transpose([1, 0, 2]), [grouped])
            let parts = try test.add(Reshape([2, 1, 4, 4, 6], zeroCopies: false), [turned])
            let index = test.graph.add(constant: try Tensor(.int64, .scalar, [Int64(1)]), name: "index")
            return try test.add(Gather(axis: 0), [parts, index])
        }
        #expect(try graph.only(Gather.self).op.axis > 0)
        #expect(!graph.operatorNames.contains("Transpose"), "\(graph.operatorNames)")
    }

    @Test(
        "axes are grouped where their products meet",
        arguments: [
            ([2, 3, 4], [6, 4], [[0, 1], [2]], [[0], [1]]), ([6, 4], [2, 3, 4], [[0], [1]], [[0, 1], [2]]),
            ([1, 8], [4, 2], [[0, 1]], [[0, 1]]), ([3, 1, 1], [3], [[0], [1, 2]], [[0], []]),
            ([3], [3, 1], [[0], []], [[0], [1]]),
            ([4, 6], [6, 4], [[0, 1]], [[0, 1]]),
        ])
    func axisGroups(from: [Int], to: [Int], before: [[Int]], after: [[Int]]) throws {
        let groups = try #require(AxisGroups(from: Shape(from), to: Shape(to))).groups
        #expect(groups.map(\.before) == before && groups.map(\.after) == after)
    }

    @Test("transposing a constant moves its elements and its scales")
    func transposedConstant() throws {
        let scales = Quantization(scales: [1, 2, 3], zeroPoints: [0, 0, 0], axis: 1)
        let tensor = try Tensor(.int16, [2, 3], [1, 2, 3, 4, 5, 6] as [Int16], quantization: scales)
        let turned = try #require(tensor.transposed([1, 0]))
        #expect(
            turned.integers == [1, 4, 2, 5, 3, 6] && turned.shape == [3, 2] && turned.type.quantization?.axis == 0)
    }
}
