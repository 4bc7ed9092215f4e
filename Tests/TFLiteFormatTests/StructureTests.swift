// Graphs that do not hold together, and unknown operators.
import Graphs
import Tensors
import Testing

@Suite("Structure of a model")
struct StructureTests {
    private let list = TestTensor([4])

    private func chain(_ operators: [TestOperator], inputs: [Int] = [0], outputs: [Int] = [2]) -> TestModel {
        TestModel([list, list, list], operators, inputs: inputs, outputs: outputs)
    }

    @Test("inputs, nodes and outputs keep the file's names, numbers and order")
    func names() throws {
        let graph = try chain([TestOperator("ABS", [0], [1]), TestOperator("RELU", [1], [2])], outputs: [2, 1]).read()
        #expect(graph.convention == .tflite && graph.name == "main")
        #expect(graph.inputs.map { graph[$0.value].name } == ["t0"])
        #expect(graph.outputs.map { graph[$0].fileIndex } == [2, 1])
        #expect(graph.nodes.map(\.origin.description) == ["operator 0 'ABS'", "operator 1 'RELU'"])
    }

    @Test("a dimension of -1 in the signature is open, and the shape says what it is by default")
    func openDimensions() throws {
        var input = TestTensor([1, 4])
        input.signature = [-1, 4]
        let graph = try TestModel([input, list], [TestOperator("ABS", [0], [1])], inputs: [0], outputs: [1]).read()
        #expect(graph.inputs[0].dimensions == [.symbolic(""), .fixed(4)])
        #expect(graph[graph.inputs[0].value].shape == [1, 4])
    }

    @Test("an operator may read what comes later, or itself, or nothing at all, only in vain")
    func missingProducers() {
        let late = chain([TestOperator("ABS", [1], [2]), TestOperator("ABS", [0], [1])])
        #expect(readError(late.bytes) == "operator 0 'ABS' needs tensor 1 't1', which only operator 1 gives")
        let own = chain([TestOperator("ABS", [2], [2])])
        #expect(readError(own.bytes) == "operator 0 'ABS' needs tensor 2 't2', which only operator 0 gives")
        let none = chain([TestOperator("ABS", [1], [2])])
        #expect(
            readError(none.bytes)
                == "operator 0 'ABS' needs tensor 1 't1', which is no constant, no graph input and no operator's output"
        )
        let output = chain([TestOperator("ABS", [0], [1])])
        #expect(readError(output.bytes)?.hasPrefix("graph output 0 needs tensor 2 't2'") == true)
    }

    @Test("a tensor has one source")
    func twoProducers() {
        let twice = chain([TestOperator("ABS", [0], [2]), TestOperator("RELU", [0], [2])])
        #expect(readError(twice.bytes) == "tensor 2 is an output of operator 0 and of operator 1")
        let input = chain([TestOperator("ABS", [0], [2])], inputs: [0, 2])
        #expect(readError(input.bytes) == "tensor 2 't2' is a graph input and an output of operator 0")
        let doubled = chain([TestOperator("ABS", [0], [2])], inputs: [0, 0])
        #expect(readError(doubled.bytes) == "tensor 0 't0' is a graph input twice")
        var constant = chain([TestOperator("ABS", [0], [2])])
        constant.main.tensors[2] = .zeros([4])
        #expect(
            readError(constant.bytes)
                == "operator 0 'ABS' writes tensor 2 't2', which is an input, constant or variable")
        constant.main.inputs = [2]
        constant.main.operators = []
        #expect(readError(constant.bytes) == "tensor 2 't2' is a graph input and a constant or variable")
    }

    @Test("numbers out of range are named")
    func indices() {
        #expect(
            readError(chain([TestOperator("ABS", [7], [2])]).bytes) == "operator 0 'ABS' names tensor 7; there are 3")
        #expect(
            readError(chain([TestOperator("ABS", [0], [-1])], outputs: [0]).bytes)
                == "operator 0 'ABS' names tensor -1; there are 3")
        #expect(readError(chain([], inputs: [9]).bytes) == "the graph's input list names tensor 9; there are 3")
        var op = TestOperator("ABS", [0], [2])
        op.extra = [0: .u32(3)]
        #expect(readError(chain([op]).bytes) == "Operator 0, field 'opcode_index': 3; there are 1 operator codes")
        var buffer = list
        buffer.extra = [2: .u32(5)]
        let model = TestModel([buffer, list], [TestOperator("ABS", [0], [1])], inputs: [], outputs: [1])
        #expect(readError(model.bytes) == "tensor 0 't0' names buffer 5; there are 1")
    }

    @Test("operators with too few inputs or other outputs are refused")
    func counts() {
        #expect(readError(chain([TestOperator("ADD", [0], [2])]).bytes) == "operator 0 'ADD': input 1 is missing")
        #expect(readError(chain([TestOperator("ADD", [0, -1], [2])]).bytes) == "operator 0 'ADD': input 1 is missing")
        #expect(
            readError(chain([TestOperator("ABS", [0], [1, 2])]).bytes) == "operator 0 'ABS': it has 2 outputs, not 1")
        #expect(
            readError(chain([TestOperator("ABS", [0], [])], outputs: [0]).bytes)
                == "operator 0 'ABS': it has 0 outputs, not 1")
    }

    @Test("one unknown operator is named by its place and kind")
    func unknownOperator() {
        #expect(
            readError(chain([TestOperator("ABS", [0], [1]), TestOperator("Foo", [1], [2])]).bytes)
                == "operator 1 'Foo' (TFLite custom) is not known")
        #expect(
            readError(chain([TestOperator("UNIQUE", [0], [2])]).bytes)
                == "operator 0 'UNIQUE' (TFLite builtin) is not known")
        var future = TestOperator("ABS", [0], [2])
        future.code = 5000
        #expect(readError(chain([future]).bytes) == "operator 0 'builtin 5000' (TFLite builtin) is not known")
    }

    @Test("all unknown operators are listed at once")
    func unknownOperators() {
        let model = chain([
            TestOperator("Foo\n", [0], []), TestOperator("ABS", [0], [1]), TestOperator("UNIQUE", [1], [2]),
            TestOperator("Foo\n", [0], []),
        ])
        #expect(
            readError(model.bytes)
                == "operators that are not known: 'Foo?' (TFLite custom) 2 times, first operator 0; "
                + "'UNIQUE' (TFLite builtin) 1 times, first operator 2")
    }

    @Test("control flow is refused as such")
    func controlFlow() {
        #expect(
            readError(chain([TestOperator("WHILE", [0], [2])]).bytes)
                == "operator 0 'WHILE': control flow (calling another subgraph of the file) is not supported")
    }

    @Test("a graph without operators passes its input on")
    func passThrough() throws {
        let graph = try chain([], outputs: [0]).read()
        #expect(graph.outputs == [graph.inputs[0].value])
    }
}
