// Graphs: inputs, constants, order, names, functions, branches.
import Graphs
import Tensors
import Testing

@Suite("The structure of a model")
struct StructureTests {
    @Test("inputs keep their declared dimensions and element types")
    func inputs() throws {
        let graph = try read(
            model(
                graphMessage(
                    [node("Add", ["a", "b"], ["y"])],
                    inputs: [info("a", [.named("N"), .fixed(3), .free]), info("b", nil, type: 6)], outputs: ["y"])))
        #expect(graph.inputs.map { graph[$0.value].name } == ["a", "b"])
        #expect(graph.inputs[0].dimensions == [.symbolic("N"), .fixed(3), .symbolic("")])
        #expect(graph.inputs[0].hasRank && !graph.inputs[1].hasRank)
        #expect(graph[graph.inputs[1].value].element == .int32)
        #expect(graph[graph.inputs[0].value].shape == nil)
        #expect(graph.convention == .onnx)
        #expect(graph.outputs == graph.nodes[0].outputs)
    }

    @Test("an input with an initializer of its name is a constant")
    func inputWithInitializer() throws {
        let graph = try read(
            model(
                graphMessage(
                    [node("Add", ["a", "w"], ["y"])], inputs: [info("a", [.fixed(2)]), info("w", [.fixed(2)])],
                    outputs: ["y"],
                    initializers: [floats("w", [2], [1, 2])])))
        #expect(graph.inputs.count == 1)
        #expect(graph.nodes[0].inputs[1].flatMap { graph[$0].constant }?.floats == [1, 2])
    }

    @Test("nodes in any order of the file come out in an order that runs")
    func order() throws {
        let nodes = [node("Abs", ["c"], ["y"]), node("Exp", ["b"], ["c"]), node("Log", ["x"], ["b"])]
        let graph = try read(model(graphMessage(nodes, inputs: [info("x", [])], outputs: ["y"])))
        #expect(graph.nodes.map(\.origin.operatorName) == ["Log", "Exp", "Abs"])
        #expect(graph.nodes.map(\.origin.index) == [2, 1, 0])
    }

    @Test(
        "contradictions are errors that name the value",
        arguments: [
            ([node("Abs", ["z"], ["z"])], "cycle through 'z'"),
            ([node("Abs", ["b"], ["a"]), node("Abs", ["a"], ["b"])], "cycle through"),
            ([node("Abs", ["nowhere"], ["y"])], "operator 0 'Abs': input 'nowhere' is defined nowhere"),
            ([node("Abs", ["x"], ["y"]), node("Abs", ["x"], ["y"])], "operator 1 'Abs': 'y' is defined twice"),
            ([node("Abs", ["x"], ["x"])], "'x'"),
            ([node("Abs", ["x"], ["other"])], "output 'y' is made by no node"),
            ([node("Abs", [""], ["y"])], "input 0 is missing"),
            ([node("", ["x"], ["y"])], "a node names no operator"),
            ([node("Abs", ["x"], ["y"], [.int("a", 1), .int("a", 2)])], "attribute 'a' is given twice"),
            ([node("LeakyRelu", ["x"], ["y"], [.int("alpha", 1)])], "attribute 'alpha' is not a float"),
        ])
    func contradictions(nodes: [Message], expected: String) {
        let text = refusal(model(graphMessage(nodes, inputs: [info("x", [])], outputs: ["y"])))
        #expect(text.contains(expected), "\(text)")
    }

