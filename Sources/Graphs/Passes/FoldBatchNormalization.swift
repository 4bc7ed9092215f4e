// Batch normalization behind a float convolution.
import Tensors

extension Graph {
    /// Multiplies the scale of a batch normalization into the weights of the convolution before it, and adds its shift to the bias.
    ///
    /// Everything is constant and the convolution has no other reader. Rounding: weights are scaled in double precision.
    mutating func foldBatchNormalizations() {
        let uses = useCounts
        GraphRewriter.rewrite(&self, having: [BatchNormalization.self]) { rewriter, node in
            guard let op = node.op as? BatchNormalization, op.layout == .channelsFirst, node.outputs.count == 1,
                let input = node.inputs[0], uses[input.index] == 1, let before = rewriter.producer(of: input),
                let statistics = rewriter.floatConstants(node.inputs[1...4]),
                let weights = rewriter.floatConstants(before.inputs.dropFirst().prefix(1))?.first,
                before.inputs[1] != nil,
                let axis = before.op.outputChannelAxis
            else { return rewriter.keep(node) }
            let channels = statistics[0].elementCount
            var bias = [Double](repeating: 0, count: channels)
            if before.inputs.count > 2, let given = before.inputs[2] {
                guard let values = rewriter.floatConstants([given])?.first?.doubles, values.count == channels else {
                    return rewriter.keep(node)
                }
                bias = values
            }
            guard weights.shape.rank > axis, weights.shape[axis] == channels else { return rewriter.keep(node) }
            let (scale, shift, mean, variance) = (
                statistics[0].doubles, statistics[1].doubles, statistics[2].doubles, statistics[3].doubles
            )
            let factors = zip(scale, variance).map { $0 / ($1 + Double(op.epsilon)).squareRoot() }
            let shifted = (0..<channels).map { Float((bias[$0] - mean[$0]) * factors[$0] + shift[$0]) }
            let inner = weights.shape.strides[axis]
            let scaled = weights.floats.enumerated().map { Float(Double($1) * factors[$0 / inner % channels]) }
            guard let newWeights = try? Tensor(.float32, weights.shape, scaled),
                let newBias = try? Tensor(.float32, [channels], shifted)
            else {
                return rewriter.keep(node)
            }
            let name = rewriter.graph[node.outputs[0]].name
            let operands = [
                before.inputs[0], rewriter.graph.add(constant: newWeights, name: "\(name)/weights"),
                rewriter.graph.add(constant: newBias, name: "\(name)/bias"),
            ]
            rewriter.add(Node(before.op, inputs: operands, outputs: node.outputs, origin: before.origin))
        }
    }
}

extension Operator {
    /// The axis of the weights that numbers the output channels, for convolutions without activation.
    fileprivate var outputChannelAxis: Int? {
        switch self {
        case let op as Convolution where op.activation == .none && op.layout == .channelsFirst: 0
        case let op as TransposedConvolution
        where op.activation == .none && op.layout == .channelsFirst && op.groups == 1: 1
        default: nil
        }
    }
}

extension GraphRewriter {
    /// The float32 constants that `ids` are, or `nil`.
    fileprivate func floatConstants(_ ids: some Sequence<ValueID?>) -> [Tensor]? {
        var tensors: [Tensor] = []
        for id in ids {
            guard let id, let tensor = graph[id].constant, tensor.element == .float32 else { return nil }
            tensors.append(tensor)
        }
        return tensors
    }
}
