// arete detect: what is on images, and where.
import Arete
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
                name: "--reference", value: "IMAGE",
                help: "what the images should look like, for models that compare with it"),
            .init(
                name: "--draw", value: "DIR",
                help: "writes each image there as PNG with the boxes drawn (made if absent)"),
            .init(name: "--json", value: nil, help: "print one JSON document a line, one an image"),
            .init(name: "--decoder", value: "KIND", help: "how to read a model without a preset: \(kinds)"),
        ] + TileOptions.form + VisionOptions.input + ModelOptions.running)

    private static var kinds: String { Preset.decoderKinds.joined(separator: ", ") }

    static func run(_ arguments: ParsedArguments) throws {
        let modelPath = arguments.positionals[0]
        var preset = try VisionOptions.preset(arguments, task: .detect, model: modelPath)
        preset.detection = DetectionOptions(
            scoreThreshold: try arguments.number("--threshold", in: 0...1),
            overlapThreshold: try arguments.number("--iou", in: 0...1),
            classAgnostic: arguments.has("--class-agnostic") ? true : nil,
            mostDetections: try arguments.integer("--max", in: 1...100_000)
        ).completed(with: preset.detection)
        let run = try DetectionRun(arguments, model: modelPath, preset: preset)
        let reference = try reference(arguments, run, modelPath)
        var album = try arguments.last("--draw").map { try Album(folder: $0) }
        try ImageRun.forEach(Array(arguments.positionals.dropFirst())) { path, image in
            let result = try run.detect(image, reference: reference)
            try Output.print(
                arguments.has("--json")
                    ? json(path, image, result).text : table(path, image, result).joined(separator: "\n"))
            try album?.add(path, drawn(image, result.detections))
        }
    }

    /// The picture of `--reference`, which is there where the model needs it and only there.
    private static func reference(_ arguments: ParsedArguments, _ run: DetectionRun, _ model: String) throws -> Image? {
        guard let path = arguments.last("--reference") else {
            guard !run.needsReference else {
                throw UsageError("\(model) compares images with how they should look: give --reference IMAGE")
            }
            return nil
        }
        guard run.needsReference else { throw UsageError("\(model) takes no --reference: it looks at images alone") }
        do { return try Image.read(path: path) } catch { throw ModelError(path: path, reason: "\(error)") }
    }

    /// Figures with all their digits, so that other programs judge what was found as `arete eval` does.
    private static func json(_ path: String, _ image: Image, _ result: DetectionRun.Result) -> JSONValue {
        let detections = result.detections.map { item -> JSONValue in
            [
                "label": JSONValue(item.label), "class": JSONValue(item.classIndex),
                "score": JSONValue(item.score),
                "box": [
                    "x": JSONValue(item.box.x), "y": JSONValue(item.box.y), "width": JSONValue(item.box.width),
                    "height": JSONValue(item.box.height),
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
