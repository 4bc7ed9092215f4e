// Functions of one or two elements.
import Graphs
import Tensors
import Testing

@Suite("Elementwise operators")
struct ElementwiseTests {
    private let data = TestTensor([2, 3])

    @Test(
        "functions of one element are recognized",
        arguments: [
            ("ABS", Unary.Function.abs), ("RELU", .relu), ("RELU6", .relu6), ("TANH", .tanh),
            ("RELU_0_TO_1", .clip(low: 0, high: 1)),
        ])
    func unary(name: String, function: Unary.Function) throws {
        #expect(try model(name, [data], [data]).single(Unary.self).function == function)
    }

    @Test("a leaky ReLU and a GELU keep their attributes")
    func attributes() throws {
        let leaky = model("LEAKY_RELU", [data], [data], options: 75, [0: .f32(0.25)])
        #expect(try leaky.single(Unary.self).function == .leakyRelu(alpha: 0.25))
        let gelu = model("GELU", [data], [data], options: 116, [0: .bool(true)])
        #expect(try gelu.single(Unary.self).function == .gelu(approximate: true))
        #expect(try model("GELU", [data], [data]).single(Unary.self).function == .gelu(approximate: false))
    }

    @Test(
        "arithmetic keeps its activation",
        arguments: [
            ("ADD", 11, Binary.Function.add), ("MUL", 21, .multiply), ("SUB", 28, .subtract), ("DIV", 29, .divide),
        ])
    func arithmetic(name: String, options: Int, function: Binary.Function) throws {
        let op: Binary = try model(name, [data, TestTensor([3])], [data], options: options, [0: .i8(1)]).single()
        #expect(op.function == function && op.activation == .relu)
        let plain: Binary = try model(name, [data, data], [data]).single()
        #expect(plain.activation == .none)
    }

    @Test("PRELU is a function of data and slopes")
    func prelu() throws {
        #expect(try model("PRELU", [data, .zeros([3])], [data]).single(Binary.self).function == .prelu)
    }

    @Test("a sum of many is a chain of sums of two, of which the last has the tensor")
    func addN() throws {
        let file = model("ADD_N", [data, data, data, data], [data])
        #expect(try file.nodeNames() == ["Binary", "Binary", "Binary"])
        let graph = try file.read()
        #expect(graph.nodes.flatMap(\.outputs).map { graph[$0].fileIndex } == [nil, nil, 4])
        #expect(try model("ADD_N", [data], [data]).single(Unary.self).function == .identity)
    }

    @Test("a cast goes to the declared type")
    func cast() throws {
        #expect(try model("CAST", [data], [TestTensor([2, 3], TestTensor.int64)]).single(Cast.self).element == .int64)
    }

    @Test("ZEROS_LIKE fills the shape of its input")
    func zerosLike() throws {
        #expect(
            try model("ZEROS_LIKE", [TestTensor.zeros([2, 3])], [data]).read().nodes.map(\.op.name) == [
                "ShapeOf", "Fill",
            ])
    }

    @Test("FAKE_QUANT clips, quantizes and returns, with a range shifted so that zero is a step")
    func fakeQuantization() throws {
        let file = model("FAKE_QUANT", [data], [data], options: 58, [0: .f32(-10.25), 1: .f32(244.75), 2: .i32(8)])
        let graph = try file.checkedGraph()
        #expect(graph.nodes.map(\.op.name) == ["Unary", "Quantize", "Dequantize"])
        let steps = graph[graph.nodes[1].outputs[0]]
        #expect(steps.element == .uint8 && steps.quantization == Quantization(scale: 1, zeroPoint: 10))
        let wide = model("FAKE_QUANT", [data], [data], options: 58, [0: .f32(-1), 1: .f32(1), 2: .i32(16)])
        #expect(readError(wide.bytes) == "operator 0 'FAKE_QUANT': 16 bits are not supported; 2 to 8 are")
    }
}
