// From scales as inputs and float islands to integer operators.
import Tensors
import Testing

@testable import Graphs

@Suite("Quantization passes")
struct QuantizationPassTests {
    @Test("an operator with constant scales becomes its inner one on quantized values")
    func expandLinearQuantized() throws {
        var test = TestGraph()
        let a = test.input("a", TensorType(.int8, [2]))
        let scales = try [0.5, 0.25, 2].map { try test.constant(.scalar, [$0]) }
        let zero = try test.constant(.scalar, bytes: [3])
        let b = try test.constant([2], bytes: [1, 2])
        let op = LinearQuantized(
            Binary(.add), operands: [.init(data: 0, scale: 1, zeroPoint: 2), .init(data: 3, scale: 4, zeroPoint: 5)],
            result: (6, 7))
        let y = try test.add(op, [a, scales[0], zero, b, scales[1], nil, scales[2], zero], element: .int8)
        test.graph.outputs = [y]
        test.graph.expandLinearQuantized()
        try test.graph.expectConsistent()
        #expect(test.graph.operatorNames == ["AssumeQuantization", "Binary"])
        let node = try test.graph.only(Binary.self).node
        #expect(test.graph[try #require(node.inputs[0])].quantization == Quantization(scale: 0.5, zeroPoint: 3))
        #expect(try test.graph.constant(node, 1).type.quantization == Quantization(scale: 0.25, zeroPoint: 0))
        #expect(test.graph[y].quantization == Quantization(scale: 2, zeroPoint: 3))
    }

    @Test("a matrix product with constant weights becomes a fully connected layer", arguments: [true, false])
    func expandGemm(transposes: Bool) throws {
        var test = TestGraph()
        let a = test.input("a", TensorType(.uint8, [2, 3]))
        let scales = try [0.5, 2].map { try test.constant(.scalar, [$0]) }
        let zero = test.graph.add(constant: try Tensor(.uint8, .scalar, [UInt8(3)]), name: "zero")
        let weights = try test.constant(
            transposes ? [2, 3] : [3, 2], bytes: transposes ? [1, 2, 3, 4, 5, 6] : [1, 4, 2, 5, 3, 6])
        let perOutput = try test.constant([2], [0.5, 0.25])
        let bias = test.graph.add(constant: try Tensor(.int32, [2], [Int32(7), -9]), name: "bias")
        let op = LinearQuantized(
            Gemm(alpha: 1, beta: 1, transposesA: false, transposesB: transposes),
            operands: [
                .init(data: 0, scale: 1, zeroPoint: 2),
                .init(data: 3, scale: 4, zeroPoint: nil, axis: transposes ? 0 : 1),
                .init(data: 5, scale: nil, zeroPoint: nil),
            ],
            result: (6, 7))
        let y = try test.add(op, [a, scales[0], zero, weights, perOutput, bias, scales[1], zero], element: .uint8)
        test.graph.outputs = [y]
        test.graph.expandLinearQuantized()
        try test.graph.expectConsistent()
        #expect(test.graph.operatorNames == ["AssumeQuantization", "FullyConnected"])
        let node = try test.graph.only(FullyConnected.self).node
        let rows = try test.graph.constant(node, 1)
        #expect(rows.shape == [2, 3] && rows.integers == [1, 2, 3, 4, 5, 6])
        #expect(rows.type.quantization == Quantization(scales: [0.5, 0.25], zeroPoints: [0, 0], axis: 0))
        #expect(try test.graph.constant(node, 2).integers == [7, -9])
        #expect(try test.graph.constant(node, 2).type.quantization?.scales == [0.25, 0.125])
    }

    @Test("an operator whose scales are computed stays as it is")
    func dynamicScales() throws {
        var test = TestGraph()
        let a = test.input("a", TensorType(.int8, [2]))
        let scale = test.input("s", TensorType(.float32, .scalar))
        let y = test.graph.append(
            LinearQuantized(Unary(.sigmoid), operands: [.init(data: 0, scale: 1, zeroPoint: nil)], result: (1, nil)),
            [a, scale],
            outputs: [Value(name: "y")], origin: .init(index: 0, operatorName: "QLinearSigmoid"))
        test.graph.outputs = y
        test.graph.expandLinearQuantized()
        #expect(test.graph.operatorNames == ["LinearQuantizedUnary"])
    }

