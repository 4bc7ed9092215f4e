// What quantization does to each layer, and what each layer costs.
import Graphs

/// One layer of a quantized model.
public struct LayerReport: Sendable {
    public let name: String
    public let kind: String
    /// Whether it stays in float by choice.
    public var isWide: Bool
    /// Whether it computes on floats, by choice or for want of an integer form.
    public var isFloat: Bool
    /// The outputs against the float model's when this layer alone is integer; `nil` where that was not measured.
    public let decibels: Double?
    public let cosine: Double?
    public let floatMilliseconds: Double
    public let integerMilliseconds: Double
    public let floatBytes: Int
    public let integerBytes: Int

    /// What the layer costs more in float; what changes between bytes and floats at its ends is not known before, and counts as much
    /// again as the int8 layer takes.
    public var extraMilliseconds: Double { max(floatMilliseconds - integerMilliseconds, 0) + integerMilliseconds }

    /// The layer as one that may stay wide; `nil` where its noise is not known.
    public var candidate: MixSearch.Candidate? {
        decibels.map {
            MixSearch.Candidate(name: name, noise: Decibels.power(-$0), milliseconds: extraMilliseconds)
        }
    }

    /// As the model has it.
    public var milliseconds: Double { isFloat ? floatMilliseconds : integerMilliseconds }
    public var bytes: Int { isFloat ? floatBytes : integerBytes }
}

extension Quantizer {
    /// Each layer with its precision in `model`, its sensitivity where that is known, and its cost on this machine.
    /// Complexity: some runs of both models.
    public func layerReports(
        of model: QuantizedModel, _ sensitivities: [LayerSensitivity], on source: any CalibrationSource
    ) throws(QuantizerError) -> [LayerReport] {
        let float = try NodeTimes(graph, source, options: options.engine)
        let integer = try NodeTimes(model.graph, source, options: options.engine)
        let known = Dictionary(sensitivities.map { ($0.layer, $0) }, uniquingKeysWith: { first, _ in first })
        return layers.map { layer in
            let bytes = graph.weightBytes(of: layer, options.weights)
            return LayerReport(
                name: layer.name, kind: layer.kind, isWide: model.wideLayers.contains(layer.name),
                isFloat: model.floatLayers.contains(layer.name), decibels: known[layer]?.decibels,
                cosine: known[layer]?.cosine,
                floatMilliseconds: float.milliseconds(of: layer), integerMilliseconds: integer.milliseconds(of: layer),
                floatBytes: bytes.float, integerBytes: bytes.integer)
        }
    }
}
