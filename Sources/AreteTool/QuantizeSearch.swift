// The search of arete quantize for the cheapest mix of int8 and float layers that holds the accuracy.
import Arete
import Engine
import Evaluation
import ONNXFormat
import Quantizer
import Vision

struct QuantizeSearch {
    struct Outcome {
        var model: QuantizedModel
        var search: QuantizationReport.Search
    }

    let task: QuantizeTask
    let search: QuantizeTask.Search
    let judge: SearchJudge
    /// Scores so far, beside the model: a search that was stopped goes on from here.
    let memory: SearchMemory

    /// Scores models until the cheapest is found; the best so far is in the output file at any time.
    func run(
        _ layers: [LayerReport], float: Session, quantized: (Set<String>) throws -> QuantizedModel,
        milliseconds: (QuantizedModel) throws -> Double, progress: (Progress) -> Void
    ) throws -> Outcome {
        let always = task.options.wideLayers
        var state = try memory.read()
        let floatScore = try state.float ?? judge.score(float)
        guard floatScore > 0 else {
            throw QuantizerError.model(
                "the float model finds nothing that \(search.annotations) has: its AP is 0; check its preset and the labels"
            )
        }
        state.float = floatScore
        // Costs are measured anew each time; a search that goes on asks in the order that it began with.
        let candidates = state.candidates ?? layers.filter { !always.contains($0.name) }.compactMap(\.candidate)
        state.candidates = candidates
        var hunt = MixSearch(
            candidates, target: floatScore - search.maxDrop, evaluations: search.evaluations, known: state.known)
        var models: [Set<String>: QuantizedModel] = [:]
        var asked = 0
        try hunt.run { wide in
            let model = try quantized(wide.union(always))
            models = [wide: model]
            asked += 1
            progress(Progress(done: min(asked, search.evaluations), total: search.evaluations))
            let session = try Session(Executable(model.graph, options: task.options.engine))
            return MixSearch.Scored(score: try judge.score(session), milliseconds: try milliseconds(model))
        } found: { hunt, isBetter in
            if isBetter, let best = hunt.best, let model = models[best.wide] {
                try ONNXWriter.write(model.graph, to: task.output, version: AreteTool.version)
            }
            // After the model: what is remembered as the best is never ahead of the file.
            state.known = hunt.known
            try memory.write(state)
        }
        guard let best = hunt.best else { throw QuantizerError.model("the search judged no model") }
        let model = try models[best.wide] ?? quantized(best.wide.union(always))
        return Outcome(
            model: model,
            search: QuantizationReport.Search(
                float: floatScore, target: hunt.target, mix: best, extraMilliseconds: hunt.extraMilliseconds))
    }
}

/// Average precision on annotated images, in points, as `arete eval` measures it.
struct SearchJudge {
    private let set: AnnotatedSet
    private let evaluation: EvalTask
    private let preset: Preset

    /// Reads the annotations and finds every image.
    init(_ search: QuantizeTask.Search, _ arguments: ParsedArguments, _ preset: Preset) throws {
        let annotations = search.annotations
        evaluation = EvalTask(
            annotations: annotations,
            images: arguments.last("--eval-images") ?? annotations.lastIndex(of: "/").map { String(annotations[..<$0]) }
                ?? ".")
        var preset = preset
        preset.detection = DetectionOptions(
            scoreThreshold: EvalCommand.lowestScore, mostDetections: EvalCommand.mostDetections
        ).completed(with: preset.detection)
        self.preset = preset
        set = try AnnotatedSet(evaluation, labels: preset.labels)
    }

    var files: [String] { self.set.files }

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
