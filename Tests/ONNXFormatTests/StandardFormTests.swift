// Graphs of other files in ONNX's vocabulary. That they compute the same is tested beside the engine.
import Graphs
import Tensors
import Testing

@testable import ONNXFormat

/// A graph as TFLite files have it: images with their channels last.
private struct ImageGraph {
    var graph = Graph(name: "image", convention: .tflite)
    let quantization: Quantization?

    init(quantization: Quantization? = nil) { self.quantization = quantization }

    private var element: ElementType { quantization == nil ? .float32 : .int8 }

    mutating func input(_ shape: Shape) -> ValueID {
        let id = graph.add(Value(name: "image", type: TensorType(element, shape, quantization: quantization)))
        graph.inputs.append(Input(value: id, dimensions: shape.dimensions.map { .fixed($0) }))
        return id
    }

    mutating func append(_ op: any Operator, _ inputs: [ValueID], _ name: String) -> ValueID {
        graph.append(
            op, inputs, outputs: [Value(name: name, element: element, quantization: quantization)],
            origin: Node.Origin(index: graph.nodes.count, operatorName: op.name))[0]
    }

    mutating func convolution(
        _ data: ValueID, _ shape: Shape, _ name: String, activation: Activation = .none
    ) throws -> ValueID {
        let scales = (0..<shape[0]).map { Float($0 + 1) / 64 }
        let weights =
            quantization == nil
            ? try Tensor(.float32, shape, (0..<shape.elementCount).map(Float.init))
            : try Tensor(
                .int8, shape, (0..<shape.elementCount).map { Int8(truncatingIfNeeded: $0) },
                quantization: Quantization(scales: scales, zeroPoints: scales.map { _ in 0 }, axis: 0))
        let bias =
            quantization == nil
            ? try Tensor(.float32, [shape[0]], [Float](repeating: 1, count: shape[0]))
            : try Tensor(.int32, [shape[0]], [Int32](repeating: 1, count: shape[0]))
        let op = Convolution(
            layout: .channelsLast, strides: [1, 1], dilations: [1, 1], padding: .same, activation: activation)
        return append(
            op, [data, graph.add(constant: weights, name: "\(name)/w"), graph.add(constant: bias, name: "\(name)/b")],
            name)
    }
}

private func names(_ graph: Graph) -> [String] { graph.nodes.map(\.op.name) }

@Suite("Standard form")
struct StandardFormTests {
    @Test("transposes stay at the edges, between them images have their channels first")
    func transposes() throws {
        var image = ImageGraph()
        let first = try image.convolution(image.input([1, 4, 5, 2]), [3, 3, 3, 2], "a", activation: .relu6)
        let curve = image.append(Unary(.tanh), [first], "b")
        let second = try image.convolution(curve, [2, 1, 1, 3], "c")
        image.graph.outputs = [image.append(Concat(axis: 3), [second, second], "d")]
        let form = try ONNXWriter.standardForm(image.graph)
        #expect(names(form) == ["Transpose", "Convolution", "Unary", "Unary", "Convolution", "Concat", "Transpose"])
        #expect(form.convention == .onnx && form.outputs.map { form[$0].name } == ["d"])
        #expect(form[form.outputs[0]].shape == [1, 4, 5, 4])
        // Names of values go with them into the other order.
        #expect(Set(form.nodes.flatMap { $0.outputs.map { form[$0].name } }).isSuperset(of: ["a", "b", "c", "d"]))
        let op = try #require(form.nodes[1].op as? Convolution)
        #expect(op.padding == .explicit(before: [1, 1], after: [1, 1]) && op.layout == .channelsFirst)
        let weights = try #require(form.nodes[1].inputs[1].flatMap { form[$0].constant })
        #expect(weights.shape == [3, 2, 3, 3] && weights.floats[0..<3] == [0, 2, 4])
    }

    @Test("quantized operators become real ones between conversions, with each channel's scale")
    func quantized() throws {
        var image = ImageGraph(quantization: Quantization(scale: 0.5, zeroPoint: -3))
        let data = image.input([1, 4, 5, 2])
        image.graph.outputs = [try image.convolution(data, [3, 1, 1, 2], "a", activation: .relu)]
        let form = try ONNXWriter.standardForm(image.graph)
        #expect(
            names(form).sorted() == [
                "Convolution", "DequantizeLinear", "DequantizeLinear", "DequantizeLinear", "QuantizeLinear",
                "Transpose",
                "Transpose", "Unary",
            ])
        #expect(form.values.allSatisfy { $0.quantization == nil })
        let node = try #require(form.nodes.first { $0.op is Convolution })
        let makers = form.producers
        let weights = try #require(node.inputs[1].flatMap { makers[$0.index] }.map { form.nodes[$0] })
        #expect((weights.op as? DequantizeLinear)?.scales == ScaleLayout(axis: 0, blockSize: 0))
        #expect(weights.inputs[1].flatMap { form[$0].constant }?.floats == [0.015625, 0.03125, 0.046875])
        let bias = try #require(node.inputs[2].flatMap { makers[$0.index] }.map { form.nodes[$0] })
        #expect(bias.inputs[0].flatMap { form[$0].constant }?.element == .int32)
        #expect(bias.inputs[1].flatMap { form[$0].constant }?.floats == [0.0078125, 0.015625, 0.0234375])
        #expect(form[form.outputs[0]].element == .int8)
    }

    @Test("a graph that came from ONNX stays as it is")
    func untouched() throws {
        let graph = try read(single("Conv", inputs: 2))
        #expect(try ONNXWriter.standardForm(graph).nodes.map { "\($0.op)" } == graph.nodes.map { "\($0.op)" })
    }

    @Test("the constants of layers whose weights an operator dequantizes are turned, not the result")
    func dequantizedWeights() throws {
        var image = ImageGraph()
        let data = image.input([1, 4, 4, 2])
        let half = image.graph.add(
            constant: try Tensor(.float16, [3, 1, 1, 2], (0..<6).map { UInt16($0) }), name: "half")
        let weights = image.append(Dequantize(), [half], "weights")
        let op = Convolution(layout: .channelsLast, strides: [1, 1], dilations: [1, 1], padding: .valid)
        image.graph.outputs = [image.append(op, [data, weights], "result")]
        let form = try ONNXWriter.standardForm(image.graph)
        #expect(names(form).sorted() == ["Cast", "Convolution", "Transpose", "Transpose"])
        let cast = try #require(form.nodes.first { $0.op is Cast })
        #expect(cast.inputs[0].flatMap { form[$0].constant }?.shape == [3, 2, 1, 1])
        #expect(cast.inputs[0].map { form[$0].name } == "half")
    }
}
