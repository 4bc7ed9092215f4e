// A detector at work: images in, detections out, with the time that took.
import Arete
import Engine
import Imaging
import Pipeline
import Vision

/// A session with the detector that feeds and reads it.
final class DetectionRun {
    struct Result {
        var detections: [Detection]
        /// From pixels to detections.
        var seconds: Double
        var modelSeconds: Double
    }

    private let session: Session
    private let preset: Preset
    private var signature: ModelSignature
    private var detector: Detector

    init(session: Session, preset: Preset) throws {
        self.session = session
        self.preset = preset
        signature = try session.signature()
        detector = try Detector(preset: preset, model: signature)
    }

    /// The model at `path`, run as the command line says and read as `preset` says.
    convenience init(_ arguments: ParsedArguments, model path: String, preset: Preset) throws {
        let options = try ModelOptions.options(arguments)
        let model = try Model(path: path)
        let shapes = try VisionOptions.shapes(arguments, model: model, preset: preset)
        let session = try model.session(options: options, shapes: shapes)
        do {
            try self.init(session: session, preset: preset)
        } catch {
            throw ModelError(path: path, reason: "\(error)")
        }
    }

    /// Whether a picture of the same thing as it should be belongs to each image.
    var needsReference: Bool { detector.referenceInput != nil }

    /// - Parameter reference: for models that compare; of the image's size.
    func detect(_ image: Image, reference: Image? = nil) throws -> Result {
        let start = Clock.wall
        if let input = detector.referenceInput {
            guard let reference else {
                throw VisionError.input(reason: "the model compares with a picture of the thing as it should be")
            }
            guard reference.width == image.width, reference.height == image.height else {
                throw VisionError.input(
                    reason: "the reference is \(reference.width)x\(reference.height), the image "
                        + "\(image.width)x\(image.height)")
            }
            _ = try session.withInput(input) { try detector.fill($0, from: reference) }
        }
        let transform = try session.withInput(detector.imageInput) { try detector.fill($0, from: image) }
        let filled = Clock.wall
        try session.run()
        let computed = Clock.wall
        let ports = try session.outputPorts()
        if ports != signature.outputs {
            // The number of boxes of a model that suppresses them itself may differ from image to image.
            signature.outputs = ports
            detector = try Detector(preset: preset, model: signature)
        }
        let detections = try session.withOutputs { try detector.detections(in: $0, transform: transform) }
        return Result(detections: detections, seconds: Clock.wall - start, modelSeconds: computed - filled)
    }
}
