// The way from a float file to an int8 one, stage by stage.
import Arete
import Engine
import Evaluation
import Glibc
import Graphs
import Imaging
import ONNXFormat
import Pipeline
import Quantizer
import Vision

struct QuantizeWork {
    private let task: QuantizeTask
    private let arguments: ParsedArguments
    private let preset: Preset
    private let graph: Graph
    private let float: Session
    /// Images or arrays to calibrate on.
    private let calibrationFiles: [String]
    private let source: any CalibrationSource
    private let judge: SearchJudge?
    /// Images that both models are compared on.
    private let checked: [String]

    init(_ task: QuantizeTask, _ arguments: ParsedArguments) throws {
        self.task = task
        self.arguments = arguments
        let preset = try VisionOptions.preset(arguments, model: task.model)
        self.preset = preset
        if preset.task != .detect, let option = ["--check", "--eval"].first(where: arguments.has) {
            throw UsageError("\(option) needs a detector; give its preset, or --decoder KIND")
        }
        judge = try task.search.map { try SearchJudge($0, arguments, preset) }
        checked = try CalibrationFiles.list(arguments.all("--check"), imageFolder: arguments.last("--images")).map(
            \.path)
        let graph = try Self.graph(task, arguments, preset)
        self.graph = graph
        do {
            float = try Session(Executable(graph, options: task.options.engine))
            (calibrationFiles, source) = try Self.calibration(task, arguments, preset, float)
        } catch let error as QuantizerError {
            throw error
        } catch {
            throw ModelError(path: task.model, reason: "\(error)")
        }
    }

    /// The network in ONNX's vocabulary with the shapes of its inputs set.
    private static func graph(_ task: QuantizeTask, _ arguments: ParsedArguments, _ preset: Preset) throws -> Graph {
        let model = try Model(path: task.model)
        let shapes = try VisionOptions.shapes(arguments, model: model, preset: preset)
        var graph = model.graph
        do {
            if graph.convention == .tflite {
                try graph.fixInputShapes(shapes)
                try graph.foldConstants()
                graph = try ONNXWriter.standardForm(graph)
            }
            try graph.setInputShapes(shapes)
        } catch {
            throw ModelError(path: task.model, reason: "\(error)")
        }
        return graph
    }

    /// What to calibrate on, and the files that it comes from.
    private static func calibration(
        _ task: QuantizeTask, _ arguments: ParsedArguments, _ preset: Preset, _ session: Session
    ) throws -> (files: [String], source: any CalibrationSource) {
        if task.calibratesOnArrays {
            let types = (0..<session.inputCount).map { session.inputType($0) }
            let arrays = try ArraySource(paths: task.calibration, inputs: types)
            return (task.calibration, SampleSpread(arrays, count: task.samples))
        }
        let input = try ImageInput(preset, session)
        let images = try CalibrationFiles.list(
            task.calibration, imageFolder: arguments.last("--images"), comparing: input.reference != nil)
        let source = try ImageSource(
            images, specification: input.specification, input: input.place, reference: input.reference,
            wanted: task.samples)
        return (
            images.flatMap { [$0.path, $0.template].compactMap(\.self) }, SampleSpread(source, count: task.samples)
        )
    }

    func run() throws -> QuantizationReport {
        let stages = StageProgress()
        defer { stages.finish() }
        var quantizer = try Quantizer(graph, options: task.options) { stage, progress in stages.show(stage, progress) }
        if task.equalizes { try quantizer.equalize(on: source) }
        let calibration = try quantizer.calibrated(on: source)
        var sensitivities: [LayerSensitivity] = []
        // Weights alone bring little noise, and none that floats behind them would spare.
        if task.options.weights != .int4,
            task.widen > 0 || task.speed != nil || task.search != nil || arguments.has("--report")
        {
            sensitivities = try quantizer.sensitivities(calibration, on: source)
        }
        let full = try quantizer.draft(calibration, wide: task.options.wideLayers)
        var layers = try quantizer.layerReports(of: full, sensitivities, on: source)
        let floatTime = try quantizer.milliseconds(of: graph, on: source)
        let result: QuantizedModel
        var found: QuantizationReport.Search?
        if let search = task.search, let judge {
            let memory = SearchMemory(task, arguments, files: inputFiles + judge.files)
            let hunt = QuantizeSearch(task: task, search: search, judge: judge, memory: memory)
            let outcome = try hunt.run(layers, float: float) { wide in
                try quantizer.quantized(calibration, wide: wide, source: source)
            } milliseconds: { model in
                try quantizer.milliseconds(of: model.graph, on: source)
            } progress: {
                stages.show("models", $0)
            }
            result = outcome.model
            found = outcome.search
        } else {
            let wide = try wideLayers(quantizer, calibration, full, sensitivities, layers, floatTime)
            result = try quantizer.quantized(calibration, wide: wide, source: source)
        }
        try write(result)
        for index in layers.indices {
            layers[index].isWide = result.wideLayers.contains(layers[index].name)
            layers[index].isFloat = result.floatLayers.contains(layers[index].name)
        }
        let distances = try quantizer.distances(of: result, from: graph, on: source, samples: 8)
        let names = graph.outputs.map { graph[$0].name }
        var notes = result.notes
        if let agreement = try agreement(of: result) { notes.append(agreement) }
        return QuantizationReport(
            source: task.model, result: task.output, settings: settings, weights: task.options.weights,
            layers: layers, notes: notes,
            outputs: Array(zip(names, distances)).map { (name: $0.0, distance: $0.1) },
            floatMilliseconds: floatTime, integerMilliseconds: try quantizer.milliseconds(of: result.graph, on: source),
            search: found)
    }

