// What is written is read as it was.
import Foundation
import Graphs
import Tensors
import Testing

@testable import ONNXFormat

/// The bytes of a file of `graph`.
func written(_ graph: Graph) throws -> [UInt8] { try ONNXWriter.bytes(graph, version: "1.2.3") }

/// What the writer says of a graph that it must refuse.
private func refusal(_ graph: Graph) -> String {
    do {
        _ = try written(graph)
        return "no error"
    } catch { return "\(error)" }
}

private func message(_ bytes: [UInt8]) throws -> ModelMessage {
    try bytes.withUnsafeBytes { try MessageReader(bytes: $0).model() }
}

/// A graph of one operator on inputs x0, x1, ... with outputs y0, y1, ...
private func graph(_ op: any Operator, _ inputs: [TensorType], outputs: Int = 1) -> Graph {
    var graph = Graph(name: "one", convention: .onnx)
    let ids = inputs.enumerated().map { index, type in
        let id = graph.add(Value(name: "x\(index)", type: type))
        graph.inputs.append(Input(value: id, dimensions: type.shape.dimensions.map { .fixed($0) }))
        return id
    }
    graph.outputs = graph.append(
        op, ids, outputs: (0..<outputs).map { Value(name: "y\($0)") },
        origin: Node.Origin(index: 0, operatorName: op.name))
    return graph
}

@Suite("Writing")
struct WriterTests {
    @Test("an operator that is written is read as itself", arguments: OperatorTests.defaultCases)
    func sameOperator(_ test: Case) throws {
        var first = try read(test.bytes)
        if (test.expected as? Binary)?.function == .floorModulo {
            // Of integers alone.
            for input in first.inputs { first[input.value].element = .int32 }
        }
        let second = try read(try written(first))
        // Positions, given as floats by these models, are cast before.
        #expect(String(reflecting: second.nodes.last?.op) == String(reflecting: first.nodes.last?.op))
    }

    @Test("what is read of a written file is written as the same bytes", arguments: OperatorTests.givenCases)
    func fixedPoint(_ test: Case) throws {
        let bytes = try written(try read(test.bytes))
        #expect(try written(try read(bytes)) == bytes)
    }

    @Test("the same graph gives the same bytes")
    func deterministic() throws {
        let bytes = single("Gemm", inputs: 3)
        #expect(try written(try read(bytes)) == written(try read(bytes)))
    }

    @Test("operators of other runtimes' own go back to their domain")
    func microsoft() throws {
        for (type, inputs, attributes) in [
            ("QLinearAdd", 8, []), ("QLinearMul", 8, []), ("QLinearSigmoid", 5, []),
            ("QLinearLeakyRelu", 5, [.float("alpha", 0.25)]), ("QLinearConcat", 8, [.int("axis", 1)]),
            ("QLinearGlobalAveragePool", 5, []), ("QLinearGlobalAveragePool", 5, [.int("channels_last", 1)]),
            ("QLinearAveragePool", 5, [.ints("kernel_shape", [2, 2])]), ("QLinearSoftmax", 5, [.int("opset", 13)]),
            ("QGemm", 9, [.int("transB", 1)]), ("QLinearReduceMean", 5, [.ints("axes", [2])]),
            ("QLinearConv", 9, [.int("channels_last", 1)]),
        ] as [(String, Int, [Attribute])] {
            let first = try read(single(type, inputs: inputs, attributes, domain: "com.microsoft"))
            let bytes = try written(first)
            let nodes = try message(bytes).graph?.nodes ?? []
            #expect(nodes.map(\.type) == [type] && nodes[0].domain == "com.microsoft", "\(type)")
            let second = try read(bytes)
            #expect(second.nodes.map { "\($0.op)" } == first.nodes.map { "\($0.op)" }, "\(type)")
        }
    }

    @Test("global pools, which the reader takes apart, are put together again")
    func globalPools() throws {
        for type in ["GlobalAveragePool", "GlobalMaxPool"] {
            #expect(try message(written(try read(single(type)))).graph?.nodes.map(\.type) == [type])
        }
    }

