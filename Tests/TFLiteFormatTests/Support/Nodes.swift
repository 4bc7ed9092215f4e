// Models of one operator, and what the reader makes of them.
import Graphs
import Tensors
import Testing

/// A model of one operator: `inputs` are its input tensors, those with content being constants, and `outputs` its results.
func model(
    _ name: String, _ inputs: [TestTensor?], _ outputs: [TestTensor], options type: Int = 0,
    _ options: [Int: Field] = [:],
    extra: [Int: Field] = [:]
) -> TestModel {
    let given = inputs.compactMap { $0 }
    var numbers: [Int] = []
    for input in inputs { numbers.append(input == nil ? -1 : numbers.filter { $0 >= 0 }.count) }
    let results = outputs.indices.map { given.count + $0 }
    var op = TestOperator(name, numbers, results, optionsType: type, options)
    op.extra = extra
    let open = given.indices.filter { given[$0].content == nil && !given[$0].isVariable }
    return TestModel(given + outputs, [op], inputs: open, outputs: results)
}

extension TestModel {
    /// The graph, once inference has given every value the shape that the file declares.
    func checkedGraph() throws -> Graph {
        var graph = try read()
        let unknown = try graph.inferTypes()
        #expect(unknown.isEmpty)
        for id in graph.outputs {
            let tensor = try #require(graph[id].fileIndex)
            #expect(graph[id].shape == Shape(main.tensors[tensor].shape))
        }
        return graph
    }

    /// The one node of the graph, which must be an `Op`.
    func single<Op: Graphs.Operator>(_: Op.Type = Op.self) throws -> Op {
        let graph = try checkedGraph()
        #expect(graph.nodes.count == 1)
        return try #require(graph.nodes.first?.op as? Op)
    }

    /// The names of the graph's nodes.
    func nodeNames() throws -> [String] { try checkedGraph().nodes.map(\.op.name) }
}
