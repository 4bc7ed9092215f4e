// arete detect: what is on images, and where.
import Arete
import Engine
import Imaging
import JSON
import Vision

enum DetectCommand: Command {
    static let form = CommandForm(
        name: "detect", summary: "Finds objects on images", positionals: "MODEL IMAGE...",
        positionalCount: 2...1_000_000,
        options: [
            .init(name: "--threshold", value: "T", help: "lowest score reported, 0 to 1"),
            .init(name: "--iou", value: "T", help: "overlap above which the weaker of two boxes is dropped, 0 to 1"),
            .init(name: "--max", value: "N", help: "detections an image at most"),
            .init(name: "--class-agnostic", value: nil, help: "boxes of different classes drop each other too"),
            .init(
                name: "--draw", value: "DIR",
                help: "writes each image there as PNG with the boxes drawn (made if absent)"),
            .init(name: "--json", value: nil, help: "print one JSON document a line, one an image"),
            .init(name: "--decoder", value: "KIND", help: "how to read a model without a preset: \(kinds)"),
        ] + VisionOptions.input + ModelOptions.running)

    private static var kinds: String { Preset.decoderKinds.joined(separator: ", ") }

    static func run(_ arguments: ParsedArguments) throws {
        let modelPath = arguments.positionals[0]
        let options = try ModelOptions.options(arguments)
        var preset = try VisionOptions.preset(arguments, task: .detect, model: modelPath)
        preset.detection = DetectionOptions(
            scoreThreshold: try arguments.number("--threshold", in: 0...1),
            overlapThreshold: try arguments.number("--iou", in: 0...1),
            classAgnostic: arguments.has("--class-agnostic") ? true : nil,
            mostDetections: try arguments.integer("--max", in: 1...100_000)
        ).completed(with: preset.detection)
        let model = try Model(path: modelPath)
        let shapes = try VisionOptions.shapes(arguments, model: model, preset: preset)
        let session = try model.session(options: options, shapes: shapes)
        let run: DetectionRun
        do {
            run = try DetectionRun(session: session, preset: preset)
        } catch {
            throw ModelError(path: modelPath, reason: "\(error)")
        }
        var album = try arguments.last("--draw").map { try Album(folder: $0) }
        try ImageRun.forEach(Array(arguments.positionals.dropFirst())) { path, image in
            let result = try run.detect(image)
            try Output.print(
                arguments.has("--json")
                    ? json(path, image, result).text : table(path, image, result).joined(separator: "\n"))
            try album?.add(path, drawn(image, result.detections))
        }
    }

    private static func json(_ path: String, _ image: Image, _ result: DetectionRun.Result) -> JSONValue {
        func pixels(_ value: Float) -> JSONValue { JSONValue(Figures.rounded(Double(value), digits: 2)) }
        let detections = result.detections.map { item -> JSONValue in
            [
                "label": JSONValue(item.label), "class": JSONValue(item.classIndex),
                "score": JSONValue(Figures.rounded(Double(item.score), digits: 6)),
                "box": [
                    "x": pixels(item.box.x), "y": pixels(item.box.y), "width": pixels(item.box.width),
                    "height": pixels(item.box.height),
                ],
            ]
        }
        return [
            "image": JSONValue(path), "width": JSONValue(image.width), "height": JSONValue(image.height),
            "ms": JSONValue(Figures.rounded(result.seconds * 1e3, digits: 3)), "detections": JSONValue(detections),
        ]
    }

    private static func table(_ path: String, _ image: Image, _ result: DetectionRun.Result) -> [String] {
        let times = [result.seconds, result.modelSeconds].map { Figures.text($0 * 1e3, digits: 1) }
        let width = result.detections.map(\.label.count).max() ?? 0
        var lines = ["\(path)  \(image.width)x\(image.height)  \(times[0]) ms, \(times[1]) of them in the model"]
        for item in result.detections {
            let box = [item.box.x, item.box.y, item.box.width, item.box.height].map {
                Figures.text(Double($0), digits: 1)
            }
            lines.append(
                "  \(Figures.column(item.label, width: width))  \(Figures.text(Double(item.score), digits: 3))"
                    + "  at \(box[0]), \(box[1])  size \(box[2]) x \(box[3])")
        }
        return lines + (result.detections.isEmpty ? ["  nothing found"] : [])
    }

    private static func drawn(_ image: Image, _ detections: [Detection]) -> Image {
        image.annotated(
            with: detections.map { item in
                Annotation(
                    box: item.box, label: "\(item.label) \(Figures.text(Double(item.score), digits: 2))",
                    colour: Palette.colour(of: item.classIndex))
            })
    }
}

/// A session with the detector that feeds and reads it.
private final class DetectionRun {
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
