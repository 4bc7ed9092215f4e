// A detector at work: images in, detections out, with the time that took.
import Arete
import Engine
import Imaging
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

    func detect(_ image: Image) throws -> Result {
        let start = Clock.wall
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
