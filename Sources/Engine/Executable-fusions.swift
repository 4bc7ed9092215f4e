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
        let stepped = Set(program.steps.map(\.origin.index))
        let makers = graph.producers
        let readers = sourceGraph.consumers
        var fates: [Int: Fusion.Fate] = [:]
        // Readers come later in the file's order, so their fates are known first.
        for node in sourceGraph.nodes.reversed() where !stepped.contains(node.origin.index) {
            fates[node.origin.index] = fate(of: node, makers: makers, readers: readers, stepped: stepped, known: fates)
        }
        var seen: Set<Int> = []
        return sourceGraph.nodes.compactMap { node in
            guard let fate = fates[node.origin.index], seen.insert(node.origin.index).inserted else { return nil }
            return Fusion(origin: node.origin, fate: fate)
        }
    }

    private func fate(
        of node: Node, makers: [Int?], readers: [[Int]], stepped: Set<Int>, known: [Int: Fusion.Fate]
    ) -> Fusion.Fate {
        for id in node.outputs {
            if graph[id].constant != nil || releasedConstants.contains(id) { return .free }
            guard let maker = makers[id.index] else { continue }
            let origin = program.stepOrigin(of: graph.nodes[maker].origin, stepped)
            return origin.index != node.origin.index && stepped.contains(origin.index) ? .into(origin) : .free
        }
        for reader in node.outputs.flatMap({ readers[$0.index] }) {
            let origin = program.stepOrigin(of: sourceGraph.nodes[reader].origin, stepped)
            if stepped.contains(origin.index) { return .into(origin) }
            if case .into(let other)? = known[origin.index] { return .into(other) }
        }
        return .free
    }
}
