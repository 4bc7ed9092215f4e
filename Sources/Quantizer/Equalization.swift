// Weights of neighbouring layers scaled so that their channels have like ranges.
import Glibc
import Graphs
import Tensors

extension Graph {
    /// Cross-layer equalization: where a layer's result goes through a positively homogeneous function (nothing, ReLU, leaky ReLU, a
    /// maximum over a window) into one other layer, each channel of the first is divided and the matching weights of the second are
    /// multiplied by one factor. The network computes the same function.
    ///
    /// One scale serves all channels of the tensor between, so their ranges are made alike. Where the second layer has a scale for each
    /// channel too (depthwise) they become the same; where a dense layer's rows would suffer in turn, both go half the way.
    ///
    /// - Parameter ranges: largest magnitudes of the channels of each first layer's result.
    /// Complexity: O(weights).
    mutating func equalize(_ pairs: [LayerPair], ranges: [[Float]]) {
        for (pair, ranges) in zip(pairs, ranges) { equalize(pair, ranges) }
    }

    /// Two layers with nothing but homogeneous functions between them.
    struct LayerPair: Sendable {
        var first: Int
        var second: Int
        /// The tensor whose channels shall be alike: what is rounded between the two with the widest range.
        var between: ValueID
    }

    func equalizablePairs() -> [LayerPair] {
        let (uses, consumers) = (useCounts, consumers)
        var pairs: [LayerPair] = []
        for (index, node) in nodes.enumerated() {
            guard case .weighted(axis: 0) = role(of: node), node.op is Convolution, ownsWeights(node, uses) else {
                continue
            }
            var id = node.outputs[0]
            // A function that does not clamp reads rounded sums, whose range is the wider one.
            var isRoundedBefore = false
            while uses[id.index] == 1, let reader = consumers[id.index].first {
                let next = nodes[reader]
                if next.op is Convolution, case .weighted(axis: 0) = role(of: next), next.inputs[0] == id,
                    ownsWeights(next, uses), matches(node, next)
                {
                    pairs.append(
                        LayerPair(first: index, second: reader, between: isRoundedBefore ? node.outputs[0] : id))
                    break
                }
                guard next.op.isHomogeneous, next.outputs.count == 1 else { break }
                if case .leakyRelu? = (next.op as? Unary)?.function { isRoundedBefore = true }
                id = next.outputs[0]
            }
        }
        return pairs
    }

    /// Weights and bias that nobody else reads.
    private func ownsWeights(_ node: Node, _ uses: [Int]) -> Bool {
        node.inputs.dropFirst().allSatisfy { $0.map { uses[$0.index] == 1 } ?? true }
    }

    /// Whether the second layer's inputs are the first one's channels, one to one: dense, or a channel each.
    private func matches(_ first: Node, _ second: Node) -> Bool {
        guard let op = second.op as? Convolution, let channels = first.inputs[1].flatMap({ self[$0].shape?[0] }),
            let weights = second.inputs[1].flatMap({ self[$0].shape })
        else { return false }
        return op.groups == 1 && weights[1] == channels || op.groups == channels && weights[0] == channels
    }

    private mutating func equalize(_ pair: LayerPair, _ ranges: [Float]) {
        let (first, second) = (nodes[pair.first], nodes[pair.second])
        guard let firstID = first.inputs[1], let secondID = second.inputs[1], let a = self[firstID].constant,
            let b = self[secondID].constant, let op = second.op as? Convolution, ranges.count == a.shape[0]
        else { return }
        let channels = a.shape[0]
        var (rows, columns) = (a.floats, b.floats)
        let rowLength = rows.count / channels
        // Weights of the second that channel i meets: a block in each output's row, or rows of its own.
        let window = b.shape.strides[1]
        let isDense = op.groups == 1
        func place(_ index: Int) -> Int { isDense ? index / window % channels : index / (columns.count / channels) }
        var peaks = [Float](repeating: 0, count: channels)
        for (index, value) in columns.enumerated() { peaks[place(index)] = max(peaks[place(index)], value.magnitude) }
        guard let widest = ranges.max(), let heaviest = peaks.max(), widest > 0, heaviest > 0 else { return }
        let factors = zip(ranges, peaks).map { range, peak -> Float in
            // Channels that say nothing stay as they are.
            guard range > widest * 1e-4, peak > heaviest * 1e-6 else { return 1 }
            let factor = isDense ? sqrtf(range / widest / (peak / heaviest)) : range / widest
            return min(max(factor, 1e-3), 1e3)
        }
        for index in rows.indices { rows[index] /= factors[index / rowLength] }
        for index in columns.indices { columns[index] *= factors[place(index)] }
        guard let newRows = try? Tensor(.float32, a.shape, rows),
            let newColumns = try? Tensor(.float32, b.shape, columns)
        else { return }
        if first.inputs.count > 2, let biasID = first.inputs[2], let bias = self[biasID].constant {
            let values = zip(bias.floats, factors).map { $0 / $1 }
            guard let newBias = try? Tensor(.float32, bias.shape, values) else { return }
            self[biasID].constant = newBias
        }
        self[firstID].constant = newRows
        self[secondID].constant = newColumns
    }
}

extension Operator {
    /// Whether f(s * x) = s * f(x) for every s > 0, channel by channel.
    fileprivate var isHomogeneous: Bool {
        switch self {
        case let op as Unary:
            switch op.function {
            case .relu, .leakyRelu, .identity: true
            case .clip(let low, let high): low == 0 && high == .infinity
            default: false
            }
        case let op as Pool:
            if case .maximum = op.function { op.activation == .none } else { false }
        default: false
        }
    }
}
