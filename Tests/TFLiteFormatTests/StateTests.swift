// Variables and recurrent layers.
import Graphs
import Tensors
import Testing

@Suite("State")
struct StateTests {
    /// A model that reads, then writes a variable; `start` are the operators of the subgraph that runs once.
    private func counter(
        start: [TestOperator], names: [String] = ["count"], callsOnce: Bool = true
    ) -> TestModel {
        let list = TestTensor([2])
        let handle = TestTensor([], TestTensor.resource)
        var operators = callsOnce ? [TestOperator("CALL_ONCE", [], [], optionsType: 103, [0: .i32(1)])] : []
        operators += [
            TestOperator("VAR_HANDLE", [], [1], optionsType: 111, [1: .string("count")]),
            TestOperator("READ_VARIABLE", [1], [2]),
            TestOperator("ADD", [2, 0], [3]),
            TestOperator("ASSIGN_VARIABLE", [1, 3], []),
        ]
        var model = TestModel([list, handle, list, list], operators, inputs: [0], outputs: [3])
        let content = TestTensor.littleEndian([Float(3).bitPattern, Float(4).bitPattern])
        model.others = [
            TestSubgraph(tensors: [handle, TestTensor([2], content: content), list], operators: start)
        ]
        return model
    }

    private let assignment = [
        TestOperator("VAR_HANDLE", [], [0], optionsType: 111, [1: .string("count")]),
        TestOperator("ASSIGN_VARIABLE", [0, 1], []),
    ]

    @Test("a variable starts with what the subgraph that runs once assigns")
    func initialValue() throws {
        let graph = try counter(start: assignment).checkedGraph()
        #expect(graph.variables.count == 1)
        #expect(graph.variables[0].initial.floats == [3, 4])
        #expect(graph.nodes.map(\.op.name) == ["ReadVariable", "Binary", "AssignVariable"])
        #expect(graph.nodes.map(\.origin.index) == [2, 3, 4])
        #expect((graph.nodes[0].op as? ReadVariable)?.variable == 0)
    }

    @Test("a variable that nothing initializes starts with zeros of its declared type")
    func zeroStart() throws {
        let graph = try counter(start: [], callsOnce: false).checkedGraph()
        #expect(graph.variables[0].initial.floats == [0, 0])
    }

    @Test("a start value that is computed is refused with the operator that does it")
    func computedStart() {
        let filled = [assignment[0], TestOperator("ABS", [1], [2]), TestOperator("ASSIGN_VARIABLE", [0, 2], [])]
        #expect(
            readError(counter(start: filled).bytes)
                == "operator 0 'CALL_ONCE': its subgraph 1, operator 1 'ABS': "
                + "only constants are taken as start values of variables")
        let open = [assignment[0], TestOperator("ASSIGN_VARIABLE", [0, 2], [])]
        #expect(readError(counter(start: open).bytes)?.contains("the start value of 'count' is computed") == true)
    }

    @Test("handles that lead nowhere are refused")
    func handles() {
        var model = counter(start: assignment)
        model.main.operators[2] = TestOperator("READ_VARIABLE", [0], [2])
        #expect(
            readError(model.bytes)
                == "operator 2 'READ_VARIABLE': input 0 is no variable that an earlier VAR_HANDLE names")
        var self0 = counter(start: assignment)
        self0.main.operators[0].options = [0: .i32(0)]
        #expect(readError(self0.bytes) == "operator 0 'CALL_ONCE': it names subgraph 0; there are 2")
    }

    /// An SVDF of 2 units with a state of int8.
    private func svdf(state: TestTensor) -> TestModel {
        model(
            "SVDF", [TestTensor([1, 3]), .zeros([2, 3]), .zeros([2, 5]), nil, state], [TestTensor([1, 2])], options: 6,
            [0: .i32(1), 1: .i8(1)])
    }

    @Test("a variable tensor starts with zeros, which its zero point stands for")
    func variableTensors() throws {
        var state = TestTensor.quantized([1, 10], scales: [0.5], zeroPoints: [-4])
        state.isVariable = true
        let graph = try svdf(state: state).checkedGraph()
        #expect(graph.variables.map { $0.initial.integers } == [[Int64](repeating: -4, count: 10)])
        #expect(graph.nodes[0].inputs[4] == graph.variables[0].value)
        let op = try #require(graph.nodes[0].op as? SVDF)
        #expect(op.rank == 1 && op.activation == .relu && !op.quantizesInputsAsymmetrically)
    }

    @Test("a variable tensor with content starts with that")
    func variableContent() throws {
        var state = TestTensor(
            [1, 10], content: [UInt8](repeating: 0, count: 36) + TestTensor.littleEndian([Float(2).bitPattern]))
        state.isVariable = true
        #expect(try svdf(state: state).checkedGraph().variables[0].initial.floats.last == 2)
    }

    @Test("variables that the file does not vouch for are bounded")
    func boundedState() {
        var state = TestTensor([1 << 30])
        state.isVariable = true
        #expect(
            readError(svdf(state: state).bytes)
                == "tensor 3 't3': float32[1073741824] is more than a variable may have (64 MiB)")
    }

    private func lstm(_ name: String, options: Int, _ fields: [Int: Field], shape: [Int], output: [Int]) -> TestModel {
        var state = TestTensor([1, 3])
        state.isVariable = true
        let weights =
            [TestTensor?](repeating: .zeros([3, 2]), count: 4) + [TestTensor?](repeating: .zeros([3, 3]), count: 4)
        let biases = [TestTensor?](repeating: .zeros([3]), count: 4)
        var inputs: [TestTensor?] = [TestTensor(shape)]
        inputs += weights
        inputs += [nil, nil, nil]
        inputs += biases
        inputs += [nil, nil, state, state]
        return model(name, inputs, [TestTensor(output)], options: options, fields)
    }

    @Test("an LSTM keeps its attributes and has 24 inputs, many left out")
    func sequenceLSTM() throws {
        let fields: [Int: Field] = [0: .i8(4), 1: .f32(10), 2: .f32(1), 3: .bool(true)]
        let graph = try lstm("UNIDIRECTIONAL_SEQUENCE_LSTM", options: 71, fields, shape: [5, 1, 2], output: [5, 1, 3])
            .checkedGraph()
        let op = try #require(graph.nodes[0].op as? UnidirectionalLSTM)
        #expect(op.activation == .tanh && op.cellClip == 10 && op.projectionClip == 1 && op.isTimeMajor)
        #expect(graph.nodes[0].inputs.count == 24 && graph.variables.count == 2)
        let diagonal = lstm(
            "UNIDIRECTIONAL_SEQUENCE_LSTM", options: 71, [5: .bool(true)], shape: [5, 1, 2], output: [5, 1, 3])
        #expect(readError(diagonal.bytes)?.hasSuffix("diagonal recurrent weights are not supported") == true)
    }

    @Test("an LSTM of one step is a sequence of length 1; its basic kernel is refused")
    func stepLSTM() throws {
        let file = lstm("LSTM", options: 14, [0: .i8(4)], shape: [1, 2], output: [1, 3])
        #expect(try file.nodeNames() == ["Unsqueeze", "UnidirectionalLSTM", "Squeeze"])
        let basic = lstm("LSTM", options: 14, [3: .i8(1)], shape: [1, 2], output: [1, 3])
        #expect(readError(basic.bytes)?.contains("basic kernel") == true)
    }
}
