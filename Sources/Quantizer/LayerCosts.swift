// What layers cost: time on this machine, bytes of weights.
import Engine
import Graphs
import Tensors

/// Milliseconds of each node of a settled graph, with the rounding that belongs to it.
struct NodeTimes {
    private let milliseconds: [Int: Double]

    /// Runs `graph` some times on what its inputs hold; the fastest run of each step counts.
    /// - Throws: `QuantizerError.model` when it cannot be run.
    init(_ graph: Graph, _ source: any CalibrationSource, options: Options, runs: Int = 5) throws(QuantizerError) {
        let session = try Calibrator.session(graph, outputs: graph.outputs, options: options)
        try source.fill(session, sample: 0)
        session.measureSteps()
        var best: [UInt64] = []
        do throws(RunError) {
            for _ in 0..<max(runs, 1) {
                try session.run()
                let times = session.stepNanoseconds
                best = best.isEmpty ? times : zip(best, times).map(min)
            }
        } catch {
            throw .model("\(error)")
        }
        var sums: [Int: Double] = [:]
        for (step, time) in zip(session.executable.program.steps, best) {
            sums[step.origin.index, default: 0] += Double(time) / 1e6
        }
        milliseconds = sums
    }

    var total: Double { milliseconds.values.reduce(0, +) }

    func milliseconds(of layer: Layer) -> Double { layer.nodes.reduce(0) { $0 + (milliseconds[$1] ?? 0) } }
}

extension Graph {
    /// Bytes of a layer's weights and bias in float and in `format`, scales included.
    func weightBytes(of layer: Layer, _ format: WeightFormat) -> (float: Int, integer: Int) {
        let node = nodes[layer.nodes[0]]
        guard case .weighted(let axis) = role(of: node), let weights = node.inputs[1].flatMap({ self[$0].constant })
        else {
            return (0, 0)
        }
        let bias = node.inputs.count > 2 ? node.inputs[2].flatMap { self[$0].constant?.elementCount } ?? 0 : 0
        let float = 4 * (weights.elementCount + bias)
        if format == .int4, let block = BlockWeights.block(of: node.op, weights.shape) {
            let scales = weights.elementCount / weights.shape[block.axis] * block.count(weights.shape)
            return (float, (weights.elementCount + 1) / 2 + 4 * (bias + scales))
        }
        // A bias in integers needs scales too.
        let channels = weights.shape[axis]
        return (float, weights.elementCount + 4 * bias + (format == .int4 ? 4 : 8) * channels)
    }
}

extension Quantizer {
    /// Milliseconds of a run of `graph` here, the fastest steps of some runs added up.
    public func milliseconds(of graph: Graph, on source: any CalibrationSource) throws(QuantizerError) -> Double {
        try NodeTimes(graph, source, options: options.engine, runs: 20).total
    }
}
