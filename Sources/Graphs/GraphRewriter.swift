// A graph whose nodes are rewritten from front to back.
import Tensors

/// Takes the nodes of a graph apart and collects new ones; types of added values are inferred at once.
struct GraphRewriter {
    /// The graph without nodes: they are in `nodes`.
    var graph: Graph
    private(set) var nodes: [Node] = []
    /// The place in `nodes` of the node that makes a value.
    private var producer: [ValueID: Int] = [:]
    /// Values that readers further on shall replace by others.
    private var replacements: [ValueID: ValueID] = [:]

    /// Calls `body` for each node in order, with its inputs already replaced; what it does not keep or replace is dropped.
    static func rewrite(_ graph: inout Graph, _ body: (inout GraphRewriter, Node) -> Void) {
        let old = graph.nodes
        var rewriter = GraphRewriter(graph: graph)
        rewriter.graph.nodes = []
        for var node in old {
            node.inputs = node.inputs.map { $0.map { rewriter.current($0) } }
            body(&rewriter, node)
        }
        graph = rewriter.graph
        graph.nodes = rewriter.nodes
        graph.outputs = graph.outputs.map { rewriter.current($0) }
    }

    private init(graph: Graph) { self.graph = graph }

    func current(_ id: ValueID) -> ValueID { replacements[id] ?? id }

    /// Adds `node` as it is.
    mutating func keep(_ node: Node) {
        for id in node.outputs { producer[id] = nodes.count }
        nodes.append(node)
    }

    /// Lets all later readers of `old` read `new`; the name of an output of the graph moves to `new`.
    mutating func replace(_ old: ValueID, by new: ValueID) {
        guard old != new else { return }
        replacements[old] = new
        if graph.outputs.contains(old) { graph[new].name = graph[old].name }
    }

    /// The node that makes `id`, among those that are rewritten already.
    func producer(of id: ValueID) -> Node? { producer[id].map { nodes[$0] } }

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
