// arete quantize: from a float model to an int8 one.
import Arete
import Engine
import Evaluation
import Glibc
import Graphs
import ONNXFormat
import Quantizer
import Vision

enum QuantizeCommand: Command {
    static let form = CommandForm(
        name: "quantize", summary: "Makes an int8 model (QDQ ONNX) of a float one",
        positionals: "FLOAT.onnx --calibration ... -o INT8.onnx", positionalCount: 1...1,
        options: [
            .init(
                name: "--calibration", value: "DIR|annotations.json|FILE ...",
                help: "images to calibrate on; or .npy arrays, one for each input", takesMany: true),
            .init(name: "-o", value: "INT8.onnx", help: "the file to write; one that is there is replaced"),
            .init(
                name: "--images", value: "DIR", help: "folder that a COCO file's names start from (default: its own)"),
            .init(
                name: "--samples", value: "N",
                help: "images, spread over all; parts of them and mirror images where they are fewer (default 128)"),
            .init(
                name: "--method", value: "NAME",
                help: "how ranges are chosen: \(RangeMethod.names.joined(separator: ", ")) (default minmax)"),
            .init(name: "--percentile", value: "P", help: "what --method percentile keeps, in % (default 99.99)"),
            .init(name: "--activations", value: "TYPE", help: "uint8 (default) or int8"),
            .init(
                name: "--weights", value: "FORMAT",
                help:
                    "int8 (default), power-of-two (int8 whose magnitudes are powers of two) or int4 (blocks; activations stay float)"
            ),
            .init(name: "--no-equalization", value: nil, help: "leaves the channels of a tensor as unlike as they are"),
            .init(name: "--no-bias-correction", value: nil, help: "leaves in what rounding shifts and shrinks"),
            .init(name: "--float", value: "LAYER ...", help: "layers that stay in float", takesMany: true),
            .init(
                name: "--widen", value: "DB",
                help:
                    "keeps layers in float that alone bring the outputs under this signal to noise (default 16; 0: none)"
            ),
            .init(
                name: "--speed", value: "N",
                help:
                    "spends on float layers, the most rewarding first, what keeps the model N times as fast as in float"
            ),
            .init(
                name: "--max-drop", value: "P",
                help: "with --eval: widens the cheapest layers until at most so many points of AP are lost"),
            .init(
                name: "--eval", value: "annotations.json", help: "annotated images that judge the models of the search"),
            .init(
                name: "--eval-images", value: "DIR", help: "folder that its file names start from (default: its own)"),
            .init(name: "--evaluations", value: "N", help: "models that the search judges anew at most (default 40)"),
            .init(
                name: "--check", value: "IMAGE|DIR ...",
                help: "images on which both models' detections are compared", takesMany: true),
            .init(name: "--report", value: "DIR", help: "writes report.html and report.json there (made if absent)"),
            ModelOptions.json,
            .init(name: "--decoder", value: "KIND", help: "how to read a detector without a preset: \(kinds)"),
        ] + VisionOptions.input + ModelOptions.running)

    private static var kinds: String { Preset.decoderKinds.joined(separator: ", ") }

    static func run(_ arguments: ParsedArguments) throws {
        let task = try QuantizeTask(arguments)
        try task.checkOutput()
        let folder = try arguments.last("--report").map { try TextFolder($0) }
        do {
            let work = try QuantizeWork(task, arguments)
            let report = try work.run()
            try folder?.write(report.html, as: "report.html")
            try folder?.write(report.json.indentedText + "\n", as: "report.json")
            try Output.print(arguments.has("--json") ? report.json.text : report.text)
            if let search = report.search, search.mix.scored.score < search.target {
                Output.error(
                    "arete: no mix of layers within \(Figures.text(search.float - search.target, digits: 2)) points was found; "
                        + "the best one is in \(task.output)")
                throw AlreadyReported()
            }
        } catch let error as QuantizerError {
            throw ModelError(path: task.model, reason: error.description)
        }
    }
}

