// Transposes through reshapes: where groups of axes split and merge without mixing.
import Tensors

/// A reshape cut into the least groups of neighbouring axes that keep their number of elements.
struct AxisGroups {
    /// For each group, the axes before and after.
    var groups: [(before: [Int], after: [Int])] = []

    /// - Returns: `nil` for empty tensors.
    init?(from: Shape, to: Shape) {
        guard from.elementCount == to.elementCount, from.elementCount > 0 else { return nil }
        var (i, j) = (0, 0)
        while i < from.rank, j < to.rank {
            var (before, after) = ([i], [j])
            var (left, right) = (from[i], to[j])
            while left != right {
                if left < right {
                    i += 1
                    guard i < from.rank else { return nil }
                    left *= from[i]
                    before.append(i)
                } else {
                    j += 1
                    guard j < to.rank else { return nil }
                    right *= to[j]
                    after.append(j)
                }
            }
            groups.append((before, after))
            i += 1
            j += 1
        }
        // What is left on one side are axes of size 1.
        if i < from.rank || j < to.rank { groups.append((Array(i..<from.rank), Array(j..<to.rank))) }
    }
}

extension GraphRewriter {
    /// A reshape of a transposed value: the axes of each group are brought together inside, the groups reshaped there.
    mutating func sinkReshape(_ node: Node, _ view: TransposedView) -> Bool {
        guard let input = node.inputs[0], let from = graph[input].shape, let to = graph[node.outputs[0]].shape,
            let inner = graph[view.inner].shape, let cut = AxisGroups(from: from, to: to)
        else { return false }
        // The order of the groups inside is that of their first axis there; axes within a group keep the view's order.
        let positions = Permutation.inverse(view.order)
        var group = [Int](repeating: 0, count: from.rank)
        for (number, axes) in cut.groups.enumerated() { for axis in axes.before { group[axis] = number } }
        var sequence: [Int] = []
        for axis in 0..<inner.rank {
            let number = group[positions[axis]]
            // An axis of size 1 says where its group is only when the group has no other.
            guard inner[axis] != 1 || cut.groups[number].before.allSatisfy({ from[$0] == 1 }) else { continue }
            if !sequence.contains(number) { sequence.append(number) }
        }
        for number in cut.groups.indices where !sequence.contains(number) { sequence.append(number) }
        let gathered = sequence.flatMap { cut.groups[$0].before.map { view.order[$0] } }
        var data = view.inner
        let moved = gathered.filter { inner[$0] != 1 }
        if zip(moved, moved.dropFirst()).contains(where: { $0 >= $1 }) {
            // Without gain when the inner transpose is the whole one.
            if sequence == Array(cut.groups.indices) { return false }
            data = add(
                Transpose(gathered), [data], name: "\(graph[node.outputs[0]].name)/gathered", origin: node.origin)
            graph[data].quantization = graph[view.inner].quantization
        }
        let results = sequence.flatMap { cut.groups[$0].after }
        let target = results.map { to[$0] }
        return finish(node, Reshape(target, zeroCopies: false), [data], Permutation.inverse(results))
    }
}
