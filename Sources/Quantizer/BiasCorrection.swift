// What rounding shifts in the mean goes into the biases.
import Engine
import Graphs
import Tensors

/// Empirical bias correction: the mean error that rounding brings to each channel of a layer's sums is taken from its bias.
///
/// First each layer is measured on the float network's own data, rounded as the plan says, so that one run serves all layers. Then what
/// the layers before still shift is measured on the quantized network, one layer after the other, as each moves those behind it: two in a
/// row that were measured together would both correct what the first one does.
struct BiasCorrection {
    let options: QuantizerOptions
    let source: any CalibrationSource
    /// Nodes with weights and a bias.
    private let layers: [Int]
    private var plan: QuantizationPlan

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

    /// The plan with corrected biases. Complexity: a run of both networks for each sample, and one up to it for each layer.
    mutating func corrected(progress: @escaping (Progress) -> Void) throws(QuantizerError) -> QuantizationPlan {
        let runs = (1 + layers.count) * source.count
        var done = 0
        func advance(_: Progress) {
            // Where not all layers fit into one pass, the first stage takes some more.
            done = min(done + 1, runs)
            progress(Progress(done: done, total: runs))
        }
        let floats = layers.map { plan.placement.graph.nodes[$0].outputs[0] }
        let twins = try QuantizeDequantize.twins(of: layers, plan, options)
        // Side by side, so that a layer and its twin are measured in one pass where not all fit into one.
        let sums = zip(floats, twins.results).flatMap { [$0, $1] }
        let means = try means(of: sums, in: twins.graph, advance)
        let wanted = layers.indices.map { means[2 * $0] }
        shift(layers, from: layers.indices.map { means[2 * $0 + 1] }, to: wanted)
        for (place, layer) in layers.enumerated() {
            let found = try self.means(of: [floats[place]], in: try plan.quantizedGraph(options), advance)
            shift([layer], from: found, to: [wanted[place]])
        }
        return plan
    }

    /// The mean of each channel of `values`.
    private func means(
        of values: [ValueID], in graph: Graph, _ progress: @escaping (Progress) -> Void
    ) throws(QuantizerError) -> [[Double]] {
        let calibrator = Calibrator(graph: graph, source: source, options: options.engine, progress: progress)
        return try calibrator.gathered(of: values) { ChannelMeans(shape: $0) }.map(\.means)
    }

    /// Changes the biases of `nodes` by the difference of two means.
    private mutating func shift(_ nodes: [Int], from found: [[Double]], to wanted: [[Double]]) {
        var graph = plan.placement.graph
        for (place, index) in nodes.enumerated() {
            guard let id = graph.nodes[index].inputs[2], let bias = graph[id].constant,
                bias.elementCount == wanted[place].count, found[place].count == wanted[place].count
            else { continue }
            let values = bias.floats.enumerated().map { $1 + Float(wanted[place][$0] - found[place][$0]) }
            guard values.allSatisfy(\.isFinite), let tensor = try? Tensor(.float32, bias.shape, values) else {
                continue
            }
            // Others may read the same constant.
            graph.nodes[index].inputs[2] = graph.add(constant: tensor, name: graph[id].name)
        }
        plan.placement = plan.placement.replacing(graph: graph)
    }
}
