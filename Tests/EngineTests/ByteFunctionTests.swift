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
