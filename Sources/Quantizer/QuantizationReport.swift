// Everything that is known of a quantized model: what became of each layer, and what that costs.
import Evaluation
import JSON

public struct QuantizationReport: Sendable {
    public var source: String
    public var result: String
    /// How it was made: method, samples and the like, as a reader should see them.
    public var settings: [(name: String, value: String)]
    public var weights: WeightFormat
    public var layers: [LayerReport]
    public var notes: [String]
    /// The quantized outputs against the float ones, each by name.
    public var outputs: [(name: String, distance: OutputDistance)]
    public var floatMilliseconds: Double
    public var integerMilliseconds: Double
    /// Scores of the search, where there was one.
    public var search: Search?

    /// What a search among mixes of layers found.
    public struct Search: Sendable {
        /// The float model's score.
        public var float: Double
        public var target: Double
        public var mix: MixSearch.Mix
        /// Milliseconds that each float layer costs, where that was measured.
        public var extraMilliseconds: [String: Double]

        public init(float: Double, target: Double, mix: MixSearch.Mix, extraMilliseconds: [String: Double]) {
            self.float = float
            self.target = target
            self.mix = mix
            self.extraMilliseconds = extraMilliseconds
        }
    }

    public init(
        source: String, result: String, settings: [(name: String, value: String)], weights: WeightFormat,
        layers: [LayerReport], notes: [String], outputs: [(name: String, distance: OutputDistance)],
        floatMilliseconds: Double,
        integerMilliseconds: Double, search: Search? = nil
    ) {
        self.source = source
        self.result = result
        self.settings = settings
        self.weights = weights
        self.layers = layers
        self.notes = notes
        self.outputs = outputs
        self.floatMilliseconds = floatMilliseconds
        self.integerMilliseconds = integerMilliseconds
        self.search = search
    }

    public var speedup: Double { integerMilliseconds > 0 ? floatMilliseconds / integerMilliseconds : 0 }
    public var wide: [LayerReport] { layers.filter(\.isWide) }
    /// What layers are that do not compute on floats alone.
    var precision: String { weights == .int4 ? "int4 weights" : "int8" }
    public var floatBytes: Int { layers.reduce(0) { $0 + $1.floatBytes } }
    public var bytes: Int { layers.reduce(0) { $0 + $1.bytes } }
}

extension QuantizationReport {
    public var json: JSONValue {
        func number(_ value: Double?, _ digits: Int) -> JSONValue {
            value.map { JSONValue(Figures.rounded($0, digits: digits)) } ?? JSONValue(.null)
        }
        var members: [JSONMember] = [
            JSONMember("model", JSONValue(source)), JSONMember("result", JSONValue(result)),
            JSONMember(
                "settings", JSONValue(.object(settings.map { JSONMember($0.name, JSONValue($0.value)) }))),
            JSONMember("float_ms", number(floatMilliseconds, 4)), JSONMember("int8_ms", number(integerMilliseconds, 4)),
            JSONMember("speedup", number(speedup, 3)), JSONMember("float_weight_bytes", JSONValue(floatBytes)),
            JSONMember("weight_bytes", JSONValue(bytes)),
            JSONMember(
                "outputs",
                JSONValue(
                    outputs.map { output in
                        [
                            "name": JSONValue(output.name), "snr_db": number(output.distance.decibels, 2),
                            "worst_sample_snr_db": number(output.distance.worstDecibels, 2),
                            "cosine": number(output.distance.cosine, 6),
                        ]
                    })),
            JSONMember("notes", JSONValue(notes.map { JSONValue($0) })),
            JSONMember(
                "layers",
                JSONValue(
                    layers.map { layer in
                        [
                            "name": JSONValue(layer.name), "kind": JSONValue(layer.kind),
                            "precision": JSONValue(layer.isFloat ? "float32" : precision),
                            "snr_db": number(layer.decibels, 2), "cosine": number(layer.cosine, 6),
                            "ms": number(layer.milliseconds, 4), "float_ms": number(layer.floatMilliseconds, 4),
                            "int8_ms": number(layer.integerMilliseconds, 4), "bytes": JSONValue(layer.bytes),
                            "float_bytes": JSONValue(layer.floatBytes),
                        ]
                    })),
        ]
        if let search {
            members.append(
                JSONMember(
                    "search",
                    [
                        "float_score": number(search.float, 4), "target": number(search.target, 4),
                        "score": number(search.mix.scored.score, 4), "ms": number(search.mix.scored.milliseconds, 4),
                        "extra_ms": JSONValue(
                            .object(
                                search.extraMilliseconds.sorted { $0.key < $1.key }.map {
                                    JSONMember($0.key, number($0.value, 4))
                                })),
                    ]))
        }
        return JSONValue(.object(members))
    }

    /// A few lines for a terminal.
    public var text: String {
        func ms(_ value: Double) -> String { Figures.text(value, digits: 2) }
        var lines = ["\(result): \(layers.count { !$0.isFloat }) of \(layers.count) layers \(precision)"]
        for layer in wide {
            let noise = layer.decibels.map { ", alone in int8 it leaves \(Figures.text($0, digits: 1)) dB" } ?? ""
            let instead = "\(ms(layer.floatMilliseconds)) ms instead of \(ms(layer.integerMilliseconds)) ms"
            let cost = search?.extraMilliseconds[layer.name].map { "\(ms($0)) ms more" } ?? instead
            lines.append("  \(layer.name) (\(layer.kind)) stays in float: \(cost)\(noise)")
        }
        lines += notes.map { "  " + $0 }
        for output in outputs {
            let (all, worst) = (output.distance.decibels, output.distance.worstDecibels)
            lines.append(
                "output '\(output.name)': signal to noise \(Figures.text(all, digits: 1)) dB on calibration samples (the worst "
                    + "\(Figures.text(worst, digits: 1)) dB), cosine " + Figures.text(output.distance.cosine, digits: 5)
            )
        }
        if let search {
            lines.append(
                "score \(Figures.text(search.mix.scored.score, digits: 2)), float \(Figures.text(search.float, digits: 2)), "
                    + (search.mix.scored.score >= search.target
                        ? "within what was allowed" : "NOT within what was allowed"))
        }
        lines.append(
            "weights \(Figures.text(Double(bytes) / 1e6, digits: 2)) MB of \(Figures.text(Double(floatBytes) / 1e6, digits: 2)) MB; "
                + "\(ms(integerMilliseconds)) ms instead of \(ms(floatMilliseconds)) ms here: "
                + "\(Figures.text(speedup, digits: 1)) times as fast")
        return lines.joined(separator: "\n")
    }
}
