// Which tensors share a scale, and what calibration saw of each group.
import Graphs
import Tensors

/// Groups of byte values with one scale each.
///
/// What only moves elements joins its input's group. Parts of a concatenation join the result's group where their ranges are alike; a
/// part that spans less than four fifths of the whole keeps a scale of its own and is rounded anew.
struct ScaleGroups {
    struct Statistics {
        var histogram: Histogram
        /// The range that the group has by its nature.
        var fixed: ActivationRange?
        /// Values that are computed into this group.
        var roots: [ValueID]
    }

    private var groups: DisjointSets
    private(set) var statistics: [Int: Statistics] = [:]
    /// Joins on the way to the outputs whose parts' ranges differ so much that they must not share a scale: node indices.
    private(set) var mixedTails: [Int] = []

    /// A part of less than this share of the whole range keeps its own scale.
    static let alikeShare: Float = 0.8

    init(_ placement: Placement, histograms: [ValueID: Histogram], fixed: [ValueID: ActivationRange]) {
        let graph = placement.graph
        groups = DisjointSets(count: graph.values.count)
        for id in placement.roots {
            statistics[id.index] = Statistics(
                histogram: histograms[id] ?? Histogram(), fixed: fixed[id], roots: [id])
        }
        for (index, node) in graph.nodes.enumerated() {
            switch placement.roles[index] {
            case .moving:
                guard let input = node.inputs[0], placement.isByte[input.index] else { continue }
                for output in node.outputs where placement.isByte[output.index] {
                    groups.join(output.index, to: input.index)
                }
            case .joining where placement.isByte[node.outputs[0].index]:
                join(node, index, isTail: placement.isTail[node.outputs[0].index])
            default: continue
            }
        }
    }

    func group(of id: ValueID) -> Int { groups[id.index] }

    private mutating func join(_ node: Node, _ index: Int, isTail: Bool) {
        let parts = Array(Set(node.inputs.compactMap { $0.map { group(of: $0) } })).sorted()
        let known = parts.compactMap { part in statistics[part].map { (part, $0) } }
        var whole = Statistics(histogram: Histogram(), fixed: known.first?.1.fixed, roots: [])
        for (_, part) in known {
            whole.histogram.merge(part.histogram)
            if part.fixed != whole.fixed { whole.fixed = nil }
        }
        let span = whole.span
        let narrow = known.filter { $0.1.span < Self.alikeShare * span }
        if isTail, !narrow.isEmpty { mixedTails.append(index) }
        // Those that are alike become one group with the result.
        let output = node.outputs[0].index
        for (part, statistics) in known where !narrow.contains(where: { $0.0 == part }) {
            groups.join(part, to: output)
            whole.roots += statistics.roots
            self.statistics[part] = nil
        }
        statistics[output] = whole
    }
}

extension ScaleGroups.Statistics {
    var span: Float {
        if let fixed { return fixed.span }
        return histogram.isEmpty ? 0 : max(histogram.maximum, 0) - min(histogram.minimum, 0)
    }
}