    @Test("constant scales of QuantizeLinear and DequantizeLinear go into the types")
    func staticQuantization() throws {
        var test = TestGraph()
        let x = test.input("x", TensorType(.float32, [2, 3]))
        let scale = try test.constant(.scalar, [0.5])
        let zero = try test.constant(.scalar, bytes: [3])
        let perAxis = try test.constant([3], [1, 2, 4])
        let layout = ScaleLayout(axis: -1, blockSize: 0)
        let q = try test.add(QuantizeLinear(scales: layout, element: nil), [x, scale, zero])
        let d = try test.add(DequantizeLinear(scales: layout), [q, scale, zero])
        let e = try test.add(DequantizeLinear(scales: layout), [q, perAxis])
        test.graph.outputs = [d, e]
        test.graph.makeQuantizationStatic()
        try test.graph.expectConsistent()
        #expect(test.graph.operatorNames == ["Quantize", "Dequantize", "AssumeQuantization", "Dequantize"])
        #expect(test.graph[q].quantization == byteScale)
        let assumed = try test.graph.only(AssumeQuantization.self).op.quantization
        #expect(assumed == Quantization(scales: [1, 2, 4], zeroPoints: [0, 0, 0], axis: 1))
    }

    @Test("unsigned words between Quantize and Dequantize become signed ones, those that leave the graph do not")
    func signWords() throws {
        var test = TestGraph()
        let x = test.input("x", TensorType(.float32, [2]))
        let quantization = Quantization(scale: 0.5, zeroPoint: 40000)
        let (a, b) = (try test.quantize(x, quantization, .uint16), try test.quantize(x, quantization, .uint16))
        test.graph.outputs = [try test.dequantize(a), b]
        test.graph.signWords()
        try test.graph.expectConsistent()
        #expect(test.graph[a].element == .int16 && test.graph[a].quantization?.zeroPoint == 7232)
        #expect(test.graph[b].element == .uint16 && test.graph[b].quantization == quantization)
    }