    /// Layers that stay in float: those that are named, those that are too noisy, and those that the time allows.
    private func wideLayers(
        _ quantizer: Quantizer, _ calibration: Calibration, _ full: QuantizedModel,
        _ sensitivities: [LayerSensitivity], _ costs: [LayerReport], _ floatTime: Double
    ) throws -> Set<String> {
        let wide = task.options.wideLayers.union(quantizer.noisyLayers(sensitivities, below: task.widen))
        guard let speed = task.speed else { return wide }
        let candidates = costs.filter { !wide.contains($0.name) }.compactMap(\.candidate)
        let spent = costs.filter { wide.contains($0.name) }.reduce(0) { $0 + $1.extraMilliseconds }
        let allowed = floatTime / speed
        var budget = allowed - (try quantizer.milliseconds(of: full.graph, on: source)) - spent
        // What floats between bytes cost is only known once they are there: what was spent too much is taken back.
        for _ in 0..<6 where budget > 0 {
            let more = wide.union(MixSearch.affordable(candidates, milliseconds: budget))
            let model = try quantizer.draft(calibration, wide: more)
            let over = try quantizer.milliseconds(of: model.graph, on: source) - allowed
            if over <= 0 { return more }
            budget -= max(over, budget / 10)
        }
        return wide
    }

    /// What the models depend on: the float one, its preset and labels, the calibration data.
    private var inputFiles: [String] {
        let presets = PresetLocator.candidates(forModel: task.model)
        let options = ["--preset", "--labels", "--eval"].compactMap { arguments.last($0) }
        return [task.model] + presets + options + calibrationFiles
    }

    private func write(_ model: QuantizedModel) throws {
        do { try ONNXWriter.write(model.graph, to: task.output, version: AreteTool.version) } catch {
            throw ModelError(path: task.output, reason: "\(error)")
        }
    }

    private var settings: [(name: String, value: String)] {
        [
            ("method", task.options.method.name),
            ("activations", task.options.weights == .int4 ? "float32" : "\(task.options.activations)"),
            ("weights", task.options.weights.rawValue),
            ("samples", "\(source.count)"), ("equalization", task.equalizes ? "yes" : "no"),
            ("bias correction", task.options.correctsBiases && task.options.weights != .int4 ? "yes" : "no"),
            ("widen below dB", "\(task.widen)"),
        ]
    }

    /// What `--check` asks for: whether both models find the same.
    private func agreement(of model: QuantizedModel) throws -> String? {
        guard !checked.isEmpty else { return nil }
        let integer = try Session(Executable(model.graph, options: task.options.engine))
        let runs = [
            try DetectionRun(session: float, preset: preset), try DetectionRun(session: integer, preset: preset),
        ]
        var agreement = DetectionAgreement()
        for path in checked {
            let image = try Image.read(path: path)
            agreement.add(expected: try runs[0].detect(image).detections, found: try runs[1].detect(image).detections)
        }
        return "of \(agreement.expected) detections of the float model \(agreement.expectedMet) are found; "
            + "of \(agreement.found) found \(agreement.foundMet) are the float model's"
    }
}

/// One line on a terminal that says which stage runs and how far it is.
private final class StageProgress {
    private var bar: ProgressBar?
    private var stage = ""
    private var done = 0

    func show(_ stage: String, _ progress: Progress) {
        if stage != self.stage || progress.done <= done {
            bar?.finish()
            bar = ProgressBar(stage, total: progress.total)
            self.stage = stage
            done = 0
        }
        while done < progress.done {
            bar?.advance()
            done += 1
        }
    }

    func finish() { bar?.finish() }
}

/// How images become a model's input.
private struct ImageInput {
    let specification: InputSpecification
    /// Its place among the inputs.
    let place: Int
    /// The place of the input for the template, where the model compares.
    let reference: Int?

    init(_ preset: Preset, _ session: Session) throws {
        let signature = try session.signature()
        if preset.task == .detect {
            let detector = try Detector(preset: preset, model: signature)
            (specification, place) = (detector.preprocessor.specification, detector.imageInput)
            reference = detector.referenceInput
        } else {
            let classifier = try Classifier(preset: preset, model: signature)
            (specification, place) = (classifier.preprocessor.specification, classifier.imageInput)
            reference = nil
        }
    }
}
