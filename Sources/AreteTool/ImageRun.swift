// Images through a model, one after another.
import Arete
import Engine
import Evaluation
import Imaging
import Tensors
import Vision

/// Runs `body` for each image that can be read. What goes wrong with one image is said on standard error, and the others follow.
enum ImageRun {
    /// - Throws: `AlreadyReported` at the end when any image failed; at once when standard output cannot be written.
    static func forEach(_ paths: [String], _ body: (String, Image) throws -> Void) throws {
        var hasFailed = false
        for path in paths {
            do {
                try body(path, try Image.read(path: path))
            } catch let error as OutputError {
                throw error
            } catch {
                Output.error("arete: \(path): \(error)")
                hasFailed = true
            }
        }
        if hasFailed { throw AlreadyReported() }
    }
}

extension Session {
    /// Names and types of the inputs and outputs. Where output shapes depend on values, the model runs once to find them.
    func signature() throws -> ModelSignature {
        if (0..<outputCount).contains(where: { outputType($0) == nil }) { try run() }
        return ModelSignature(
            inputs: (0..<inputCount).map { TensorPort(inputName($0), inputType($0)) }, outputs: try outputPorts())
    }

    func outputPorts() throws -> [TensorPort] {
        try (0..<outputCount).map { index in
            guard let type = outputType(index) else { throw RunError.badInput("output \(index) has no shape") }
            return TensorPort(outputName(index), type)
        }
    }

    /// Calls `body` with all outputs where they lie.
    func withOutputs<Result>(_ body: ([OutputView]) throws -> Result) throws -> Result {
        let ports = try outputPorts()
        func collect(_ views: [OutputView]) throws -> Result {
            guard views.count < ports.count else { return try body(views) }
            return try withOutput(views.count) { bytes in
                try collect(views + [try OutputView(ports[views.count], bytes)])
            }
        }
        return try collect([])
    }
}

/// Numbers as results show them; the same for all subcommands.
typealias Figures = Evaluation.Figures