    @Test("a file names version 17, or the first that has what an operator needs")
    func versions() throws {
        let image = TensorType(.float32, [1, 2, 8, 8])
        let scale = TensorType(.float32, .scalar)
        let layout = ScaleLayout(axis: 1, blockSize: 0)
        let cases: [(any Operator, [TensorType], Int)] = [
            (Unary(.relu), [image], 17), (Unary(.mish), [image], 18), (Unary(.gelu(approximate: false)), [image], 20),
            (Binary(.bitwiseAnd), [TensorType(.uint8, [2]), TensorType(.uint8, [2])], 18),
            (LayerNormalization(axis: -1, epsilon: 0, isRootMeanSquare: true), [image, TensorType(.float32, [8])], 23),
            (QuantizeLinear(scales: layout, element: nil), [image, scale, TensorType(.int8, .scalar)], 17),
            (QuantizeLinear(scales: layout, element: nil), [image, scale, TensorType(.int16, .scalar)], 21),
            (QuantizeLinear(scales: layout, element: .int8), [image, scale], 21),
            (DequantizeLinear(scales: layout), [TensorType(.int4, [2, 2]), scale], 21),
            (Pad(.wrap, order: .beforesThenAfters), [image, TensorType(.int64, [8])], 19),
            (Reduce(.mean, axes: [1], keepsDimensions: true), [image], 17),
        ]
        for (op, inputs, version) in cases {
            #expect(try message(written(graph(op, inputs))).opsets[""] == version, "\(op)")
        }
    }

    @Test("constants of every element type keep their values, 4-bit ones an odd number of them")
    func constants() throws {
        var graph = Graph(name: "constants", convention: .onnx)
        for element in ElementType.allCases {
            let tensor = try Tensor(TensorType(element, [3])) { bytes in
                for index in bytes.indices { bytes[index] = UInt8(index % 2) }
            }
            graph.outputs.append(graph.add(constant: tensor, name: "\(element)"))
        }
        let second = try read(try written(graph))
        for (before, after) in zip(graph.outputs, second.outputs) {
            let (a, b) = (try #require(graph[before].constant), try #require(second[after].constant))
            #expect(a.type == b.type && a.doubles == b.doubles && second[after].name == graph[before].name)
        }
        let nibbles = try Tensor(.int4, [3], [Int8(-8), 7, -1])
        graph.outputs = [graph.add(constant: nibbles, name: "nibbles")]
        let third = try read(try written(graph))
        #expect(third[third.outputs[0]].constant?.integers == [-8, 7, -1])
    }

    @Test("names stay; values that share one or have none get one")
    func names() throws {
        var graph = graph(Unary(.relu), [TensorType(.float32, [2])])
        let first = graph.outputs[0]
        let origin = Node.Origin(index: 1, operatorName: "Neg", nodeName: "layer/neg")
        let same = graph.append(Unary(.negate), [first], outputs: [Value(name: "y0")], origin: origin)[0]
        let empty = graph.append(Unary(.abs), [same], outputs: [Value(name: "")], origin: origin)[0]
        graph.outputs = [graph.append(Unary(.exp), [empty], outputs: [Value(name: "result")], origin: origin)[0]]
        let nodes = try #require(try message(written(graph)).graph).nodes
        #expect(nodes.flatMap(\.outputs) == ["y0", "y0_1", "value\(empty.index)", "result"])
        #expect(nodes.map(\.name).filter { !$0.isEmpty }.count == 3 && Set(nodes.map(\.name)).count == 4)
        #expect(try message(written(graph)).graph?.inputs.map(\.name) == ["x0"])
    }

    @Test("open dimensions keep their names, outputs what the file says of them")
    func openDimensions() throws {
        let inputs = [info("x", [.named("batch"), .fixed(3), .free])]
        let outputs = Message().with(12, info("y", [.named("batch"), .free, .fixed(7)]))
        let body = graphMessage([node("Relu", ["x"], ["y"])], inputs: inputs, outputs: [])
        let bytes = model(Message(bytes: body.bytes + outputs.bytes))
        let second = try message(written(try read(bytes)))
        #expect(second.graph?.inputs[0].dimensions == [.name("batch"), .size(3), .unknown])
        #expect(second.graph?.outputs[0].dimensions == [.name("batch"), .unknown, .size(7)])
        #expect(second.graph?.outputs[0].elementType == 1)
    }

    @Test("an output may be a constant, an input, or an output twice")
    func oddOutputs() throws {
        var graph = graph(Unary(.relu), [TensorType(.float32, [2])])
        let constant = graph.add(constant: try Tensor(.float32, [2], [Float(1), 2]), name: "c")
        graph.append(
            Binary(.add), [graph.outputs[0], constant], outputs: [Value(name: "sum")],
            origin: Node.Origin(index: 1, operatorName: "Add"))
        let sum = graph.nodes[1].outputs[0]
        graph.outputs = [graph.outputs[0], constant, graph.inputs[0].value, graph.outputs[0], sum]
        let bytes = try written(graph)
        #expect(try message(bytes).graph?.nodes.map(\.type) == ["Constant", "Relu", "Add", "Identity"])
        let second = try read(bytes)
        #expect(second.outputs.map { second[$0].name } == ["y0", "c", "x0", "y0/copy", "sum"])
        #expect(second[second.outputs[1]].constant?.floats == [1, 2])
    }

    @Test("what no output depends on is left out")
    func deadNodes() throws {
        var graph = graph(Unary(.relu), [TensorType(.float32, [2])])
        let weights = graph.add(constant: try Tensor(.float32, [2], [Float(1), 2]), name: "weights")
        graph.append(
            Binary(.add), [graph.outputs[0], weights], outputs: [Value(name: "unread")],
            origin: Node.Origin(index: 1, operatorName: "Add"))
        let body = try #require(try message(written(graph)).graph)
        #expect(body.nodes.map(\.type) == ["Relu"] && body.initializers.isEmpty)
    }

    @Test("an operator without a form in ONNX is refused by name and place")
    func refusals() throws {
        let type = TensorType(.float32, [2])
        let variable = graph(ReadVariable(variable: 0, type: type), [])
        #expect(
            refusal(variable)
                == "operator 0 'ReadVariable': it keeps state from run to run, for which ONNX has no operator")
        let angle = graph(Binary(.arcTangent2), [type, type])
        #expect(refusal(angle) == "operator 0 'Binary': ONNX has no arc tangent of two arguments")
        let table = graph(ByteTable(entries: [UInt8](repeating: 0, count: 256)), [TensorType(.int8, [2])])
        #expect(refusal(table).hasPrefix("operator 0 'ByteTable': ByteTable has no form in ONNX"))
        let shift = graph(Binary(.shiftLeft), [TensorType(.int32, [2]), TensorType(.int32, [2])])
        #expect(refusal(shift).contains("unsigned"))
    }

