// Distributions and averages of bytes.
import Tensors
import Testing

@testable import Graphs

@Suite("Passes over heads and pools of bytes")
struct HeadPassTests {
    /// Bytes [1, 6, 4, 16], turned to [1, 16, 4, 6], whose softmax along axis 1 a convolution weighs.
    private func head(biased: Bool = false, shared: Bool = false, channels: Int = 1, axis: Int = 1) throws -> TestGraph
    {
        var test = TestGraph()
        let x = test.input("x", TensorType(.uint8, [1, 6, 4, 16], quantization: byteScale))
        let turned = try test.add(Transpose([0, 3, 2, 1]), [x], quantization: byteScale)
        let softmax = try test.add(Softmax(axis: axis), [try test.dequantize(turned)])
        let last = try test.add(Transpose([0, 2, 3, 1]), [softmax])
        var op = convolution()
        op.layout = .channelsLast
        let bins = try test.constant([channels, 1, 1, 16], (0..<channels * 16).map(Float.init))
        let bias = biased ? [try test.constant([channels], [Float](repeating: 1, count: channels))] : []
        let means = try test.add(op, [last, bins] + bias)
        test.graph.outputs = [means] + (shared ? [softmax] : [])
        return test
    }

    @Test("a softmax and the weighted sum of it become one operator on bytes, which lie as they did")
    func expectation() throws {
        var test = try head()
        let type = test.graph[test.graph.outputs[0]].type
        test.graph.fuseExpectations()
        try test.graph.expectConsistent()
        #expect(test.graph.operatorNames == ["SoftmaxExpectation", "Transpose", "Reshape"])
        #expect(test.graph[test.graph.outputs[0]].type == type)
        let (_, node) = try test.graph.only(SoftmaxExpectation.self)
        #expect(node.inputs[0] == test.graph.inputs[0].value)
        #expect(try test.graph.constant(node, 1).floats == (0..<16).map(Float.init))
        #expect(try test.graph.only(Transpose.self).op.permutation == [0, 2, 1])
    }

    @Test("distributions that others read, of other axes, with a bias or for several channels stay")
    func otherHeads() throws {
        for test in [
            try head(biased: true), try head(shared: true), try head(channels: 2), try head(axis: 3),
        ] {
            var graph = test.graph
            graph.fuseExpectations()
            #expect(!graph.operatorNames.contains("SoftmaxExpectation"))
        }
    }

    private func average(_ countsPadding: Bool, pad: Int, side: Int, to result: Quantization) throws -> TestGraph {
        var test = TestGraph()
        let x = test.input("x", TensorType(.int8, [1, 8, 8, 3], quantization: byteScale))
        let window = Window(
            size: [side, side], strides: [2, 2], dilations: [1, 1],
            padding: .explicit(before: [pad, pad], after: [pad, pad]))
        let op = Pool(.average(countsPadding: countsPadding), layout: .channelsLast, window: window)
        test.graph.outputs = [try test.add(op, [x], element: .int8, quantization: result)]
        return test
    }

    @Test("averages over as many elements everywhere become convolutions with ones")
    func averages() throws {
        for (countsPadding, pad, result) in [(true, 1, byteScale), (false, 0, otherScale), (true, 0, otherScale)] {
            var test = try average(countsPadding, pad: pad, side: 3, to: result)
            let type = test.graph[test.graph.outputs[0]].type
            test.graph.convolveAverages()
            try test.graph.expectConsistent()
            let (op, node) = try test.graph.only(DepthwiseConvolution.self)
            let ones = try test.graph.constant(node, 1)
            #expect(ones.shape == [3, 3, 3] && ones.integers.allSatisfy { $0 == 1 })
            #expect(ones.type.quantization == Quantization(scale: 1.0 / 9, zeroPoint: 0))
            #expect(op.strides == [2, 2] && test.graph[test.graph.outputs[0]].type == type)
        }
    }

    @Test("averages of fewer elements at the border, without scales or of large windows stay")
    func otherAverages() throws {
        for test in [
            try average(false, pad: 1, side: 3, to: otherScale), try average(false, pad: 0, side: 3, to: byteScale),
            try average(true, pad: 0, side: 7, to: otherScale),
        ] {
            var graph = test.graph
            graph.convolveAverages()
            #expect(graph.operatorNames == ["Pool"])
        }
    }
}
