// arete infer: arrays in, arrays out.
import Arete
import Engine
import Glibc
import Tensors

enum InferCommand: Command {
    static let form = CommandForm(
        name: "infer", summary: "Runs a model on NumPy arrays and writes its outputs as NumPy arrays",
        positionals: "MODEL --output-dir DIR", positionalCount: 1...1,
        options: [
            .init(
                name: "--inputs", value: "A.npy [B.npy ...]", help: "the inputs in the model's order", takesMany: true),
            .init(
                name: "--output-dir", value: "DIR", help: "where out0.npy, out1.npy, ... are written (made if absent)"),
            .init(
                name: "--steps", value: "N",
                help: "runs N times with the state kept; inputs and outputs have a leading axis of N"),
            .init(name: "--trace", value: "FILE", help: "writes one line of CSV for each operator output"),
        ] + ModelOptions.running)

    static func run(_ arguments: ParsedArguments) throws {
        guard let directory = arguments.last("--output-dir") else {
            throw UsageError("--output-dir is missing; see 'arete infer --help'")
        }
        let steps = try arguments.integer("--steps", in: 1...1_000_000)
        let options = try ModelOptions.options(arguments, keepsEveryValue: arguments.has("--trace"))
        var shapes = try ModelOptions.shapes(arguments)
        let model = try Model(path: arguments.positionals[0])
        let given = try ModelInputs(paths: arguments.all("--inputs"))
        let inputs = given.tensors
        for (index, name) in try given.names(in: model).enumerated() {
            var shape = inputs[index].shape
            if let steps {
                guard shape.rank > 0, shape[0] == steps else {
                    throw ModelError(
                        path: model.path,
                        reason: "input \(index) must have a leading axis of \(steps) steps, not \(shape)")
                }
                shape.dimensions.removeFirst()
            }
            shapes[name] = shapes[name] ?? shape
        }
        let session = try model.session(options: options, shapes: shapes)
        try makeDirectory(directory)
        let outputs = try run(session, inputs: inputs, steps: steps)
        for (index, tensor) in outputs.enumerated() { try NumPyFile.write(tensor, to: "\(directory)/out\(index).npy") }
        if let path = arguments.last("--trace") { try Trace.write(session, to: path) }
    }

    private static func run(_ session: Session, inputs: [Tensor], steps: Int?) throws -> [Tensor] {
        var results: [[Tensor]] = []
        for step in 0..<(steps ?? 1) {
            for (index, input) in inputs.enumerated() {
                let frame = steps == nil ? input : try input.element(step)
                try session.setInput(index, to: frame.readAs(session.inputType(index)))
            }
            try session.run()
            results.append(try (0..<session.outputCount).map { try session.output($0) })
        }
        guard steps != nil else { return results[0] }
        return try (0..<session.outputCount).map { index in try Tensor(stacking: results.map { $0[index] }) }
    }

    private static func makeDirectory(_ path: String) throws {
        if mkdir(path, 0o777) != 0, errno != EEXIST {
            throw TensorError.file(path: path, reason: "cannot be made: " + String(cString: strerror(errno)))
        }
    }
}

extension Tensor {
    /// Entry `index` along the first axis.
    fileprivate func element(_ index: Int) throws -> Tensor {
        let type = TensorType(element, Shape(Array(shape.dimensions.dropFirst())))
        return try withUnsafeBytes { bytes in
            let start = index * type.byteCount
            return try Tensor(type, bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<start + type.byteCount]))
        }
    }

    /// The tensors joined along a new first axis; all must have one type.
    fileprivate init(stacking tensors: [Tensor]) throws {
        let first = tensors[0]
        guard tensors.allSatisfy({ $0.shape == first.shape }) else {
            throw RunError.badInput("outputs of the steps have different shapes")
        }
        let type = TensorType(first.element, Shape([tensors.count] + first.shape.dimensions))
        try self.init(type) { target in
            for (index, tensor) in tensors.enumerated() {
                tensor.withUnsafeBytes { source in
                    guard let base = source.baseAddress, let into = target.baseAddress else { return }
                    (into + index * source.count).copyMemory(from: base, byteCount: source.count)
                }
            }
        }
    }
}
