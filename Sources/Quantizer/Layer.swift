// What is made integer or left in float as one.
import Graphs
import Tensors

/// A node that computes, with the functions behind it that alone read its result.
public struct Layer: Sendable, Hashable {
    /// The node's own name in the file, or that of its result.
    public let name: String
    /// The operators' names in the file's vocabulary, joined: `Conv + Sigmoid + Mul`.
    public let kind: String
    /// Indices of the nodes in the settled graph; the first computes, the last gives the result.
    public let nodes: [Int]
    public let result: ValueID
}

extension Graph {
    /// All layers in order. What only moves elements belongs to none. Complexity: O(nodes).
    func layers(_ chains: FunctionChains) -> [Layer] {
        var owner: [ValueID: Int] = [:]
        var members: [[Int]] = []
        for (index, node) in nodes.enumerated() {
            switch role(of: node) {
            case .moving, .joining, .float: continue
            default: break
            }
            // A product of x and its gate reads two results of one layer.
            let owners = Set(node.inputs.compactMap { $0.flatMap { owner[$0] } })
            let follows = node.inputs.allSatisfy { id in
                guard let id else { return true }
                return owner[id] != nil
                    && (chains.functions[id] != nil || chains.inner.contains(id) || chains.gates.contains(id))
            }
            var place = members.count
            if let only = owners.first, owners.count == 1, follows {
                place = only
                members[only].append(index)
            } else {
                members.append([index])
            }
            for id in node.outputs { owner[id] = place }
        }
        return members.map { indices in
            let (first, last) = (nodes[indices[0]], nodes[indices[indices.count - 1]])
            let name = first.origin.nodeName.isEmpty ? self[first.outputs[0]].name : first.origin.nodeName
            return Layer(
                name: name, kind: indices.map { nodes[$0].origin.operatorName }.joined(separator: " + "),
                nodes: indices,
                result: last.outputs[0])
        }
    }
}
