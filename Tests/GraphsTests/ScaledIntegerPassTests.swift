// Integer sums and what makes floats of them.
import Tensors
import Testing

@testable import Graphs

@Suite("Fusing integer layers with their scales")
struct ScaledIntegerPassTests {
    private let convolution = IntegerConvolution(
        Convolution(layout: .channelsFirst, strides: [1, 1], dilations: [1, 1], padding: .valid))

    /// DynamicQuantizeLinear, ConvInteger, Cast, Mul and Add, with weights of 3 channels.
    private func network(_ weights: (inout TestGraph) throws -> ValueID) throws -> (test: TestGraph, sums: ValueID) {
        var test = TestGraph()
        let x = test.input("x", TensorType(.float32, [1, 2, 4, 4]))
        let quantized = try test.add(DynamicQuantizeLinear(), [x], count: 3)
        let sums = try test.add(convolution, [quantized[0], try weights(&test), quantized[2], nil])
        let real = try test.add(Cast(to: .float32), [sums])
        let scale = try test.add(Binary(.multiply), [quantized[1], try test.constant([], [0.5])])
        let scaled = try test.add(Binary(.multiply), [real, scale])
        let biased = try test.add(Binary(.add), [scaled, try test.constant([1, 3, 1, 1], [1, 2, 3])])
        test.graph.outputs = [try test.add(Unary(.relu), [biased])]
        return (test, sums)
    }

    @Test("cast, scales, bias and clamp go into the integer layer, and its data stay with channels last")
    func chain() throws {
        var (test, _) = try network { try $0.constant([3, 2, 1, 1], bytes: [1, 2, 3, 4, 5, 6]) }
        test.graph.fuseScaledIntegers()
        test.graph.fuseActivations()
        try test.graph.expectConsistent()
        #expect(test.graph.operatorNames == ["DynamicQuantizeLinear", "ScaledInteger"])
        let (op, node) = try test.graph.only(ScaledInteger.self)
        #expect(op.activation == .relu)
        #expect(try test.graph.constant(node, 6).floats == [1, 2, 3])
        test.graph.makeChannelsLast()
        test.graph.sinkTransposes()
        try test.graph.expectConsistent()
        #expect(test.graph.operatorNames == ["DynamicQuantizeLinear", "Transpose", "ScaledInteger", "Transpose"])
    }

    @Test("sums that something else reads, and computed weights, keep their own operators")
    func others() throws {
        var (shared, sums) = try network { try $0.constant([3, 2, 1, 1], bytes: [1, 2, 3, 4, 5, 6]) }
        shared.graph.outputs.append(sums)
        shared.graph.fuseScaledIntegers()
        #expect(!shared.graph.operatorNames.contains("ScaledInteger"))
        var (computed, _) = try network { $0.input("w", TensorType(.int8, [3, 2, 1, 1])) }
        computed.graph.fuseScaledIntegers()
        #expect(!computed.graph.operatorNames.contains("ScaledInteger"))
    }

    @Test("a transpose moves behind the quantization by range")
    func transposes() throws {
        var test = TestGraph()
        let x = test.input("x", TensorType(.float32, [1, 2, 4, 4]))
        let turned = try test.add(Transpose([0, 2, 3, 1]), [x])
        let quantized = try test.add(DynamicQuantizeLinear(), [turned], count: 3)
        test.graph.outputs = quantized
        test.graph.sinkTransposes()
        try test.graph.expectConsistent()
        #expect(test.graph.operatorNames == ["DynamicQuantizeLinear", "Transpose"])
    }
}
