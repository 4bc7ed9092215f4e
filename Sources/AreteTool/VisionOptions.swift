// The options that subcommands with images share, and the preset they add up to.
import Arete
import Graphs
import Pipeline
import Vision

enum VisionOptions {
    static let input: [CommandForm.Option] = [
        .init(
            name: "--preset", value: "FILE",
            help: "what the model's input and outputs mean, if no preset lies beside it"),
        .init(name: "--labels", value: "FILE", help: "the classes' names, one a line"),
        .init(name: "--size", value: "WxH", help: "size of the input where the model leaves it open, such as 640x480"),
        .init(name: "--colour", value: "NAME", help: "what the model takes: rgb, bgr or grey"),
        .init(name: "--layout", value: "NAME", help: "where the input has its channels: nchw or nhwc"),
        .init(name: "--resize", value: "NAME", help: "how an image is made to fit: letterbox, stretch or crop"),
        .init(name: "--align", value: "NAME", help: "where a letterbox puts the image: centre or top-left"),
        .init(name: "--filter", value: "NAME", help: "how an image is resized: bilinear or area"),
        .init(name: "--pad", value: "V", help: "pixel value round a letterboxed image, 0 to 255"),
        .init(
            name: "--scale", value: "S",
            help: "the model gets (pixel * S - M) / D; these three replace the preset's together"),
        .init(name: "--mean", value: "M[,M,M]", help: "see --scale; one number or one for each channel"),
        .init(name: "--std", value: "D[,D,D]", help: "see --scale"),
    ]

    /// The preset for `task`: from `--preset`, of `--decoder`, or beside the model, changed by the other options.
    static func preset(_ arguments: ParsedArguments, task: Preset.Task, model path: String) throws -> Preset {
        var preset = try base(arguments, task: task, model: path)
        guard preset.task == task else {
            throw ModelError(
                path: path, reason: "its preset is for 'arete \(preset.task.rawValue)', not for '\(task.rawValue)'")
        }
        try complete(&preset, arguments)
        return preset
    }

    /// The preset for whatever task it is for; where nothing tells, a classifier's.
    static func preset(_ arguments: ParsedArguments, model path: String) throws -> Preset {
        var preset = try base(arguments, task: .classify, model: path)
        try complete(&preset, arguments)
        return preset
    }

    private static func complete(_ preset: inout Preset, _ arguments: ParsedArguments) throws {
        if let labels = arguments.last("--labels") { try preset.readLabels(from: labels) }
        preset.input = try inputOptions(arguments).completed(with: preset.input)
    }

    private static func base(_ arguments: ParsedArguments, task: Preset.Task, model path: String) throws -> Preset {
        let file = arguments.last("--preset")
        if let kind = arguments.last("--decoder") {
            guard file == nil else { throw UsageError("--preset and --decoder exclude each other") }
            return try Preset.detector(kind: kind)
        }
        if let file { return try Preset.read(file) }
        if let preset = try PresetLocator.preset(forModel: path) { return preset }
        guard task == .classify else {
            let kinds = Preset.decoderKinds.joined(separator: ", ")
            throw ModelError(
                path: path, reason: "no preset lies beside it: give --preset FILE, or --decoder with one of \(kinds)")
        }
        return .classifier
    }

    private static func inputOptions(_ arguments: ParsedArguments) throws -> InputOptions {
        let size = try size(arguments)
        return InputOptions(
            width: size?.width, height: size?.height, colour: try choice(arguments, "--colour"),
            layout: try choice(arguments, "--layout"),
            resize: try choice(arguments, "--resize"), align: try choice(arguments, "--align"),
            filter: try choice(arguments, "--filter"), pad: try arguments.number("--pad", in: 0...255),
            scale: try arguments.number("--scale", in: -1e6...1e6),
            mean: try numbers(arguments, "--mean", in: -1e6...1e6),
            std: try numbers(arguments, "--std", in: 1e-6...1e6))
    }

    /// The width and height that an option gives.
    static func size(_ arguments: ParsedArguments, _ option: String = "--size") throws -> (width: Int, height: Int)? {
        guard let text = arguments.last(option) else { return nil }
        let sides = text.split(separator: "x", omittingEmptySubsequences: false).compactMap { Int($0) }
        guard sides.count == 2, sides.allSatisfy({ (1...65536).contains($0) }), text.filter({ $0 == "x" }).count == 1
        else {
            throw UsageError("\(option) must look like 640x480, not '\(text)'")
        }
        return (sides[0], sides[1])
    }

    /// The shapes that `--shape` gives, and that of the image where the model leaves its size open and the preset gives one.
    static func shapes(_ arguments: ParsedArguments, model: Model, preset: Preset) throws -> [String: Shape] {
        var shapes = try ModelOptions.shapes(arguments)
        for input in model.graph.inputs where input.hasRank {
            let name = model.graph[input.value].name
            guard shapes[name] == nil, let shape = preset.input.imageShape(of: input.dimensions) else { continue }
            shapes[name] = shape
            break
        }
        return shapes
    }

    static func choice<Choice: RawRepresentable & CaseIterable>(
        _ arguments: ParsedArguments, _ option: String
    ) throws -> Choice? where Choice.RawValue == String {
        guard let word = arguments.last(option) else { return nil }
        guard let choice = Choice(rawValue: word) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError("\(option) must be one of \(known), not '\(word)'")
        }
        return choice
    }

    private static func numbers(
        _ arguments: ParsedArguments, _ option: String, in range: ClosedRange<Double>
    ) throws -> [Double]? {
        guard let text = arguments.last(option) else { return nil }
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Double($0) }
        guard numbers.count == parts.count, numbers.count == 1 || numbers.count == 3 else {
            throw UsageError("\(option) must be one number or three with commas, not '\(text)'")
        }
        guard numbers.allSatisfy(range.contains) else {
            throw UsageError("\(option) must be from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
        }
        return numbers
    }
}