    @Test(
        "a convolution whose pads are of other axes than its weights is refused, not written as a file that nobody can read"
    )
    func contradiction() throws {
        let lying = try read(
            model(
                graphMessage(
                    [node("Conv", ["x", "w"], ["y"], [.ints("kernel_shape", [3, 3]), .ints("pads", [1, 1, 1, 1])])],
                    inputs: [info("x", [.named("N"), .fixed(2), .fixed(4)])], outputs: ["y"],
                    initializers: [floats("w", [2, 3, 3], [Float](repeating: 1, count: 18))])))
        #expect(refusal(lying) == "operator 0 'Conv': a window over 1 axes has 2 strides")
    }

    @Test("a model beyond the 2 GB that messages hold is refused, without a look at its weights")
    func tooLarge() throws {
        var graph = graph(Unary(.relu), [TensorType(.float32, [2])])
        let weights = try Tensor.deferred(TensorType(.uint8, [1 << 31])) { _ in Issue.record("weights were computed") }
        graph.outputs.append(
            graph.append(
                Unary(.identity), [graph.add(constant: weights, name: "weights")], outputs: [Value(name: "large")],
                origin: Node.Origin(index: 1, operatorName: "Identity"))[0])
        #expect(refusal(graph).contains("an ONNX file holds at most 2147483647"))
    }

    @Test("a file is there whole or stays as it was")
    func atomic() throws {
        let folder = try Folder()
        let path = try folder.write([1, 2, 3])
        let good = graph(Unary(.relu), [TensorType(.float32, [2])])
        #expect(throws: (any Error).self) {
            try ONNXWriter.write(
                graph(Binary(.arcTangent2), [TensorType(.float32, [2]), TensorType(.float32, [2])]),
                to: path, version: "1")
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data([1, 2, 3]))
        try ONNXWriter.write(good, to: path, version: "1.2.3")
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(written(good)))
        #expect(throws: ONNXError.self) { try ONNXWriter.write(good, to: folder.path + "/none/m.onnx", version: "1") }
        // A folder cannot be replaced by a file.
        try FileManager.default.createDirectory(
            atPath: folder.path + "/taken/inside", withIntermediateDirectories: true)
        #expect(throws: ONNXError.self) { try ONNXWriter.write(good, to: folder.path + "/taken", version: "1") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["model.onnx", "taken"])
    }
}
