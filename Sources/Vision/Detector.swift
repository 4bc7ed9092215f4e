import Imaging
import Tensors

/// A detector's two ends: an image becomes the model's input, the model's outputs become detections.
///
///     let detector = try Detector(preset: preset, model: signature)
///     let transform = try detector.fill(inputMemory, from: image)
///     // run the model
///     let detections = try detector.detections(in: outputs, transform: transform)
public final class Detector {
    public let preset: Preset
    public let preprocessor: Preprocessor
    /// The place of the input that takes the image; others keep what they hold.
    public let imageInput: Int
    /// The place of the input that takes a picture of the same thing as it should be; `nil` for models that need none.
    public let referenceInput: Int?
    /// Detections of a picture at most, where the preset says nothing.
    public static let mostDetections = 100
    private let decoder: any Decoder
    private let kind: String
    private let outputs: [TensorPort]
    private let options: DetectionOptions

    /// - Throws: `VisionError` naming what in the preset or the model's inputs and outputs does not fit.
    public init(preset: Preset, model: ModelSignature) throws(VisionError) {
        guard let decoder = preset.decoder else {
            throw .decoder(kind: "none", reason: "the preset is for \(preset.task.rawValue), not for detect")
        }
        let defaults = type(of: decoder).inputDefaults
        kind = type(of: decoder).kind
        imageInput = try model.imageInput(preset.input)
        referenceInput = try model.referenceInput(preset.input, beside: imageInput)
        let specification = try InputSpecification(
            options: preset.input, defaults: defaults, input: model.inputs[imageInput])
        self.decoder = try decoder.bound(
            to: DecoderModel(
                kind: kind, inputWidth: specification.width, inputHeight: specification.height,
                channelsLast: specification.layout == .nhwc, outputs: model.outputs, roles: OutputRoles(),
                labelCount: preset.labels.isEmpty ? nil : preset.labels.count))
        preprocessor = Preprocessor(specification)
        self.preset = preset
        outputs = model.outputs
        options = preset.detection.completed(
            with: DetectionOptions(
                scoreThreshold: 0.3, overlapThreshold: Double(self.decoder.defaultOverlap), classAgnostic: false,
                mostDetections: Self.mostDetections, mostCandidates: 2000))
    }

    /// Fills the memory of the image input, or of the reference input; the result says where the image went.
    public func fill(_ input: UnsafeMutableRawBufferPointer, from image: Image) throws(VisionError) -> InputTransform {
        try preprocessor.fill(input, from: image)
    }

    /// What the outputs hold, best first, in pixels of the image that `transform` came from.
    /// - Throws: `VisionError` when the outputs have other types than those of the model this detector was made for.
    public func detections(in views: [OutputView], transform: InputTransform) throws(VisionError) -> [Detection] {
        guard views.count == outputs.count else {
            throw .decoder(kind: kind, reason: "\(views.count) outputs where the model has \(outputs.count)")
        }
        for (view, port) in zip(views, outputs) where view.port.type != port.type {
            throw .output(name: port.name, reason: "it is \(view.port.type) now and was \(port.type)")
        }
        var candidates = Candidates(
            threshold: Float(options.scoreThreshold ?? 0), limit: options.mostCandidates ?? 2000)
        decoder.decode(views, into: &candidates)
        let kept = candidates.suppressed(
            overlap: Float(options.overlapThreshold ?? 1), classAgnostic: options.classAgnostic ?? false,
            count: options.mostDetections ?? Self.mostDetections)
        return kept.compactMap { candidate in
            transform.imageBox(candidate.corners).map { box in
                Detection(
                    label: preset.label(candidate.classIndex), classIndex: candidate.classIndex, score: candidate.score,
                    box: box)
            }
        }
    }
}

extension ModelSignature {
    /// The first input that can take an image.
    func imageInput(_ options: InputOptions) throws(VisionError) -> Int {
        guard let first = inputs.first else { throw .input(reason: "the model has no input") }
        let fitting = inputs.indices.first {
            inputs[$0].name != options.reference && (try? ImageAxes(inputs[$0], options: options)) != nil
        }
        // Where none can, the error is that of the first.
        if fitting == nil { _ = try ImageAxes(first, options: options) }
        return fitting ?? 0
    }

    /// The input that `options` name for the reference, which must be like that of the image.
    func referenceInput(_ options: InputOptions, beside image: Int) throws(VisionError) -> Int? {
        guard let name = options.reference else { return nil }
        guard let index = inputs.firstIndex(where: { $0.name == name }) else {
            let names = inputs.map { "'\($0.name)'" }.joined(separator: ", ")
            throw .input(reason: "the preset's reference '\(name)' is none of the model's inputs: \(names)")
        }
        guard index != image, inputs[index].type == inputs[image].type else {
            throw .input(
                reason: "the reference '\(name)' is \(inputs[index].type); it must be another input like the image's, "
                    + "'\(inputs[image].name)': \(inputs[image].type)")
        }
        return index
    }
}
