// Chains of elementwise operators between bytes become tables with the same bits.
import Graphs
import Tensors
import Testing

@testable import Engine

@Suite struct ByteFunctionTests {
    private let origin = Node.Origin(index: 0, operatorName: "TEST")

    /// x * sigmoid(x) on int8, and a difference with a second input that no table can express.
    fileprivate func swish(convention: QuantizedConvention) -> Graph {
        var graph = Graph(name: "swish", convention: convention)
        func value(_ scale: Float, _ zeroPoint: Int32) -> Value {
            Value(name: "value", element: .int8, quantization: Quantization(scale: scale, zeroPoint: zeroPoint))
        }
        let shape: Shape = [1, 16, 16]
        var ids: [ValueID] = []
        for name in ["x", "y"] {
            let type = TensorType(.int8, shape, quantization: Quantization(scale: 0.05, zeroPoint: 7))
            ids.append(graph.add(Value(name: name, type: type)))
            graph.inputs.append(Input(value: ids[ids.count - 1], dimensions: shape.dimensions.map { .fixed($0) }))
        }
        let curve = graph.append(Unary(.sigmoid), [ids[0]], outputs: [value(1 / 256, -128)], origin: origin)[0]
        let product = graph.append(Binary(.multiply), [ids[0], curve], outputs: [value(0.04, -100)], origin: origin)[0]
        let sum = graph.append(Binary(.add), [product, ids[1]], outputs: [value(0.08, 0)], origin: origin)[0]
        graph.outputs = [product, sum]
        return graph
    }

    private func run(_ graph: Graph, _ options: Options) throws -> (outputs: [[UInt8]], kinds: [String]) {
        let session = try Session(try Executable(graph, options: options))
        for input in 0..<2 {
            session.withInput(input) { bytes in
                for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: index &* (input == 0 ? 1 : 73)) }
            }
        }
        try session.run()
        return (
            try (0..<2).map { try session.output($0).withUnsafeBytes(Array.init) },
            session.executable.program.steps.map(\.kind)
        )
    }

    @Test(
        "a product with its own sigmoid is one table, with the bits of the two operators",
        arguments: [QuantizedConvention.tflite, .onnx], [Arithmetic.fast, .exact])
    func swishIsATable(convention: QuantizedConvention, arithmetic: Arithmetic) throws {
        let graph = swish(convention: convention)
        let fused = try run(graph, Options(arithmetic: arithmetic))
        let separate = try run(graph, Options(arithmetic: arithmetic, keepsEveryValue: true))
        #expect(fused.kinds.filter { $0.contains("function table") }.count == 1)
        #expect(!fused.kinds.contains { $0.contains("sigmoid") })
        #expect(!separate.kinds.contains { $0.contains("function table") })
        #expect(fused.outputs == separate.outputs)
        #expect(Set(fused.outputs[0]).count > 20)
    }

    @Test("a real function of bytes is one table of floats, for every reader but further functions of the same bytes")
    func realFunction() throws {
        var graph = Graph(name: "real", convention: .onnx)
        let type = TensorType(.uint8, [1, 7, 41], quantization: Quantization(scale: 0.05, zeroPoint: 100))
        let x = graph.add(Value(name: "x", type: type))
        graph.inputs = [Input(value: x, dimensions: [.fixed(1), .fixed(7), .fixed(41)])]
        let real = graph.append(Dequantize(), [x], outputs: [Value(name: "real")], origin: origin)[0]
        let curve = graph.append(Unary(.sigmoid), [real], outputs: [Value(name: "curve")], origin: origin)[0]
        let doubled = graph.add(
            constant: try Tensor(.float32, [1, 1, 41], [Float](repeating: 2, count: 41)), name: "2")
        let product = graph.append(Binary(.multiply), [curve, doubled], outputs: [Value(name: "y")], origin: origin)[0]
        let turned = graph.append(Transpose([0, 2, 1]), [curve], outputs: [Value(name: "turned")], origin: origin)[0]
        graph.outputs = [product, turned]
        func run(_ options: Options) throws -> (outputs: [[UInt8]], kinds: [String]) {
            let session = try Session(try Executable(graph, options: options))
            session.withInput(0) { bytes in
                for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: index) }
            }
            try session.run()
            return (
                try (0..<2).map { try session.output($0).withUnsafeBytes(Array.init) },
                session.executable.program.steps.map(\.kind)
            )
        }
        let (fused, plain) = (try run(Options()), try run(Options(keepsEveryValue: true)))
        #expect(fused.outputs == plain.outputs)
        #expect(fused.kinds.filter { $0 == "float table" }.count == 2, "\(fused.kinds)")
        #expect(!fused.kinds.contains { $0.contains("sigmoid") || $0.contains("multiply") }, "\(fused.kinds)")
    }
}

extension ByteFunctionTests {
    @Test("inspecting tells that the sigmoid went into the product's table")
    func fusions() throws {
        var graph = swish(convention: .tflite)
        for index in graph.nodes.indices { graph.nodes[index].origin.index = index }
        let fusions = try Executable(graph, options: Options()).fusions
        #expect(fusions == [.init(origin: graph.nodes[0].origin, fate: .into(graph.nodes[1].origin))])
    }
}
