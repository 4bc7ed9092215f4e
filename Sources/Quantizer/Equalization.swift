// Weights scaled so that the channels of what is rounded have like ranges.
import Glibc
import Graphs
import Tensors

/// Cross-layer equalization: the rows of weights that give a strand are divided, and the columns that read it multiplied, by one factor.
/// The network computes the same function.
///
/// One scale serves all channels of a tensor, so ranges within it are made alike. Where all readers have a scale for each channel too
/// (depthwise) they become the same; where a dense layer's rows would suffer in turn, both go half the way.
struct Equalization {
    private let strands: ChannelStrands
    /// Values whose ranges say how to scale: those that are rounded.
    let measured: [ValueID]

    init(_ graph: Graph) {
        strands = ChannelStrands(graph)
        measured = Placement(graph).roots.filter { [strands] id in
            strands.ofChannels(id)?.contains { !strands.isHeld($0) } ?? false
        }
    }

    /// The network with its weights scaled.
    ///
    /// - Parameter ranges: largest magnitudes of the channels of each of `measured`.
    /// Complexity: O(weights).
    func scaled(by ranges: [[Float]]) -> Graph {
        let factors = factors(ranges)
        var graph = strands.graph
        for node in strands.graph.nodes where strands.canScale(node) {
            let rows = strands.ofChannels(node.outputs[0])?.map { factors[$0] }
            let columns = strands.ofChannels(node.inputs[0])?.map { factors[$0] }
            graph.scaleWeights(of: node, rows: rows, columns: columns)
        }
        return graph
    }

    /// What each strand is divided by.
    private func factors(_ ranges: [[Float]]) -> [Float] {
        var widest = [Float](repeating: 0, count: strands.count)
        // Strands that occur together in a tensor.
        var bundles = DisjointSets(count: strands.count)
        for (id, ranges) in zip(measured, ranges) {
            let channels = strands.ofChannels(id) ?? []
            for (strand, range) in zip(channels, ranges) {
                widest[strand] = max(widest[strand], range)
                bundles.join(strand, to: channels[0])
            }
        }
        // Tensors that share strands share their widest range too, so that what is joined later has like ranges.
        var tops = [Float](repeating: 0, count: strands.count)
        for strand in widest.indices { tops[bundles[strand]] = max(tops[bundles[strand]], widest[strand]) }
        let peaks = columnPeaks()
        return widest.indices.map { strand in
            let top = tops[bundles[strand]]
            // Channels that say nothing stay as they are.
            guard !strands.isHeld(strand), top > 0, widest[strand] > top * 1e-4 else { return 1 }
            let share = widest[strand] / top
            guard let peak = peaks[strand] else { return max(share, 1e-3) }
            guard peak > 1e-6 else { return 1 }
            return min(max(sqrtf(share / peak), 1e-3), 1e3)
        }
    }

    /// For each strand that dense layers read, the largest share of a row's largest weight that a weight for it has.
    private func columnPeaks() -> [Int: Float] {
        var peaks: [Int: Float] = [:]
        for node in strands.graph.nodes where strands.canScale(node) {
            guard let channels = strands.ofChannels(node.inputs[0]), let op = node.op as? Convolution,
                let weights = node.inputs[1].flatMap({ strands.graph[$0].constant }), weights.shape[1] > 1
            else { continue }
            let columns = WeightColumns(weights.shape, groups: op.groups)
            let values = weights.floats
            for row in 0..<weights.shape[0] {
                let span = row * columns.rowLength..<(row + 1) * columns.rowLength
                let heaviest = values[span].reduce(0) { max($0, $1.magnitude) }
                guard heaviest > 0 else { continue }
                for index in span {
                    let strand = channels[columns.channel(index)]
                    peaks[strand] = max(peaks[strand] ?? 0, values[index].magnitude / heaviest)
                }
            }
        }
        return peaks
    }
}

/// Which input channel each weight of a convolution meets.
private struct WeightColumns {
    let rowLength: Int
    private let window: Int
    private let rowsPerGroup: Int
    private let channelsPerGroup: Int

    init(_ shape: Shape, groups: Int) {
        window = shape.strides[1]
        channelsPerGroup = shape[1]
        rowLength = shape[1] * window
        rowsPerGroup = shape[0] / groups
    }

    func channel(_ index: Int) -> Int {
        index / rowLength / rowsPerGroup * channelsPerGroup + index % rowLength / window
    }
}

extension Graph {
    /// Divides rows of a convolution's weights and bias, and multiplies its columns.
    fileprivate mutating func scaleWeights(of node: Node, rows: [Float]?, columns: [Float]?) {
        guard let op = node.op as? Convolution, let id = node.inputs[1], let weights = self[id].constant else { return }
        let places = WeightColumns(weights.shape, groups: op.groups)
        let values = weights.floats.enumerated().map { index, value in
            value * (columns?[places.channel(index)] ?? 1) / (rows?[index / places.rowLength] ?? 1)
        }
        replaceConstant(id, by: values)
        if let rows, node.inputs.count > 2, let id = node.inputs[2], let bias = self[id].constant {
            replaceConstant(id, by: zip(bias.floats, rows).map { $0 / $1 })
        }
    }

    private mutating func replaceConstant(_ id: ValueID, by values: [Float]) {
        guard let shape = self[id].shape, let tensor = try? Tensor(.float32, shape, values) else { return }
        self[id].constant = tensor
    }
}
