// arete classify: what images show.
import Arete
import Engine
import Imaging
import JSON
import Pipeline
import Vision

enum ClassifyCommand: Command {
    static let form = CommandForm(
        name: "classify", summary: "Tells what images show", positionals: "MODEL IMAGE...",
        positionalCount: 2...1_000_000,
        options: [
            .init(name: "--top", value: "K", help: "classes reported for an image (default 5)"),
            .init(
                name: "--scores", value: "NAME", help: "what the model's output holds: logits, probabilities or auto"),
            .init(name: "--json", value: nil, help: "print one JSON document a line, one an image"),
        ] + VisionOptions.input + ModelOptions.running)

    static func run(_ arguments: ParsedArguments) throws {
        let modelPath = arguments.positionals[0]
        let options = try ModelOptions.options(arguments)
        var preset = try VisionOptions.preset(arguments, task: .classify, model: modelPath)
        if let top = try arguments.integer("--top", in: 1...100_000) { preset.classification.top = top }
        if let scores: ClassificationOptions.Scores = try VisionOptions.choice(arguments, "--scores") {
            preset.classification.scores = scores
        }
        let model = try Model(path: modelPath)
        let shapes = try VisionOptions.shapes(arguments, model: model, preset: preset)
        let session = try model.session(options: options, shapes: shapes)
        let classifier: Classifier
        do {
            classifier = try Classifier(preset: preset, model: try session.signature())
        } catch {
            throw ModelError(path: modelPath, reason: "\(error)")
        }
        try ImageRun.forEach(Array(arguments.positionals.dropFirst())) { path, image in
            let start = Clock.wall
            try session.withInput(classifier.imageInput) { try classifier.fill($0, from: image) }
            try session.run()
            let classes = try session.withOutputs { try classifier.classes(in: $0[classifier.output]) }
            let milliseconds = (Clock.wall - start) * 1e3
            try Output.print(
                arguments.has("--json")
                    ? json(path, milliseconds, classes).text
                    : table(path, milliseconds, classes).joined(separator: "\n"))
        }
    }

    private static func json(_ path: String, _ milliseconds: Double, _ classes: [Classification]) -> JSONValue {
        let list = classes.map { item -> JSONValue in
            [
                "label": JSONValue(item.label), "class": JSONValue(item.classIndex),
                "score": JSONValue(Figures.rounded(Double(item.score), digits: 6)),
            ]
        }
        return [
            "image": JSONValue(path), "ms": JSONValue(Figures.rounded(milliseconds, digits: 3)),
            "classes": JSONValue(list),
        ]
    }

    private static func table(_ path: String, _ milliseconds: Double, _ classes: [Classification]) -> [String] {
        let width = classes.map(\.label.count).max() ?? 0
        return ["\(path)  \(Figures.text(milliseconds, digits: 1)) ms"]
            + classes.map {
                "  \(Figures.column($0.label, width: width))  \(Figures.text(Double($0.score), digits: 3))"
            }
    }
}
