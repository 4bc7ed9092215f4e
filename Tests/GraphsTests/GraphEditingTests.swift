// Looking around in a graph and changing it.
import Tensors
import Testing

@testable import Graphs

/// x -> relu -> a -> abs -> b (output); a -> exp -> c (nobody reads it).
private func makeGraph() -> (graph: Graph, x: ValueID, a: ValueID, b: ValueID, c: ValueID) {
    var graph = Graph(name: "test", convention: .onnx)
    let x = graph.add(Value(name: "x", type: TensorType(.float32, [2])))
    graph.inputs = [Input(value: x, dimensions: [.fixed(2)])]
    func append(_ function: Unary.Function, _ input: ValueID, _ name: String) -> ValueID {
        let origin = Node.Origin(index: graph.nodes.count, operatorName: name)
        return graph.append(Unary(function), [input], outputs: [Value(name: name)], origin: origin)[0]
    }
    let a = append(.relu, x, "a")
    let b = append(.abs, a, "b")
    let c = append(.exp, a, "c")
    graph.outputs = [b]
    return (graph, x, a, b, c)
}

@Test("producers, consumers and use counts tell who makes and reads a value")
func connections() {
    let (graph, x, a, b, c) = makeGraph()
    #expect(graph.producers[x.index] == nil)
    #expect(graph.producers[b.index] == 1)
    #expect(graph.consumers[a.index] == [1, 2])
    #expect(graph.useCounts[a.index] == 2)
    #expect(graph.useCounts[b.index] == 1)
    #expect(graph.useCounts[c.index] == 0)
}

@Test("dead nodes go, live ones and those with effects stay in order")
func deadNodes() {
    var (graph, _, a, b, _) = makeGraph()
    let type = TensorType(.float32, [2])
    graph.nodes.append(
        Node(
            AssignVariable(variable: 0, type: type), inputs: [a], outputs: [],
            origin: .init(index: 3, operatorName: "assign")))
    graph.removeDeadNodes()
    #expect(graph.nodes.map(\.origin.operatorName) == ["a", "b", "assign"])
    #expect(graph.outputs == [b])
}

@Test("replacing a value reaches nodes and outputs and follows chains")
func replacing() {
    var (graph, x, a, b, c) = makeGraph()
    graph.replaceUses([b: a, a: x])
    #expect(graph.outputs == [x])
    #expect(graph.nodes[2].inputs == [x])
    graph.replaceUses(of: x, with: c)
    #expect(graph.outputs == [c])
}

@Test("a graph without the operators that a rewriting wants is left alone, another is gone through from front to back")
func wantedKinds() {
    var (graph, x, a, b, _) = makeGraph()
    var seen: [String] = []
    GraphRewriter.rewrite(&graph, having: [Pad.self, Transpose.self]) { rewriter, node in
        seen.append(node.origin.operatorName)
        rewriter.keep(node)
    }
    #expect(seen.isEmpty)
    GraphRewriter.rewrite(&graph, having: [Pad.self, Unary.self]) { rewriter, node in
        seen.append(node.origin.operatorName)
        #expect(node.outputs[0] == a || node.inputs == [x])
        if node.outputs[0] == a { rewriter.replace(a, by: x) } else { rewriter.keep(node) }
    }
    #expect(seen == ["a", "b", "c"])
    #expect(graph.nodes.map { $0.inputs[0] } == [x, x])
    #expect(graph.outputs == [b])
    #expect(graph.name == "test")
}
