// Where the operators of the file went that have no step of their own.
import Graphs

extension Executable {
    /// An operator of the file without a step of its own.
    public struct Fusion: Sendable, Hashable {
        public var origin: Node.Origin
        public var fate: Fate

        public enum Fate: Sendable, Hashable {
            /// Another operator's step computes it too.
            case into(Node.Origin)
            /// Its result is a constant, or another view of its input: nothing is left to compute.
            case free
        }
    }

    /// All operators of the file that share another's step or cost nothing, in the order of the file.
    ///
    /// An operator went into the step that now makes its result; where no step does, into that of the operator that reads it.
    /// Complexity: O(nodes + values).
    public var fusions: [Fusion] {
        let search = FusionSearch(self)
        var fates: [Int: Fusion.Fate] = [:]
        // Readers come later in the file's order, so their fates are known first.
        for node in sourceGraph.nodes.reversed() where !search.stepped.contains(node.origin.index) {
            fates[node.origin.index] = search.fate(of: node, known: fates)
        }
        var seen: Set<Int> = []
        return sourceGraph.nodes.compactMap { node in
            guard let fate = fates[node.origin.index], seen.insert(node.origin.index).inserted else { return nil }
            return Fusion(origin: node.origin, fate: fate)
        }
    }
}

/// What tells where an operator went.
private struct FusionSearch {
    let executable: Executable
    /// Nodes with steps of their own, by their index in the file.
    let stepped: Set<Int>
    /// For nodes whose work another's step took over, that node.
    let absorbed: [Int: Node.Origin]
    let released: Set<ValueID>
    /// Of the graph that is computed.
    let makers: [Int?]
    /// Of the graph of the file.
    let readers: [[Int]]

    init(_ executable: Executable) {
        self.executable = executable
        stepped = Set(executable.program.steps.map(\.origin.index))
        absorbed = Dictionary(executable.program.absorbed.map { ($0.node, $0.by) }) { $1 }
        released = Set(executable.releasedConstants)
        makers = executable.graph.producers
        readers = executable.sourceGraph.consumers
    }

    func fate(of node: Node, known: [Int: Executable.Fusion.Fate]) -> Executable.Fusion.Fate {
        let (graph, source) = (executable.graph, executable.sourceGraph)
        for id in node.outputs {
            if graph[id].constant != nil || released.contains(id) { return .free }
            guard let maker = makers[id.index] else { continue }
            let origin = stepOrigin(of: graph.nodes[maker].origin)
            return origin.index != node.origin.index && stepped.contains(origin.index) ? .into(origin) : .free
        }
        for reader in node.outputs.flatMap({ readers[$0.index] }) {
            let origin = stepOrigin(of: source.nodes[reader].origin)
            if stepped.contains(origin.index) { return .into(origin) }
            if case .into(let other)? = known[origin.index] { return .into(other) }
        }
        return .free
    }

    /// The node of the file whose step computes what a node's own would: itself unless another's took its work over.
    private func stepOrigin(of origin: Node.Origin) -> Node.Origin {
        stepped.contains(origin.index) ? origin : absorbed[origin.index] ?? origin
    }
}
