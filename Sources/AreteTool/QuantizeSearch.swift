// The search of arete quantize for the cheapest mix of int8 and float layers that holds the accuracy.
import Arete
import Engine
import Evaluation
import Glibc
import Graphs
import JSON
import ONNXFormat
import Quantizer
import Tensors
import Vision

struct QuantizeSearch {
    struct Outcome {
        var model: QuantizedModel
        var search: QuantizationReport.Search
    }

    private let task: QuantizeTask
    private let search: QuantizeTask.Search
    private let arguments: ParsedArguments
    private let preset: Preset
    /// Scores so far, beside the model: a search that was stopped goes on from here.
    private var statePath: String { task.output + ".search.json" }

    init(_ task: QuantizeTask, _ search: QuantizeTask.Search, _ arguments: ParsedArguments, _ preset: Preset) {
        self.task = task
        self.search = search
        self.arguments = arguments
        self.preset = preset
    }

    /// Scores models until the cheapest is found; the best so far is in the output file at any time.
    func run(
        _ layers: [LayerReport], always: Set<String>, float: Session,
        quantized: (Set<String>) throws -> QuantizedModel, milliseconds: (QuantizedModel) throws -> Double,
        progress: (Progress) -> Void
    ) throws -> Outcome {
        let judge = try Judge(search.annotations, arguments, preset)
        let memory = SearchMemory(path: statePath, key: key)
        var known = try memory.read()
        let floatScore = try known[["*float*"]]?.score ?? judge.score(float)
        known[["*float*"]] = MixSearch.Scored(score: floatScore, milliseconds: 0)
        var hunt = MixSearch(
            layers.filter { !always.contains($0.name) }.compactMap(\.candidate),
            target: floatScore - search.maxDrop, evaluations: search.evaluations, known: known)
        var models: [Set<String>: QuantizedModel] = [:]
        var asked = 0
        try hunt.run { wide in
            let model = try quantized(wide.union(always))
            models = [wide: model]
            asked += 1
            progress(Progress(done: min(asked, search.evaluations), total: search.evaluations))
            let session = try Session(Executable(model.graph, options: task.options.engine))
            return MixSearch.Scored(score: try judge.score(session), milliseconds: try milliseconds(model))
        } found: { state, isBetter in
            try memory.write(state.known)
            guard isBetter, let best = state.best, let model = models[best.wide] else { return }
            try ONNXWriter.write(model.graph, to: task.output, version: AreteTool.version)
        }
        guard let best = hunt.best else { throw QuantizerError.model("the search judged no model") }
        let model = try models[best.wide] ?? quantized(best.wide.union(always))
        return Outcome(
            model: model,
            search: QuantizationReport.Search(
                float: floatScore, target: hunt.target, mix: best, extraMilliseconds: hunt.extraMilliseconds))
    }

    /// What the scores depend on besides the layers: both files as they are now, and every option that is not about the search itself.
    private var key: String {
        let options = QuantizeCommand.form.options.map(\.name).filter {
            !Self.neutral.contains($0) && arguments.has($0)
        }
        let settings = options.map { ([$0] + arguments.all($0)).joined(separator: " ") }
        return (["arete \(AreteTool.version)", state(of: task.model), state(of: search.annotations)] + settings)
            .joined(separator: "\n")
    }

    private static let neutral: Set = [
        "-o", "--max-drop", "--evaluations", "--check", "--report", "--json", "--threads", "--no-cache",
    ]

    private func state(of path: String) -> String {
        var status = stat()
        guard stat(path, &status) == 0 else { return path }
        return "\(path) \(status.st_size) bytes of \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
    }
}

/// Average precision on annotated images, in points.
private struct Judge {
    private let set: AnnotatedSet
    private let evaluation: EvalTask
    private let preset: Preset

    init(_ annotations: String, _ arguments: ParsedArguments, _ preset: Preset) throws {
        evaluation = EvalTask(
            annotations: annotations,
            images: arguments.last("--eval-images") ?? annotations.lastIndex(of: "/").map { String(annotations[..<$0]) }
                ?? ".")
        var preset = preset
        preset.detection = DetectionOptions(scoreThreshold: 0.001).completed(with: preset.detection)
        self.preset = preset
        set = try AnnotatedSet(evaluation, labels: preset.labels)
    }

    func score(_ session: Session) throws -> Double {
        let judgement = try set.judgement(of: try DetectionRun(session: session, preset: preset), evaluation)
        return 100 * (judgement.precision.mean() ?? 0)
    }
}

extension EvalTask {
    /// All classes on the images as they are, without intervals.
    fileprivate init(annotations: String, images: String) {
        self.annotations = annotations
        self.images = images
        options = Judgement.Options(samples: 0)
        (classes, ignored, corruptions) = (nil, [], [])
    }
}

/// The scores of a search in a file.
private struct SearchMemory {
    let path: String
    let key: String

    /// Scores of an earlier search for the same thing; empty where there was none.
    func read() throws -> [Set<String>: MixSearch.Scored] {
        guard access(path, F_OK) == 0 else { return [:] }
        let file = try MappedFile(path: path)
        let fields = try JSONFields(try JSONReader.read(file.bytes, source: path), source: path)
        guard try fields.string("search") == key else { return [:] }
        var known: [Set<String>: MixSearch.Scored] = [:]
        guard case .array(let entries)? = fields.value("scores")?.content else { return known }
        for entry in entries {
            let entry = try JSONFields(entry, source: path)
            guard let score = try entry.number("score", in: -1e9...1e9), let time = try entry.number("ms", in: 0...1e9)
            else { continue }
            known[Set(try entry.strings("float") ?? [])] = MixSearch.Scored(score: score, milliseconds: time)
        }
        return known
    }

    func write(_ known: [Set<String>: MixSearch.Scored]) throws {
        let scores = known.sorted { ($0.key.count, $0.value.score) < ($1.key.count, $1.value.score) }.map {
            wide, scored -> JSONValue in
            [
                "float": JSONValue(wide.sorted().map { JSONValue($0) }), "score": JSONValue(scored.score),
                "ms": JSONValue(scored.milliseconds),
            ]
        }
        try TextFolder.write(
            JSONValue(.object([JSONMember("search", JSONValue(key)), JSONMember("scores", JSONValue(scores))])).text
                + "\n",
            to: path)
    }
}