    @Test("unknown operators are listed all at once")
    func unknownOperators() {
        let nodes = [
            node("Abs", ["x"], ["a"]), node("Foo", ["a"], ["b"], domain: "com.acme"), node("Bar", ["b"], ["c"]),
            node("Foo", ["c"], ["y"], domain: "com.acme"),
        ]
        let several = refusal(model(graphMessage(nodes, inputs: [info("x", [])], outputs: ["y"])))
        #expect(
            several
                == "operator 1 'Foo' (ONNX domain com.acme), 2 times; operator 2 'Bar' (ONNX domain ai.onnx) are not known"
        )
        let one = refusal(
            model(
                graphMessage([node("Foo", ["x"], ["y"], domain: "com.acme")], inputs: [info("x", [])], outputs: ["y"])))
        #expect(one == "operator 0 'Foo' (ONNX domain com.acme) is not known")
    }

    @Test("an operator set older than 7 is refused, a newer one than any is tried")
    func operatorSets() throws {
        #expect(refusal(single("Add", inputs: 2, opset: 6)).contains("operator set 6 is older than 7"))
        #expect(try read(single("Not", opset: 1)).nodes.count == 1)
        #expect(try read(single("Abs", opset: 99)).nodes.count == 1)
    }

    @Test("a file that is no model, or has no outputs, is refused")
    func noModel() {
        #expect(refusal([]).contains("empty"))
        #expect(refusal(Array("PK not a model".utf8)).contains("byte"))
        #expect(refusal(Message().with(1, 8).bytes).contains("no graph"))
        #expect(refusal(model(graphMessage([], outputs: []))).contains("no outputs"))
    }

    @Test("sequences, sparse tensors, strings and control flow are refused by name")
    func unsupported() {
        let sequence = Message().with(1, "x").with(2, Message().with(4, Message()))
        #expect(
            refusal(model(graphMessage([], inputs: [sequence], outputs: ["x"]))).contains("input 'x' is a sequence"))
        #expect(
            refusal(model(graphMessage([], inputs: [info("x", [], type: 8)], outputs: ["x"]))).contains(
                "element type string"))
        let sparse = graphMessage([], inputs: [info("x", [])], outputs: ["x"]).with(15, Message())
        #expect(refusal(model(sparse)).contains("sparse"))
        #expect(refusal(single("Loop")).contains("'Loop' (ONNX domain ai.onnx) is not known"))
    }

    @Test("an optional input that is left out stays nil, trailing ones are dropped")
    func optionalInputs() throws {
        let graph = try read(
            model(
                graphMessage(
                    [node("Pad", ["x", "p", "", "a", ""], ["y"])],
                    inputs: [info("x", []), info("p", []), info("a", [])], outputs: ["y"])))
        #expect(graph.nodes[0].inputs.map { $0 == nil } == [false, false, true, false])
    }

    @Test("functions are unfolded with their attributes, defaults and left out inputs")
    func functions() throws {
        let body = [
            node("LeakyRelu", ["in"], ["a"], [.reference("alpha", to: "slope")]),
            node("Elu", ["a"], ["b"], [.reference("alpha", to: "steepness")]),
            node("Clip", ["b", "low", "high"], ["out"]),
        ]
        let function = Message().with(1, "F").with(10, "local").with(4, all: ["in", "low", "high"]).with(5, "out")
            .with(6, "slope").with(11, Attribute.float("steepness", 3).message).with(7, all: body).with(
                9, Message().with(2, 21))
        let nodes = [
            node("F", ["x"], ["t"], [.float("slope", 0.5)], domain: "local"), node("F", ["t"], ["y"], domain: "local"),
        ]
        let graph = try read(model(graphMessage(nodes, inputs: [info("x", [])], outputs: ["y"]), functions: [function]))
        let operators = graph.nodes.map { String(reflecting: $0.op) }
        let clip = String(reflecting: Unary(.clip(low: -.infinity, high: .infinity)))
        #expect(operators[0] == String(reflecting: Unary(.leakyRelu(alpha: 0.5))))
        #expect(operators[1] == String(reflecting: Unary(.elu(alpha: 3))))
        #expect(operators[3] == String(reflecting: Unary(.leakyRelu(alpha: 0.01))))
        #expect(operators[2] == clip && operators.count == 6)
        #expect(graph.nodes.map(\.origin.index) == [0, 0, 0, 1, 1, 1])
    }

    @Test("functions that call themselves or unfold without end are refused")
    func endlessFunctions() {
        func function(_ name: String, _ body: [Message]) -> Message {
            Message().with(1, name).with(10, "local").with(4, "in").with(5, "out").with(7, all: body)
        }
        let loop = function("L", [node("L", ["in"], ["out"], domain: "local")])
        let call = [node("L", ["x"], ["y"], domain: "local")]
        let endless = refusal(model(graphMessage(call, inputs: [info("x", [])], outputs: ["y"]), functions: [loop]))
        #expect(endless.contains("nested more than"), "\(endless)")

        var functions = [
            function("F0", (0..<8).map { node("Abs", [$0 == 0 ? "in" : "v\($0)"], [$0 == 7 ? "out" : "v\($0 + 1)"]) })
        ]
        for level in 1...9 {
            functions.append(
                function(
                    "F\(level)",
                    (0..<8).map {
                        node(
                            "F\(level - 1)", [$0 == 0 ? "in" : "v\($0)"], [$0 == 7 ? "out" : "v\($0 + 1)"],
                            domain: "local")
                    }))
        }
        let bomb = refusal(
            model(
                graphMessage([node("F9", ["x"], ["y"], domain: "local")], inputs: [info("x", [])], outputs: ["y"]),
                functions: functions))
        #expect(bomb.contains("unfold to more than"), "\(bomb)")
    }

    @Test("the branch of an If that a constant chooses takes its place")
    func constantIf() throws {
        let yes = graphMessage([node("Exp", ["x"], ["r"])], outputs: ["r"])
        let no = graphMessage([node("Log", ["x"], ["r"])], outputs: ["r"])
        let choice = node("If", ["c"], ["y"], [.graph("then_branch", yes), .graph("else_branch", no)])
        for (value, name) in [(UInt8(1), "Exp"), (0, "Log")] {
            let condition = tensor("c", 9, [], raw: [value])
            let graph = try read(
                model(graphMessage([choice], inputs: [info("x", [])], outputs: ["y"], initializers: [condition])))
            #expect(graph.nodes.map(\.origin.operatorName) == [name])
            #expect(graph.outputs == graph.nodes[0].outputs)
        }
        let computed = refusal(
            model(graphMessage([choice], inputs: [info("x", []), info("c", [], type: 9)], outputs: ["y"])))
        #expect(computed.contains("an If whose condition is computed"))
    }
}
