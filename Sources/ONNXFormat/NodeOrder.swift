// An order in which nodes can run.

enum NodeOrder {
    /// The indices of `nodes` so that each comes after those that make its inputs; the file's order where that is possible.
    ///
    /// - Throws: `ONNXError` for two nodes that make one value and for cycles. Complexity: O(nodes + names).
    static func sorted(_ nodes: [NodeMessage]) throws -> [Int] {
        var maker: [String: Int] = [:]
        maker.reserveCapacity(nodes.count)
        for index in nodes.indices {
            for name in nodes[index].outputs where !name.isEmpty {
                guard maker.updateValue(index, forKey: name) == nil else {
                    throw ONNXError("'\(name)' is made by two nodes")
                }
            }
        }
        enum State { case untouched, open, done }
        var states = [State](repeating: .untouched, count: nodes.count)
        var order: [Int] = []
        order.reserveCapacity(nodes.count)
        // Depth first without recursion: a chain of nodes may be longer than the stack is deep.
        for start in nodes.indices where states[start] == .untouched {
            states[start] = .open
            var stack = [(node: start, names: names(nodes[start]), next: 0)]
            while let top = stack.last {
                guard top.next < top.names.count else {
                    states[top.node] = .done
                    order.append(top.node)
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                let name = top.names[top.next]
                guard !name.isEmpty, let before = maker[name] else { continue }
                switch states[before] {
                case .done: break
                case .open: throw ONNXError("nodes form a cycle through '\(name)'")
                case .untouched:
                    states[before] = .open
                    stack.append((before, names(nodes[before]), 0))
                }
            }
        }
        return order
    }

    /// The names that a node reads, those of its branches among them.
    private static func names(_ node: NodeMessage) -> [String] {
        guard node.attributes.contains(where: { !$0.graphs.isEmpty }) else { return node.inputs }
        var inner: [String] = []
        for graph in node.attributes.flatMap(\.graphs) {
            let own = Set(graph.nodes.flatMap(\.outputs)).union(graph.initializers.map(\.name)).union(
                graph.inputs.map(\.name))
            inner += (graph.nodes.flatMap(names) + graph.outputs.map(\.name)).filter { !own.contains($0) }
        }
        return node.inputs + inner
    }
}