    @Test(
        "words times their sigmoid become one operator, unless something else reads the sigmoid",
        arguments: [false, true])
    func wordSwish(isShared: Bool) throws {
        var test = TestGraph()
        let x = test.input("x", TensorType(.int16, [2], quantization: Quantization(scale: 0.5, zeroPoint: 3)))
        let gate = Quantization(scale: 0.25, zeroPoint: 7)
        let sigmoid = try test.add(Unary(.sigmoid), [x], element: .int16, quantization: gate)
        let y = try test.add(
            Binary(.multiply), [sigmoid, x], element: .int16, quantization: Quantization(scale: 1, zeroPoint: 0))
        test.graph.outputs = isShared ? [y, sigmoid] : [y]
        test.graph.fuseWordSwish()
        try test.graph.expectConsistent()
        #expect(test.graph.operatorNames.count == (isShared ? 2 : 1))
        if !isShared { #expect(try test.graph.only(WordSwish.self).op.gate == gate) }
    }

    @Test("scales in blocks and scales of 0 are left alone")
    func unusableScales() throws {
        var test = TestGraph()
        let x = test.input("x", TensorType(.float32, [2, 4]))
        let blocks = try test.constant([2, 2], [1, 2, 3, 4])
        let zero = try test.constant(.scalar, [0])
        let a = try test.add(QuantizeLinear(scales: ScaleLayout(axis: 1, blockSize: 2), element: nil), [x, blocks])
        let b = try test.add(QuantizeLinear(scales: ScaleLayout(axis: 1, blockSize: 0), element: nil), [x, zero])
        test.graph.outputs = [a, b]
        test.graph.makeQuantizationStatic()
        #expect(test.graph.operatorNames == ["QuantizeLinear", "QuantizeLinear"])
    }

    /// Quantize, dequantize, `body`, quantize.
    private func island(
        _ shape: Shape, result: Quantization = otherScale, _ body: (inout TestGraph, ValueID) throws -> ValueID
    ) throws -> Graph {
        var test = TestGraph()
        let x = test.input("x", TensorType(.int8, shape, quantization: byteScale))
        let y = try body(&test, try test.dequantize(x))
        test.graph.outputs = [try test.quantize(y, result)]
        test.graph.fuseActivations()
        test.graph.fuseQuantizeDequantize()
        try test.graph.expectConsistent()
        return test.graph
    }

    @Test("a convolution with dequantized weights and a float bias computes on integers")
    func convolutionWithFloatBias() throws {
        let graph = try island([1, 1, 2, 2]) { test, x in
            let scales = Quantization(scales: [0.5, 0.25], zeroPoints: [0, 0], axis: 0)
            let weights = try test.dequantize(try test.constant([2, 1, 1, 1], bytes: [1, 2], scales))
            let bias = try test.constant([2], [1, -0.3])
            let y = try test.add(plainConvolution, [x, weights, bias])
            return try test.add(Unary(.relu), [y])
        }
        #expect(graph.operatorNames == ["Convolution"])
        let (op, node) = try graph.only(Convolution.self)
        #expect(op.activation == .relu)
        let bias = try graph.constant(node, 2)
        #expect(bias.integers == [4, -2] && bias.element == .int32)
        #expect(bias.type.quantization?.scales == [0.25, 0.125])
        #expect(graph[node.outputs[0]].type == TensorType(.int8, [1, 2, 2, 2], quantization: otherScale))
        #expect(try graph.constant(node, 1).type.quantization?.axis == 0)
    }

    @Test("an int32 bias of the product of the scales is taken as it is")
    func convolutionWithIntegerBias() throws {
        let graph = try island([1, 1, 2, 2]) { test, x in
            let weights = try test.dequantize(
                try test.constant([1, 1, 1, 1], bytes: [1], Quantization(scale: 0.5, zeroPoint: 1)))
            let tensor = try Tensor(.int32, [1], [Int32(77)], quantization: Quantization(scale: 0.25, zeroPoint: 0))
            let bias = try test.dequantize(test.graph.add(constant: tensor, name: "bias"))
            return try test.add(plainConvolution, [x, weights, bias])
        }
        let node = try graph.only(Convolution.self).node
        #expect(try graph.constant(node, 2).integers == [77])
        #expect(try graph.constant(node, 1).type.quantization?.zeroPoints == [1])
    }

    @Test("matrix products with constant weights become fully connected layers", arguments: [true, false])
    func gemm(transposes: Bool) throws {
        let graph = try island([2, 3]) { test, x in
            let bytes: [Int8] = transposes ? [1, 2, 3, 4, 5, 6] : [1, 4, 2, 5, 3, 6]
            let axis = transposes ? 0 : 1
            let scales = Quantization(scales: [0.5, 0.25], zeroPoints: [0, 0], axis: axis)
            let weights = try test.dequantize(try test.constant(transposes ? [2, 3] : [3, 2], bytes: bytes, scales))
            return try test.add(
                Gemm(alpha: 1, beta: 1, transposesA: false, transposesB: transposes),
                [x, weights, try test.constant([2], [1, 1])])
        }
        #expect(graph.operatorNames == ["FullyConnected"])
        let node = try graph.only(FullyConnected.self).node
        let weights = try graph.constant(node, 1)
        #expect(
            weights.shape == [2, 3] && weights.integers == [1, 2, 3, 4, 5, 6] && weights.type.quantization?.axis == 0)
        #expect(try graph.constant(node, 2).integers == [4, 8])
    }

    @Test("functions, sums and means of dequantized values become integer operators")
    func elementwise() throws {
        let sigmoid = try island([4]) { try $0.add(Unary(.sigmoid), [$1]) }
        #expect(sigmoid.operatorNames == ["Unary"])
        let product = try island([4]) { try $0.add(Binary(.multiply), [$1, $1]) }
        #expect(product.operatorNames == ["Binary"])
        let softmax = try island([4]) { try $0.add(Softmax(axis: 0), [$1]) }
        #expect(softmax.operatorNames == ["Softmax"])
        let mean = try island([1, 4, 2, 2]) { try $0.add(Reduce(.mean, axes: [2, 3], keepsDimensions: true), [$1]) }
        #expect(mean.operatorNames == ["Reduce"])
    }

