// A model with what its preset says of it, at work.
import Arete
import Catalogue
import Engine
import Graphs
import Imaging
import Tensors
import Vision

/// Prepared pictures in, findings out. For one thread at a time.
final class Network: @unchecked Sendable {
    /// How pictures are to be prepared.
    let specification: InputSpecification
    /// SHA-256 of the model's file.
    let digest: String
    /// Findings from this score on are told.
    let threshold: Float
    let labels: [String]
    let task: Preset.Task
    /// Detections of a picture at most.
    var mostDetections: Int { preset.detection.mostDetections ?? Detector.mostDetections }
    private let session: Session
    private let preprocessor: Preprocessor
    private let preset: Preset
    private var signature: ModelSignature
    private var head: Head

    private enum Head {
        case detector(Detector)
        case classifier(Classifier)
    }

    /// - Parameter doubtful: detections down to this score are wanted too.
    /// - Throws: `PipelineError.file` naming the model, its preset or its reference, and what is wrong with it.
    init(_ configuration: ModelConfiguration, options: Options, doubtful: Float?) throws(PipelineError) {
        do {
            let model = try Model(path: configuration.file)
            var preset = try Self.preset(configuration)
            preset.detection = DetectionOptions(
                scoreThreshold: configuration.scoreThreshold, overlapThreshold: configuration.overlapThreshold,
                mostDetections: configuration.mostDetections
            ).completed(with: preset.detection)
            threshold = Float(preset.detection.scoreThreshold ?? Self.usualThreshold)
            if let doubtful { preset.detection.scoreThreshold = Double(min(doubtful, threshold)) }
            var shapes: [String: Shape] = [:]
            for input in model.graph.inputs where input.hasRank {
                guard let shape = preset.input.imageShape(of: input.dimensions) else { continue }
                shapes[model.graph[input.value].name] = shape
                break
            }
            session = try model.session(options: options, shapes: shapes)
            signature = try session.signature()
            head = try Self.head(preset, signature)
            self.preset = preset
            labels = preset.labels
            task = preset.task
            digest = Digest.sha256(try MappedFile(path: configuration.file))
            switch head {
            case .detector(let detector): specification = detector.preprocessor.specification
            case .classifier(let classifier): specification = classifier.preprocessor.specification
            }
            preprocessor = Preprocessor(specification)
        } catch let error as PipelineError {
            throw error
        } catch let error as ModelError {
            throw .file(path: error.path, reason: error.reason)
        } catch {
            throw .file(path: configuration.file, reason: "\(error)")
        }
        try setReference(configuration)
    }

    /// The threshold of detectors whose preset says nothing.
    private static let usualThreshold = 0.3

    private static func preset(_ configuration: ModelConfiguration) throws -> Preset {
        if let file = configuration.preset { return try Preset.read(file) }
        if let preset = try PresetLocator.preset(forModel: configuration.file) { return preset }
        throw PipelineError.file(
            path: configuration.file, reason: "no preset lies beside it; name one with \"preset\" (docs/presets.md)")
    }

    private static func head(_ preset: Preset, _ signature: ModelSignature) throws(VisionError) -> Head {
        switch preset.task {
        case .detect: .detector(try Detector(preset: preset, model: signature))
        case .classify: .classifier(try Classifier(preset: preset, model: signature))
        }
    }

    /// Fills the input of models that compare, once: runs leave inputs as they are.
    private func setReference(_ configuration: ModelConfiguration) throws(PipelineError) {
        var input: Int?
        if case .detector(let detector) = head { input = detector.referenceInput }
        guard let input else {
            guard let path = configuration.reference else { return }
            throw .file(path: path, reason: "the model takes no \"reference\": it looks at pictures alone")
        }
        guard let path = configuration.reference else {
            throw .file(
                path: configuration.file,
                reason: "compares pictures with how they should look; name a picture of that with \"reference\"")
        }
        do {
            let image = try Image.read(path: path)
            _ = try session.withInput(input) { try preprocessor.fill($0, from: image) }
        } catch {
            throw .file(path: path, reason: "\(error)")
        }
    }

    private var imageInput: Int {
        switch head {
        case .detector(let detector): detector.imageInput
        case .classifier(let classifier): classifier.imageInput
        }
    }

    /// Runs the model on a picture.
    func compute(_ input: PreparedInput) throws(RunError) {
        session.withInput(imageInput) { $0.copyMemory(from: UnsafeRawBufferPointer(input.bytes)) }
        try session.run()
    }

    /// Runs the model on a picture that nobody has prepared; boxes are in its pixels.
    func detections(in picture: RawPicture, range: ClosedRange<UInt16>?) throws -> [Detection] {
        let transform = try session.withInput(imageInput) { try preprocessor.fill($0, from: picture, range: range) }
        try session.run()
        guard case .detections(let detections) = try findings(transform) else { return [] }
        return detections
    }

    /// What the last run found; boxes are in pixels of the picture that `transform` tells of.
    func findings(_ transform: InputTransform) throws -> Findings {
        let ports = try session.outputPorts()
        if ports != signature.outputs {
            // The number of boxes of a model that suppresses them itself may differ from picture to picture.
            signature.outputs = ports
            head = try Self.head(preset, signature)
        }
        return try session.withOutputs { views in
            switch head {
            case .detector(let detector): .detections(try detector.detections(in: views, transform: transform))
            case .classifier(let classifier): .classes(try classifier.classes(in: views[classifier.output]))
            }
        }
    }
}
