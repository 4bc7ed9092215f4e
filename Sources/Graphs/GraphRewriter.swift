// A graph whose nodes are rewritten from front to back.
import Tensors

/// Takes the nodes of a graph apart and collects new ones; types of added values are inferred at once.
struct GraphRewriter {
    /// The graph without nodes: they are in `nodes`.
    var graph: Graph
    private(set) var nodes: [Node] = []
    /// For each value the place in `nodes` of the node that makes it; shorter than `graph.values` while nobody makes the rest.
    private var producers: [Int?]
    /// For each value the one that readers further on shall take instead; as long as `producers`.
    private var replacements: [ValueID?]

    /// Calls `body` for each node in order, with its inputs already replaced; what it does not keep or replace is dropped.
    ///
    /// - Parameter kinds: types of operators without which there is nothing to rewrite; empty where any graph may be.
    static func rewrite(
        _ graph: inout Graph, having kinds: [any Operator.Type] = [], _ body: (inout GraphRewriter, Node) -> Void
    ) {
        if !kinds.isEmpty {
            let wanted = kinds.map { ObjectIdentifier($0) }
            guard graph.nodes.contains(where: { wanted.contains(ObjectIdentifier(type(of: $0.op))) }) else { return }
        }
        var old: [Node] = []
        swap(&old, &graph.nodes)
        // The graph moves over and back: a second owner of its values would make the first change copy them all.
        var moved = Graph(name: "", convention: graph.convention)
        swap(&moved, &graph)
        var rewriter = GraphRewriter(graph: moved, nodeCount: old.count)
        moved = Graph(name: "", convention: graph.convention)
        for var node in old {
            for position in node.inputs.indices {
                guard let id = node.inputs[position] else { continue }
                let current = rewriter.current(id)
                if current != id { node.inputs[position] = current }
            }
            body(&rewriter, node)
        }
        rewriter.graph.outputs = rewriter.graph.outputs.map { rewriter.current($0) }
        swap(&graph, &rewriter.graph)
        swap(&graph.nodes, &rewriter.nodes)
    }

    private init(graph: Graph, nodeCount: Int) {
        producers = [Int?](repeating: nil, count: graph.values.count)
        replacements = [ValueID?](repeating: nil, count: graph.values.count)
        self.graph = graph
        nodes.reserveCapacity(nodeCount)
    }

    func current(_ id: ValueID) -> ValueID {
        id.index < replacements.count ? replacements[id.index] ?? id : id
    }

    /// Makes room for what is to be said of `id`.
    private mutating func reach(_ id: ValueID) {
        guard id.index >= producers.count else { return }
        let missing = graph.values.count - producers.count
        producers.append(contentsOf: repeatElement(nil, count: missing))
        replacements.append(contentsOf: repeatElement(nil, count: missing))
    }

    /// Adds `node` as it is.
    mutating func keep(_ node: Node) {
        for id in node.outputs {
            reach(id)
            producers[id.index] = nodes.count
        }
        nodes.append(node)
    }

    /// Lets all later readers of `old` read `new`; the name of an output of the graph moves to `new`.
    mutating func replace(_ old: ValueID, by new: ValueID) {
        guard old != new else { return }
        reach(old)
        replacements[old.index] = new
        if graph.outputs.contains(old) { graph[new].name = graph[old].name }
    }

    /// The node that makes `id`, among those that are rewritten already.
    func producer(of id: ValueID) -> Node? {
        guard id.index < producers.count, let place = producers[id.index] else { return nil }
        return nodes[place]
    }

    /// The node that makes `id`, where one reader has it: `uses` counts those of all values of the graph that is rewritten.
    func soleProducer(_ id: ValueID, _ uses: [Int]) -> Node? {
        uses.indices.contains(id.index) && uses[id.index] == 1 ? producer(of: id) : nil
    }

    /// Adds a node with one new result and infers its type.
    mutating func add(
        _ op: any Operator, _ inputs: [ValueID?], name: String, origin: Node.Origin, element: ElementType? = nil,
        quantization: Quantization? = nil
    ) -> ValueID {
        let id = graph.add(Value(name: name, element: element, quantization: quantization))
        add(Node(op, inputs: inputs, outputs: [id], origin: origin))
        return id
    }

    /// Adds a node whose outputs exist and infers their types anew.
    mutating func add(_ node: Node) {
        keep(node)
        guard let arguments = graph.arguments(of: node), let types = try? node.op.outputTypes(arguments),
            types.count >= node.outputs.count
        else { return }
        for (id, type) in zip(node.outputs, types) {
            graph[id].element = type.element
            graph[id].shape = type.shape
            if graph[id].quantization == nil { graph[id].quantization = type.quantization }
        }
    }

    /// Adds a list of int64.
    mutating func add(integers: [Int], name: String) -> ValueID? {
        guard let tensor = try? Tensor(.int64, [integers.count], integers.map(Int64.init)) else { return nil }
        return graph.add(constant: tensor, name: name)
    }
}
