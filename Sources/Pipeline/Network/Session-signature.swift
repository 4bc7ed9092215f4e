// A session's inputs and outputs as presets and decoders speak of them.
import Engine
import Tensors
import Vision

extension Session {
    /// Names and types of the inputs and outputs. Where output shapes depend on values, the model runs once to find them.
    public func signature() throws -> ModelSignature {
        if (0..<outputCount).contains(where: { outputType($0) == nil }) { try run() }
        return ModelSignature(
            inputs: (0..<inputCount).map { TensorPort(inputName($0), inputType($0)) }, outputs: try outputPorts())
    }

    /// Names and types of the outputs.
    /// - Throws: `RunError` before the first run of a model whose output shapes depend on values.
    public func outputPorts() throws -> [TensorPort] {
        try (0..<outputCount).map { index in
            guard let type = outputType(index) else { throw RunError.badInput("output \(index) has no shape") }
            return TensorPort(outputName(index), type)
        }
    }

    /// Calls `body` with all outputs where they lie.
    public func withOutputs<Result>(_ body: ([OutputView]) throws -> Result) throws -> Result {
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
