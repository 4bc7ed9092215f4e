// Images through a model, one after another.
import Arete
import Engine
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

/// Numbers as results show them.
enum Figures {
    /// `value` with so many digits after the point.
    static func text(_ value: Double, digits: Int) -> String {
        var power = 1.0
        for _ in 0..<digits { power *= 10 }
        let scaled = (value.magnitude * power).rounded()
        guard scaled < 1e15 else { return "\(value)" }
        let whole = String(Int(scaled))
        let padded = String(repeating: "0", count: max(0, digits + 1 - whole.count)) + whole
        let sign = value < 0 && scaled > 0 ? "-" : ""
        return sign + padded.dropLast(digits) + (digits > 0 ? "." + padded.suffix(digits) : "")
    }

    /// `value` rounded to so many digits after the point.
    static func rounded(_ value: Double, digits: Int) -> Double { Double(text(value, digits: digits)) ?? value }

    /// `label` in a column of `width`; control characters, which a preset may have brought, become `?`.
    static func column(_ label: String, width: Int) -> String {
        let plain = String(
            String.UnicodeScalarView(label.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
        return plain + String(repeating: " ", count: max(0, width - plain.count))
    }
}