/// What the command line asks for, checked before any work is done.
struct QuantizeTask {
    let model: String
    let output: String
    let calibration: [String]
    /// Whether the calibration data are arrays, one file for each input, and no images.
    var calibratesOnArrays: Bool { calibration.allSatisfy { $0.hasSuffix(".npy") } }
    let samples: Int
    let options: QuantizerOptions
    let equalizes: Bool
    /// Decibels; 0: no layer is widened.
    let widen: Double
    /// How many times as fast as the float model the result shall be at least; `nil`: as fast as it is.
    let speed: Double?
    let search: Search?

    struct Search {
        var maxDrop: Double
        var annotations: String
        var evaluations: Int
    }

    /// Fails before any work is done where the result could not be written after it, or would take the place of what it is made of.
    func checkOutput() throws {
        var (status, other) = (stat(), stat())
        if stat(output, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw ModelError(path: output, reason: "is no file that could be replaced")
            }
            let sources = [model, search?.annotations].compactMap { $0 } + calibration
            for source in sources where stat(source, &other) == 0 {
                guard (status.st_dev, status.st_ino) != (other.st_dev, other.st_ino) else {
                    throw UsageError("-o '\(output)' would replace '\(source)', which the model is made of")
                }
            }
        }
        guard !output.isEmpty, !output.hasSuffix("/") else { throw UsageError("-o '\(output)' is no name of a file") }
        let folder = output.lastIndex(of: "/").map { String(output[...$0]) } ?? "."
        guard access(folder, W_OK | X_OK) == 0 else {
            throw ModelError(path: output, reason: "cannot be written: " + String(cString: strerror(errno)))
        }
    }

    init(_ arguments: ParsedArguments) throws {
        model = arguments.positionals[0]
        guard let output = arguments.last("-o") else { throw UsageError("-o is missing; see 'arete quantize --help'") }
        calibration = arguments.all("--calibration")
        guard !calibration.isEmpty else {
            throw UsageError("--calibration is missing: a folder of images, a COCO file or .npy arrays")
        }
        self.output = output
        samples = try arguments.integer("--samples", in: 1...1_000_000) ?? 128
        let percent = try arguments.number("--percentile", in: 50...100) ?? 99.99
        guard let method = RangeMethod(name: arguments.last("--method") ?? "minmax", percent: percent) else {
            throw UsageError("--method must be one of \(RangeMethod.names.joined(separator: ", "))")
        }
        let types: [String: ElementType] = ["uint8": .uint8, "int8": .int8]
        guard let activations = types[arguments.last("--activations") ?? "uint8"] else {
            throw UsageError("--activations must be uint8 or int8")
        }
        let weights = try VisionOptions.choice(arguments, "--weights") ?? WeightFormat.int8
        // Where no activation is rounded, weights are better left as they were trained.
        equalizes = !arguments.has("--no-equalization") && weights != .int4
        widen = try arguments.number("--widen", in: 0...120) ?? 16
        speed = try arguments.number("--speed", in: 1...100)
        options = QuantizerOptions(
            method: method, activations: activations, weights: weights, wideLayers: Set(arguments.all("--float")),
            correctsBiases: !arguments.has("--no-bias-correction"), engine: try ModelOptions.options(arguments))
        let drop = try arguments.number("--max-drop", in: 0...100)
        let annotations = arguments.last("--eval")
        guard (drop == nil) == (annotations == nil) else {
            throw UsageError("--max-drop and --eval go together: points of AP, and the images that judge them")
        }
        guard weights != .int4 || drop == nil && speed == nil else {
            throw UsageError("--max-drop and --speed choose between int8 and float: not with --weights int4")
        }
        guard drop == nil || speed == nil else {
            throw UsageError(
                "--max-drop and --speed exclude each other: a search decides what stays in float by accuracy")
        }
        let evaluations = try arguments.integer("--evaluations", in: 1...100_000) ?? 40
        search = annotations.flatMap { annotations in
            drop.map { Search(maxDrop: $0, annotations: annotations, evaluations: evaluations) }
        }
    }
}
