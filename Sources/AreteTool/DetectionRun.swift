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
    private let tiling: TileOptions?

    init(session: Session, preset: Preset, tiling: TileOptions? = nil) throws {
        self.session = session
        self.preset = preset
        self.tiling = tiling
        signature = try session.signature()
        detector = try Detector(preset: preset, model: signature)
    }

    /// The model at `path`, run as the command line says and read as `preset` says.
    convenience init(_ arguments: ParsedArguments, model path: String, preset: Preset) throws {
        let options = try ModelOptions.options(arguments)
        let tiling = try TileOptions(arguments)
        let model = try Model(path: path)
        let shapes = try VisionOptions.shapes(arguments, model: model, preset: preset)
        let session = try model.session(options: options, shapes: shapes)
        do {
            try self.init(session: session, preset: preset, tiling: tiling)
        } catch {
            throw ModelError(path: path, reason: "\(error)")
        }
    }

    /// Whether a picture of the same thing as it should be belongs to each image.
    var needsReference: Bool { detector.referenceInput != nil }

    /// - Parameter reference: for models that compare; of the image's size.
    func detect(_ image: Image, reference: Image? = nil) throws -> Result {
        let start = Clock.wall
        if let reference, reference.width != image.width || reference.height != image.height {
            throw VisionError.input(
                reason: "the reference is \(reference.width)x\(reference.height), the image "
                    + "\(image.width)x\(image.height)")
        }
        guard let tiling else { return try looked(at: image, reference) }
        let input = detector.preprocessor.specification
        let grid = try TileGrid(
            width: image.width, height: image.height, tile: tiling.size ?? (input.width, input.height),
            overlap: tiling.overlap)
        var modelSeconds = 0.0
        func look(_ image: Image, _ reference: Image?) throws -> [Detection] {
            let result = try looked(at: image, reference)
            modelSeconds += result.modelSeconds
            return result.detections
        }
        let found = try grid.tiles.map { tile in
            let box = Box(x: Float(tile.x), y: Float(tile.y), width: Float(tile.width), height: Float(tile.height))
            guard let part = image.cropped(to: box) else { return [] as [Detection] }
            return try look(part, reference?.cropped(to: box)).map { detection in
                var moved = detection
                moved.box.x += box.x
                moved.box.y += box.y
                return moved
            }
        }
        let whole = tiling.looksAtWhole && grid.tiles.count > 1 ? try look(image, reference) : []
        let merged = TileMerge.merged(
            found, of: grid, whole: whole, count: preset.detection.mostDetections ?? Detector.mostDetections)
        return Result(detections: merged, seconds: Clock.wall - start, modelSeconds: modelSeconds)
    }

    private func looked(at image: Image, _ reference: Image?) throws -> Result {
        let start = Clock.wall
        if let input = detector.referenceInput {
            guard let reference else {
                throw VisionError.input(reason: "the model compares with a picture of the thing as it should be")
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
