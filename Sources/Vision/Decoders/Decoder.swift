import JSON

/// What a preset or the command line says of a decoder, before a model is at hand.
protocol DecoderOptions: Sendable {
    /// The name in presets.
    static var kind: String { get }
    /// What such models usually take; a preset overrides any of it.
    static var inputDefaults: InputOptions { get }

    /// Reads the decoder block. Keys that are not asked for are reported by the caller.
    init(_ fields: JSONFields) throws(JSONError)

    /// The decoder for a model, once its outputs have been found to be what it needs.
    func bound(to model: DecoderModel) throws(VisionError) -> any Decoder
}

/// Turns outputs into boxes in pixels of the model's input.
protocol Decoder: Sendable {
    /// Adds what the outputs hold. They have the types that the decoder was bound to.
    func decode(_ outputs: [OutputView], into candidates: inout Candidates)

    /// Overlap (IoU) above which the weaker of two boxes is dropped, unless the preset says; 1 drops none.
    var defaultOverlap: Float { get }
}

extension Decoder {
    var defaultOverlap: Float { 0.5 }
}

/// All decoders there are. A new one is a file of its own and a line here.
enum DecoderKinds {
    static let all: [any DecoderOptions.Type] = [
        CentreHeatmapOptions.self, EfficientDetOptions.self, FastestDetOptions.self, NanoDetOptions.self,
        SSDOptions.self,
        YOLOv5Options.self, YOLOv8Options.self, YOLOXOptions.self,
    ]

    static var names: [String] { all.map { $0.kind } }

    static func named(_ kind: String) -> (any DecoderOptions.Type)? { all.first { $0.kind == kind } }
}
