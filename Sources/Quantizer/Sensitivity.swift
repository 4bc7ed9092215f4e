// What each layer does to the outputs.
import Engine
import Graphs
import Tensors

/// The float outputs of some samples, to compare others with.
///
/// Memory: the outputs of as many samples as are kept.
struct ReferenceOutputs {
    private let samples: [[Tensor]]
    private let source: any CalibrationSource
    private let options: Options

    /// - Parameter count: samples at most, spread over all.
    init(_ graph: Graph, _ source: any CalibrationSource, count: Int, _ options: Options) throws(QuantizerError) {
        self.options = options
        self.source = SampleSpread(source, count: count)
        var samples: [[Tensor]] = []
        let calibrator = Calibrator(graph: graph, source: self.source, options: options) { _ in }
        try calibrator.forEachSample(graph.outputs) { session, _ throws(QuantizerError) in
            var outputs: [Tensor] = []
            for (index, id) in graph.outputs.enumerated() {
                do throws(RunError) { outputs.append(try session.output(index)) } catch { throw .model("\(error)") }
                guard outputs[index].element != .float32 || !outputs[index].floats.contains(where: \.isNaN) else {
                    throw .model("output '\(graph[id].name)' of the float model is not a number on every sample")
                }
            }
            samples.append(outputs)
        }
        self.samples = samples
    }

    /// How far the outputs of `graph` are from the float ones, each output for itself; float outputs count.
    func distances(of graph: Graph) throws(QuantizerError) -> [OutputDistance] {
        var distances = [OutputDistance](repeating: OutputDistance(), count: graph.outputs.count)
        let calibrator = Calibrator(graph: graph, source: source, options: options) { _ in }
        try calibrator.forEachSample(graph.outputs) { session, sample throws(QuantizerError) in
            for (index, wanted) in samples[sample].enumerated() where wanted.element == .float32 {
                session.withOutput(index) { found in
                    wanted.withUnsafeBytes {
                        distances[index].add($0.bindMemory(to: Float.self), found.bindMemory(to: Float.self))
                    }
                }
            }
        }
        return distances
    }
}

/// Some samples of a source, spread over all of them.
public struct SampleSpread: CalibrationSource {
    private let source: any CalibrationSource
    private let places: [Int]

    public init(_ source: any CalibrationSource, count: Int) {
        self.source = source
        let kept = min(max(count, 1), source.count)
        places = (0..<kept).map { $0 * source.count / kept }
    }

    public var count: Int { places.count }
    public func name(_ index: Int) -> String { source.name(places[index]) }
    public func inputRange(_ index: Int) -> ActivationRange? { source.inputRange(index) }
    public func fill(_ session: Session, sample index: Int) throws(QuantizerError) {
        try source.fill(session, sample: places[index])
    }
}

/// What one layer does to the outputs when it alone is integer.
public struct LayerSensitivity: Sendable {
    public let layer: Layer
    /// The outputs together, against the float model's.
    public let decibels: Double
    public let cosine: Double
}

extension Quantizer {
    /// How far the outputs of a quantized model are from those of the float one, each output for itself.
    public func distances(
        of model: QuantizedModel, from float: Graph, on source: any CalibrationSource, samples: Int = 32
    ) throws(QuantizerError) -> [OutputDistance] {
        try ReferenceOutputs(float, source, count: samples, options.engine).distances(of: model.graph)
    }

    /// Measures each layer by itself on some samples: all others stay in float. Those that shall stay in float are not measured.
    /// Complexity: layers times samples runs of the float network.
    public func sensitivities(
        _ calibration: Calibration, on source: any CalibrationSource, samples: Int = 8
    ) throws(QuantizerError) -> [LayerSensitivity] {
        let reference = try ReferenceOutputs(graph, source, count: samples, options.engine)
        let all = layers
        let layers = all.filter { !options.wideLayers.contains($0.name) }
        var result: [LayerSensitivity] = []
        for layer in layers {
            let wide = Set(all).subtracting([layer])
            let plan = try calibration.plan(wide: wide, options)
            let distances = try reference.distances(of: try plan.quantizedGraph(options))
            result.append(
                LayerSensitivity(
                    layer: layer, decibels: distances.map(\.decibels).min() ?? 120,
                    cosine: distances.map(\.cosine).min() ?? 1))
            progress("sensitivity", Progress(done: result.count, total: layers.count))
        }
        return result
    }
}
