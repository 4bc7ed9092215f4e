// arete eval: how good a detector is on annotated images.
import Evaluation
import Imaging
import JSON
import Vision

enum EvalCommand: Command {
    static let form = CommandForm(
        name: "eval", summary: "Measures how good a detector is on annotated images", positionals: "MODEL",
        positionalCount: 1...1,
        options: [
            .init(name: "--annotations", value: "FILE", help: "what is on the images, in COCO's JSON (required)"),
            .init(
                name: "--images", value: "DIR", help: "folder that the annotations' file names start from (required)"),
            .init(
                name: "--iou", value: "T", help: "overlap from which on a detection answers an object (default 0.33)"),
            .init(
                name: "--threshold", value: "T",
                help: "score to judge escapes and false calls at (default: where F is best)"),
            .init(name: "--classes", value: "A,B", help: "judge these categories alone"),
            .init(
                name: "--ignore-class", value: "NAME",
                help: "category whose boxes are regions where nothing counts (repeatable)"),
            .init(
                name: "--lowest-score", value: "T",
                help: "detections below count nowhere, not even in AP (default 0.001)"),
            .init(name: "--max", value: "N", help: "detections an image at most (default 100)"),
            .init(
                name: "--nms-iou", value: "T", help: "overlap above which the weaker of two boxes is dropped, 0 to 1"),
            .init(name: "--class-agnostic", value: nil, help: "boxes of different classes drop each other too"),
            .init(
                name: "--corrupt", value: "A,B",
                help: "judge corrupted images too, at five strengths each: all, or some of \(corruptions)"),
            .init(name: "--report", value: "DIR", help: "writes report.html and figures.json there (made if absent)"),
            ModelOptions.json,
            .init(name: "--decoder", value: "KIND", help: "how to read a model without a preset: \(kinds)"),
        ] + TileOptions.form + VisionOptions.input + ModelOptions.running)

    /// Detections that count: from this score on, and so many an image.
    static let lowestScore = 0.001
    static let mostDetections = 100

    private static var corruptions: String { Corruption.allCases.map(\.rawValue).joined(separator: ", ") }
    private static var kinds: String { Preset.decoderKinds.joined(separator: ", ") }

    static func run(_ arguments: ParsedArguments) throws {
        let modelPath = arguments.positionals[0]
        let task = try EvalTask(arguments)
        var preset = try VisionOptions.preset(arguments, task: .detect, model: modelPath)
        preset.detection = DetectionOptions(
            scoreThreshold: try arguments.number("--lowest-score", in: 0...1) ?? lowestScore,
            overlapThreshold: try arguments.number("--nms-iou", in: 0...1),
            classAgnostic: arguments.has("--class-agnostic") ? true : nil,
            mostDetections: try arguments.integer("--max", in: 1...100_000) ?? mostDetections
        ).completed(with: preset.detection)
        let set = try AnnotatedSet(task, labels: preset.labels)
        let folder = try arguments.last("--report").map { try TextFolder($0) }
        let run = try DetectionRun(arguments, model: modelPath, preset: preset)
        let judgement = try set.judgement(of: run, task)
        if let folder {
            let report = Report(
                judgement, model: modelPath, annotations: task.annotations, names: set.names,
                program: "arete \(AreteTool.version)")
            try folder.write(report.html(read: set.image), as: "report.html")
            try folder.write(judgement.json.indentedText + "\n", as: "figures.json")
        }
        try Output.print(arguments.has("--json") ? judgement.json.text : judgement.text)
    }
}

/// What the command line asks for, checked before any work is done.
struct EvalTask {
    let annotations: String
    let images: String
    let options: Judgement.Options
    let classes: [String]?
    let ignored: [String]
    let corruptions: [Corruption]

    init(_ arguments: ParsedArguments) throws {
        guard let annotations = arguments.last("--annotations") else {
            throw UsageError("--annotations FILE is missing; see 'arete eval --help'")
        }
        guard let images = arguments.last("--images") else {
            throw UsageError("--images DIR is missing; see 'arete eval --help'")
        }
        self.annotations = annotations
        self.images = images
        options = Judgement.Options(
            overlap: try arguments.number("--iou", in: 0.01...1) ?? 0.33,
            threshold: try arguments.number("--threshold", in: 0...1))
        classes = arguments.has("--classes") ? Self.names(arguments.all("--classes")) : nil
        ignored = Self.names(arguments.all("--ignore-class"))
        let corrupted = Self.names(arguments.all("--corrupt"))
        if arguments.has("--corrupt"), corrupted.isEmpty {
            throw UsageError("--corrupt names no corruption; see 'arete eval --help'")
        }
        do {
            corruptions = try Corruption.list(corrupted)
        } catch {
            throw UsageError("--corrupt: \(error)")
        }
    }

    private static func names(_ lists: [String]) -> [String] {
        lists.flatMap { $0.split(separator: ",").map { String($0.drop { $0 == " " }) } }.filter { !$0.isEmpty }
    }
}
