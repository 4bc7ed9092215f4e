// What rounding shifts and shrinks goes into biases and weights' scales.
import Engine
import Graphs
import Tensors

/// Empirical bias correction: each channel of a layer's sums is fitted to the float network's, and the layer takes the line's offset from its
/// bias and the gain from its weights, whose integers stay as they are.
///
/// Means alone would mislead: most of a picture is background, and what noise adds there behind a ReLU is not added where objects are; a bias
/// that makes up for it pulls their scores down.
///
/// One layer after the other is measured on the quantized network, as each moves those behind it: two in a row that were measured together
/// would both correct what the first one does.
struct BiasCorrection {
    let options: QuantizerOptions
    let source: any CalibrationSource
    /// Nodes with weights and a bias.
    private let layers: [Int]
    private let plan: QuantizationPlan

    init(_ plan: QuantizationPlan, _ options: QuantizerOptions, _ source: any CalibrationSource) {
        self.plan = plan
        self.options = options
        self.source = source
        layers = plan.placement.graph.nodes.indices.filter { index in
            guard case .weighted = plan.placement.roles[index] else { return false }
            let inputs = plan.placement.graph.nodes[index].inputs
            return inputs.count > 2 && inputs[2] != nil
        }
    }

    /// The plan with corrected biases and weights. Complexity: a run of both networks up to each layer, for each sample.
    func corrected(progress: @escaping (Progress) -> Void) throws(QuantizerError) -> QuantizationPlan {
        var result = plan
        for (place, layer) in layers.enumerated() {
            let fits = try fits(of: layer, in: result) {
                progress(Progress(done: place * source.count + $0.done, total: layers.count * source.count))
            }
            result.placement = result.placement.replacing(graph: corrected(result.placement.graph, layer, by: fits))
        }
        return result
    }

    /// What the layer gives in the quantized network against what it gives in the float one.
    private func fits(
        of layer: Int, in corrected: QuantizationPlan, _ progress: @escaping (Progress) -> Void
    ) throws(QuantizerError) -> ChannelFits {
        let exact = plan.placement.graph
        let sums = exact.nodes[layer].outputs[0]
        // Scores matter where they are undecided; background is 0 behind a sigmoid, whatever the sum.
        let following = plan.placement.chains.functions[sums]
        var fits = ChannelFits(
            shape: exact[sums].shape ?? [], following: following == .unary(.sigmoid) ? following : nil)
        let float = try Calibrator.session(exact, outputs: [sums], options: options.engine)
        let rounded = Calibrator(
            graph: try corrected.quantizedGraph(options), source: source, options: options.engine, progress: progress)
        try rounded.forEachSample([sums]) { session, sample throws(QuantizerError) in
            try Calibrator.run(float, on: source, sample: sample)
            float.withOutput(0) { exact in
                session.withOutput(0) { rounded in
                    fits.add(
                        exact: exact.bindMemory(to: Float.self), rounded: rounded.bindMemory(to: Float.self))
                }
            }
        }
        return fits
    }
}

extension BiasCorrection {
    /// The graph with a layer's bias less the offset, and bias and weights divided by the gain. What is not finite stays as it is.
    private func corrected(_ graph: Graph, _ layer: Int, by fits: ChannelFits) -> Graph {
        let inputs = graph.nodes[layer].inputs
        guard case .weighted(let axis) = plan.placement.roles[layer], let weightsID = inputs[1], let biasID = inputs[2],
            let weights = graph[weightsID].constant, let bias = graph[biasID].constant
        else { return graph }
        // Rows of a transposed convolution in groups serve several channels.
        let lines = fits.lines(hasGain: weights.shape[axis] == bias.elementCount)
        guard bias.elementCount == lines.count else { return graph }
        let inner = weights.shape.strides[axis]
        var graph = graph
        let shifted = zip(bias.floats, lines).map { Float((Double($0) - $1.offset) / $1.gain) }
        let scaled = weights.floats.enumerated().map { index, weight in
            Float(Double(weight) / lines[index / inner % lines.count].gain)
        }
        guard (shifted + scaled).allSatisfy(\.isFinite) else { return graph }
        graph.replaceInput(2, of: layer, by: shifted)
        graph.replaceInput(1, of: layer, by: scaled)
        return graph
    }
}

extension Graph {
    /// Others may read the same constant.
    fileprivate mutating func replaceInput(_ place: Int, of layer: Int, by values: [Float]) {
        guard let id = nodes[layer].inputs[place], let shape = self[id].shape,
            let tensor = try? Tensor(.float32, shape, values)
        else { return }
        nodes[layer].inputs[place] = add(constant: tensor, name: self[id].name)
    }
}
