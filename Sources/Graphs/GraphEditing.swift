// What passes need to look around in a graph and to change it.
import Tensors

extension Graph {
    /// For each value the index of the node that makes it; `nil` for inputs, variables and constants. Complexity: O(nodes).
    public var producers: [Int?] {
        var producers = [Int?](repeating: nil, count: values.count)
        for (index, node) in nodes.enumerated() {
            for id in node.outputs { producers[id.index] = index }
        }
        return producers
    }

    /// For each value how often nodes read it; an output of the graph counts as one more use. Complexity: O(nodes).
    public var useCounts: [Int] {
        var counts = [Int](repeating: 0, count: values.count)
        for node in nodes {
            for case let id? in node.inputs { counts[id.index] += 1 }
        }
        for id in outputs { counts[id.index] += 1 }
        return counts
    }

    /// For each value the indices of the nodes that read it, in order, each once. Complexity: O(nodes).
    public var consumers: [[Int]] {
        var consumers = [[Int]](repeating: [], count: values.count)
        for (index, node) in nodes.enumerated() {
            for case let id? in node.inputs where consumers[id.index].last != index {
                consumers[id.index].append(index)
            }
        }
        return consumers
    }

    /// Lets every reader of `old`, the graph's outputs among them, read `new` instead. Complexity: O(nodes).
    public mutating func replaceUses(of old: ValueID, with new: ValueID) { replaceUses([old: new]) }

    /// Lets every reader of a key read its value instead; chains of replacements are followed. Complexity: O(nodes).
    public mutating func replaceUses(_ replacements: [ValueID: ValueID]) {
        guard !replacements.isEmpty else { return }
        func resolved(_ id: ValueID) -> ValueID {
            var id = id
            // A chain has at most as many links as there are replacements; more would be a circle.
            for _ in 0...replacements.count {
                guard let next = replacements[id] else { return id }
                id = next
            }
            return id
        }
        for index in nodes.indices {
            for (position, id) in nodes[index].inputs.enumerated() {
                guard let id, replacements[id] != nil else { continue }
                nodes[index].inputs[position] = resolved(id)
            }
        }
        outputs = outputs.map(resolved)
    }

    /// Drops the nodes whose results nobody reads, unless they write state, and those that only such nodes read.
    /// Values stay, so that identifiers keep their meaning. Complexity: O(nodes).
    public mutating func removeDeadNodes() {
        var isRead = [Bool](repeating: false, count: values.count)
        for id in outputs { isRead[id.index] = true }
        var isKept = [Bool](repeating: true, count: nodes.count)
        for index in nodes.indices.reversed() {
            guard nodes[index].op.hasEffect || nodes[index].outputs.contains(where: { isRead[$0.index] }) else {
                isKept[index] = false
                continue
            }
            for case let id? in nodes[index].inputs { isRead[id.index] = true }
        }
        guard isKept.contains(false) else { return }
        var next = 0
        for index in nodes.indices where isKept[index] {
            if next != index { nodes.swapAt(next, index) }
            next += 1
        }
        nodes.removeLast(nodes.count - next)
    }

    /// Replaces each node by those that `transform` gives for it (itself to keep it, none to drop it), in order.
    public mutating func replaceNodes(_ transform: (inout Graph, Node) -> [Node]) {
        let old = nodes
        nodes = []
        nodes.reserveCapacity(old.count)
        for node in old { nodes.append(contentsOf: transform(&self, node)) }
    }

    /// The arguments of `node` as its operator sees them; `nil` while an input's type is unknown.
    public func arguments(of node: Node) -> Arguments? {
        var types: [TensorType?] = []
        var constants: [Tensor?] = []
        // To grow them input by input takes longer than to fill them.
        types.reserveCapacity(node.inputs.count)
        constants.reserveCapacity(node.inputs.count)
        for id in node.inputs {
            guard let id else {
                types.append(nil)
                constants.append(nil)
                continue
            }
            guard let type = self[id].type else { return nil }
            types.append(type)
            constants.append(self[id].constant)
        }
        return Arguments(
            types: types, constants: constants,
            declared: node.outputs.map { .init(element: self[$0].element, quantization: self[$0].quantization) })
    }
}
