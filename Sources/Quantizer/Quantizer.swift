// The door of this room: a float network in, a quantized one out.
import Engine
import Graphs
import Tensors

/// How a network is to be quantized.
public struct QuantizerOptions: Sendable {
    public var method: RangeMethod
    /// int8 or uint8.
    public var activations: ElementType
    public var weights: WeightFormat
    /// Layers that stay in float, by name.
    public var wideLayers: Set<String>
    /// Whether what rounding shifts and shrinks in each channel is taken from its bias and its weights' scale.
    public var correctsBiases: Bool
    /// How the networks are run.
    public var engine: Options

    public init(
        method: RangeMethod = .minMax, activations: ElementType = .uint8, weights: WeightFormat = .int8,
        wideLayers: Set<String> = [],
        correctsBiases: Bool = true, engine: Options = Options()
    ) {
        self.method = method
        self.activations = activations
        self.weights = weights
        self.wideLayers = wideLayers
        self.correctsBiases = correctsBiases
        self.engine = engine
    }
}

/// A quantized network.
public struct QuantizedModel: Sendable {
    /// With QuantizeLinear and DequantizeLinear, as ONNX writes it.
    public let graph: Graph
    /// What a person should know: where ranges were kept apart, what stayed in float.
    public let notes: [String]
    public let layerCount: Int
    /// Layers that stay in float by choice, by name.
    public let wideLayers: Set<String>
    /// All layers that compute on floats: those, and what has no integer form where it stands.
    public let floatLayers: Set<String>
}

/// Takes a float network to bytes: settle, calibrate, choose scales, write them into the graph.
public struct Quantizer {
    public let options: QuantizerOptions
    /// The float network, types and constants settled.
    public private(set) var graph: Graph
    let progress: (String, Progress) -> Void

    /// - Parameters:
    ///   - source: with the shapes of all inputs set.
    ///   - progress: called with the name of the stage and how far it is.
    /// - Throws: `QuantizerError.model` where the network cannot be quantized.
    public init(
        _ source: Graph, options: QuantizerOptions, progress: @escaping (String, Progress) -> Void = { _, _ in }
    ) throws(QuantizerError) {
        self.options = options
        self.progress = progress
        var graph = source
        let isResolved: Bool
        do throws(GraphError) { isResolved = try graph.settle() } catch { throw QuantizerError(error) }
        guard isResolved else {
            throw .model("shapes in this model depend on values; such a model cannot be quantized")
        }
        guard !graph.nodes.contains(where: { $0.op is QuantizeLinear || $0.op is DequantizeLinear }) else {
            throw .model("the model is quantized already; give the float model that it was made of")
        }
        for index in graph.nodes.indices { graph.nodes[index].origin.index = index }
        self.graph = graph
        guard layers.contains(where: { graph.hasWeights($0) }) else {
            throw .model("the model has no layer with constant float weights to quantize")
        }
        let names = layers.map(\.name)
        if let unknown = options.wideLayers.subtracting(names).min() {
            let some = names.prefix(8).map { "'\($0)'" }.joined(separator: ", ")
            throw .model(
                "there is no layer '\(unknown)' to keep in float; the layers are \(some)"
                    + (names.count > 8 ? " and \(names.count - 8) more, which --report lists" : ""))
        }
        try checkConstants()
    }

    /// Weights that are not finite would become any integer.
    private func checkConstants() throws(QuantizerError) {
        for node in graph.nodes where graph.role(of: node) != .float {
            for case let id? in node.inputs {
                guard let constant = graph[id].constant, constant.element == .float32 else { continue }
                guard constant.floats.allSatisfy(\.isFinite) else {
                    throw .model("\(node.origin): '\(graph[id].name)' holds numbers that are not finite")
                }
            }
        }
    }

    /// Lines need fewer samples than extremes.
    private static let correctionSamples = 32

    /// All layers in order.
    public var layers: [Layer] { graph.layers(FunctionChains(graph)) }

