// Functions of one tensor that files write with several operators.
import Graphs
import Tensors

/// Where functions begin and end: what lies inside one is never rounded by itself.
///
/// A ReLU or a clip belongs to the layer before it, whose sums it clamps. A product of x and its own sigmoid is one function, whose
/// sigmoid is rounded as all sigmoids are: runtimes look for bytes there.
struct FunctionChains {
    /// Values that only the inside of a function reads.
    private(set) var inner: Set<ValueID> = []
    /// The sigmoids of such products.
    private(set) var gates: Set<ValueID> = []
    /// For the source of a function, where it alone reads the source: the function.
    private(set) var functions: [ValueID: PointFunction] = [:]

    init(_ graph: Graph) {
        let (uses, producers, consumers) = (graph.useCounts, graph.producers, graph.consumers)
        for node in graph.nodes {
            if let op = node.op as? Unary, let input = node.inputs[0], uses[input.index] == 1 {
                functions[input] = PointFunction(op.function)
                if op.function.isClamp, let maker = producers[input.index], graph.canClamp(graph.nodes[maker]) {
                    inner.insert(input)
                }
            }
            if let (source, gate) = graph.swish(node, uses, producers) {
                gates.insert(gate)
                if consumers[source.index].count == 2, !graph.outputs.contains(source) { functions[source] = .swish }
            }
        }
    }
}

extension Unary.Function {
    /// Whether runtimes let the layer before do it: a clamp whose lower end is zero.
    fileprivate var isClamp: Bool {
        switch self {
        case .relu, .relu6: true
        case .clip(let low, _): low == 0
        default: false
        }
    }
}

extension Graph {
    /// Whether the node is a layer that can clamp its sums.
    fileprivate func canClamp(_ node: Node) -> Bool {
        switch role(of: node) {
        case .weighted: return true
        case .arithmetic: return (node.op as? Binary)?.function == .add
        default: return false
        }
    }

    /// For the product of a value and its sigmoid, which nobody else reads: the value and the sigmoid.
    fileprivate func swish(_ node: Node, _ uses: [Int], _ producers: [Int?]) -> (source: ValueID, gate: ValueID)? {
        guard let op = node.op as? Binary, op.function == .multiply, op.activation == .none, node.inputs.count == 2,
            let a = node.inputs[0], let b = node.inputs[1]
        else { return nil }
        for (source, gate) in [(a, b), (b, a)] {
            guard uses[gate.index] == 1, let maker = producers[gate.index],
                case .sigmoid? = (nodes[maker].op as? Unary)?.function, nodes[maker].inputs[0] == source
            else { continue }
            return (source, gate)
        }
        return nil
    }
}
