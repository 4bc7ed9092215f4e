// Shuffled channels and the weights behind them.
import Tensors
import Testing

@testable import Graphs

@Suite("Folding shuffles")
struct FoldShufflesTests {
    private func shuffled(_ test: inout TestGraph, _ x: ValueID, _ cut: [Int]) throws -> ValueID {
        let shape = try #require(test.graph[x].shape)
        let apart = try test.add(
            Reshape(Array(shape.dimensions.dropLast()) + cut, zeroCopies: false), [x], quantization: byteScale)
        let turned = try test.add(Transpose([0, 1, 2, 4, 3]), [apart], quantization: byteScale)
        return try test.add(Reshape(shape.dimensions, zeroCopies: false), [turned], quantization: byteScale)
    }

    private var dense: Convolution {
        var op = convolution()
        op.layout = .channelsLast
        return op
    }

    @Test("dense and depthwise layers take the order of channels into their weights")
    func weights() throws {
        var test = TestGraph()
        let x = test.input("x", TensorType(.int8, [1, 2, 2, 6], quantization: byteScale))
        let mixed = try shuffled(&test, x, [2, 3])
        let kernel = try test.constant([1, 1, 1, 6], bytes: [0, 1, 2, 3, 4, 5], Quantization(scale: 1, zeroPoint: 0))
        let scales = Quantization(scales: [1, 2, 3, 4, 5, 6], zeroPoints: [Int32](repeating: 0, count: 6), axis: 2)
        let taps = try test.constant([1, 1, 6], bytes: [10, 11, 12, 13, 14, 15], scales)
        let depthwise = DepthwiseConvolution(
            strides: [1, 1], dilations: [1, 1], padding: .explicit(before: [0, 0], after: [0, 0]), activation: .none)
        let middle = try test.add(depthwise, [mixed, taps], quantization: byteScale)
        let curve = try test.add(Unary(.tanh), [middle], quantization: byteScale)
        test.graph.outputs = [
            try test.add(dense, [mixed, kernel], quantization: otherScale),
            try test.add(dense, [curve, kernel], quantization: otherScale),
        ]
        test.graph.foldShuffles()
        try test.graph.expectConsistent()
        #expect(test.graph.operatorNames.sorted() == ["Convolution", "Convolution", "DepthwiseConvolution", "Unary"])
        // Shuffled channel 2 column + row is channel 3 row + column.
        let order: [Int64] = [0, 2, 4, 1, 3, 5]
        let node = try test.graph.only(DepthwiseConvolution.self).node
        #expect(node.inputs[0] == x)
        let turned = try test.graph.constant(node, 1)
        #expect(turned.integers == order.map { $0 + 10 })
        #expect(turned.type.quantization?.scales == order.map { Float($0) + 1 })
        test.graph.removeDeadNodes()
        for node in test.graph.nodes where node.op is Convolution {
            #expect(try test.graph.constant(node, 1).integers == order)
        }
    }

    @Test("the parts of a shuffled image, or its every n-th channels, are gathered from it")
    func parts() throws {
        var test = TestGraph()
        let x = test.input("x", TensorType(.int8, [1, 2, 2, 6], quantization: byteScale))
        let mixed = try shuffled(&test, x, [2, 3])
        var outputs = try test.add(Split(axis: 3, sizes: [2, 4]), [mixed], count: 2, quantization: byteScale)
        let apart = try test.add(Reshape([1, 2, 2, 3, 2], zeroCopies: false), [x], quantization: byteScale)
        let one = test.graph.add(constant: try Tensor(.int64, .scalar, [Int64(1)]), name: "one")
        outputs.append(try test.add(Gather(axis: 4), [apart, one], quantization: byteScale))
        test.graph.outputs = outputs
        let types = outputs.map { test.graph[$0].type }
        test.graph.foldShuffles()
        try test.graph.expectConsistent()
        #expect(test.graph.operatorNames == ["Gather", "Gather", "Gather"])
        #expect(test.graph.outputs.map { test.graph[$0].type } == types)
        test.graph.removeDeadNodes()
        let places = try test.graph.nodes.map { try test.graph.constant($0, 1).integers }
        #expect(places == [[0, 3], [1, 4, 2, 5], [1, 3, 5]])
        #expect(test.graph.nodes.allSatisfy { $0.inputs[0] == x })
    }

    @Test("a shuffle that is an output, that others than dense layers read, or of floats stays")
    func stays() throws {
        var wanted = TestGraph()
        let x = wanted.input("x", TensorType(.int8, [1, 2, 2, 6], quantization: byteScale))
        wanted.graph.outputs = [try shuffled(&wanted, x, [2, 3])]
        var joined = TestGraph()
        let y = joined.input("y", TensorType(.int8, [1, 2, 2, 6], quantization: byteScale))
        let mixed = try shuffled(&joined, y, [3, 2])
        joined.graph.outputs = [try joined.add(Concat(axis: 3), [mixed, mixed], quantization: byteScale)]
        var real = TestGraph()
        let z = real.input("z", TensorType(.float32, [1, 2, 2, 6]))
        let kernel = try real.constant([1, 1, 1, 6], [0, 1, 2, 3, 4, 5])
        let apart = try real.add(Reshape([1, 2, 2, 2, 3], zeroCopies: false), [z])
        let turned = try real.add(Transpose([0, 1, 2, 4, 3]), [apart])
        let back = try real.add(Reshape([1, 2, 2, 6], zeroCopies: false), [turned])
        real.graph.outputs = [try real.add(dense, [back, kernel])]
        for test in [wanted, joined, real] {
            var graph = test.graph
            graph.foldShuffles()
            #expect(graph.operatorNames == test.graph.operatorNames)
        }
    }
}