    /// Makes the channels of what is rounded alike, by their ranges on all samples; see `Equalization`.
    /// Complexity: a run of the float network for each sample.
    public mutating func equalize(on source: any CalibrationSource) throws(QuantizerError) {
        let equalization = Equalization(graph)
        guard !equalization.measured.isEmpty else { return }
        let calibrator = Calibrator(graph: graph, source: source, options: options.engine) { [progress] in
            progress("equalizing", $0)
        }
        let ranges = try calibrator.gathered(of: equalization.measured) { ChannelRanges(shape: $0) }
        graph = equalization.scaled(by: ranges.map(\.magnitudes))
    }

    /// Runs the float network on all samples and counts what its tensors hold.
    /// Complexity: a run of the float network for each sample.
    /// - Throws: `QuantizerError.calibration` naming the sample that cannot be used.
    public func calibrated(on source: any CalibrationSource) throws(QuantizerError) -> Calibration {
        guard source.count > 0 else { throw .calibration("there is nothing to calibrate on") }
        let calibrator = Calibrator(graph: graph, source: source, options: options.engine) {
            progress("calibrating", $0)
        }
        let roots = Placement(graph).roots
        let histograms = try calibrator.gathered(of: roots) { _ in Histogram() }
        var fixed: [ValueID: ActivationRange] = [:]
        for (index, input) in graph.inputs.enumerated() { fixed[input.value] = source.inputRange(index) }
        for node in graph.nodes where graph.role(of: node) == .unit { fixed[node.outputs[0]] = .unit }
        return Calibration(
            graph: graph, histograms: Dictionary(uniqueKeysWithValues: zip(roots, histograms)), fixed: fixed)
    }

    /// Calibrates on all samples and quantizes all layers but those that shall stay wide.
    /// - Throws: `QuantizerError`, naming the layer that calibration leaves dead.
    public func quantized(on source: any CalibrationSource) throws(QuantizerError) -> QuantizedModel {
        try quantized(calibrated(on: source), wide: options.wideLayers, source: source)
    }

    /// Layers that by themselves bring the outputs' signal-to-noise ratio under `decibels`.
    ///
    /// What a byte says of a number from 0 to 1 is known beforehand and enough for any score: such layers are not counted.
    public func noisyLayers(_ sensitivities: [LayerSensitivity], below decibels: Double) -> Set<String> {
        Set(
            sensitivities.filter { item in
                item.decibels < decibels && graph.role(of: graph.nodes[item.layer.nodes[0]]) != .unit
            }.map(\.layer.name))
    }

    /// Quantizes all layers but those that `names` name.
    /// - Throws: `QuantizerError`, naming the layer that calibration leaves dead.
    public func quantized(
        _ calibration: Calibration, wide names: Set<String>, source: any CalibrationSource
    ) throws(QuantizerError) -> QuantizedModel {
        guard options.correctsBiases, options.weights != .int4 else { return try draft(calibration, wide: names) }
        let spread = SampleSpread(source, count: Self.correctionSamples)
        let correction = BiasCorrection(try calibration.plan(wide: wide(names), options), options, spread)
        return try model(correction.corrected { progress("bias correction", $0) }, wide: names)
    }

    /// The same without corrected biases: as fast to run, and made without a run of any network.
    public func draft(_ calibration: Calibration, wide names: Set<String>) throws(QuantizerError) -> QuantizedModel {
        let plan = try calibration.plan(wide: wide(names), options)
        guard options.weights != .int4 else {
            return QuantizedModel(
                graph: try BlockWeights.graph(graph, wide: wide(names)), notes: [], layerCount: layers.count,
                wideLayers: names, floatLayers: Set(layers.filter { !graph.hasWeights($0) }.map(\.name)).union(names))
        }
        return try model(plan, wide: names)
    }

    private func wide(_ names: Set<String>) -> Set<Layer> { Set(layers.filter { names.contains($0.name) }) }

    private func model(_ plan: QuantizationPlan, wide names: Set<String>) throws(QuantizerError) -> QuantizedModel {
        QuantizedModel(
            graph: try plan.quantizedGraph(options), notes: plan.placement.notes,
            layerCount: plan.placement.layers.count, wideLayers: names, floatLayers: plan.placement.floatLayers)
    }
}

extension Graph {
    func hasWeights(_ layer: Layer) -> Bool {
        if case .weighted = role(of: nodes[layer.nodes[0]]) { true } else { false }
    }
}