    @Test("what only moves elements moves in front of the Dequantize; equal scales then cost nothing")
    func movement() throws {
        let same = try island([2, 3], result: byteScale) { try $0.add(Transpose([1, 0]), [$1]) }
        #expect(same.operatorNames == ["Transpose", "Unary"])
        var cleaned = same
        cleaned.removeIdentities()
        #expect(cleaned.operatorNames == ["Transpose"])
        let other = try island([2, 3]) { try $0.add(Reshape([6], zeroCopies: false), [$1]) }
        #expect(other.operatorNames == ["Reshape", "Unary"])
        let unary = try other.only(Unary.self)
        #expect(unary.op.function == .identity && other[unary.node.outputs[0]].quantization == otherScale)
    }

    @Test("the border of a pad becomes the integer that stands for it")
    func pad() throws {
        let graph = try island([2, 2], result: byteScale) { test, x in
            try test.add(
                Pad(.constant, order: .beforesThenAfters),
                [x, try test.constant(integers: [0, 1, 0, 1]), try test.constant(.scalar, [-1])])
        }
        #expect(try graph.constant(try graph.only(Pad.self).node, 2).integers == [1])
        let inexact = try island([2, 2], result: byteScale) { test, x in
            try test.add(
                Pad(.constant, order: .beforesThenAfters),
                [x, try test.constant(integers: [0, 1, 0, 1]), try test.constant(.scalar, [0.3])])
        }
        #expect(inexact.operatorNames == ["Dequantize", "Pad", "Quantize"])
    }

    @Test("parts of another scale are requantized before they are joined")
    func concat() throws {
        var test = TestGraph()
        let a = test.input("a", TensorType(.int8, [2], quantization: byteScale))
        let b = test.input("b", TensorType(.int8, [3], quantization: otherScale))
        let joined = try test.add(Concat(axis: 0), [try test.dequantize(a), try test.dequantize(b)])
        test.graph.outputs = [try test.quantize(joined, otherScale)]
        test.graph.fuseQuantizeDequantize()
        try test.graph.expectConsistent()
        #expect(test.graph.operatorNames == ["Unary", "Concat"])
        #expect(try test.graph.only(Concat.self).node.inputs[1] == b)
    }

    @Test("a value that somebody reads as a float stays one")
    func sharedFloat() throws {
        var test = TestGraph()
        let x = test.input("x", TensorType(.int8, [4], quantization: byteScale))
        let y = try test.add(Unary(.exp), [try test.dequantize(x)])
        let q = try test.quantize(y, otherScale)
        test.graph.outputs = [q, y]
        test.graph.fuseQuantizeDequantize()
        #expect(test.graph.operatorNames == ["Dequantize", "Unary", "Quantize"])
    }

    @Test("several equal Quantize nodes of one value become one")
    func sharedQuantize() throws {
        var test = TestGraph()
        let x = test.input("x", TensorType(.int8, [4], quantization: byteScale))
        let y = try test.add(Unary(.exp), [try test.dequantize(x)])
        let (q, r) = (try test.quantize(y, otherScale), try test.quantize(y, otherScale))
        test.graph.outputs = [q, try test.dequantize(r)]
        test.graph.fuseQuantizeDequantize()
        try test.graph.expectConsistent()
        #expect(test.graph.operatorNames == ["Unary", "Dequantize"])
    }

    @Test("uint16 with a zero point stays float between its Dequantize and Quantize")
    func words() throws {
        var test = TestGraph()
        let words = Quantization(scale: 0.5, zeroPoint: 30000)
        let x = test.input("x", TensorType(.uint16, [4], quantization: words))
        let y = try test.add(Unary(.exp), [try test.dequantize(x)])
        test.graph.outputs = [try test.quantize(y, words, .uint16)]
        test.graph.fuseQuantizeDequantize()
        #expect(test.graph.operatorNames == ["Dequantize", "Unary", "Quantize"])
    }
}

private let plainConvolution = convolution()
