import Graphs
import Tensors

/// A model ready to run, with memory of its own.
///
/// Fill the inputs, call `run()`, read the outputs. A run allocates nothing, unless the model has shapes that depend on values.
/// Not for several threads at once; make a session for each.
public final class Session {
    public let executable: Executable
    private let pool: ThreadPool?
    private let worthSharing: UInt64
    private let run0: ProgramRun
    /// The rest of a graph with shapes that depend on values, prepared for those of the last run.
    private var rest: Session?
    private var restConstants: [[UInt8]] = []

    /// - Throws: `RunError.outOfMemory`.
    public convenience init(_ executable: Executable) throws(RunError) {
        try self.init(executable, worthSharing: StepSharing.usuallyWorthSharing)
    }

    /// - Parameter worthSharing: nanoseconds of a step that several threads share; with 0 they share every step.
    convenience init(_ executable: Executable, worthSharing: UInt64) throws(RunError) {
        let options = executable.options
        let pool =
            options.threads > 1
            ? ThreadPool(threadCount: options.threads, spinMicroseconds: options.spinMicroseconds) : nil
        try self.init(executable, pool: pool, worthSharing: worthSharing)
    }

    private init(_ executable: Executable, pool: ThreadPool?, worthSharing: UInt64) throws(RunError) {
        self.executable = executable
        self.pool = pool
        self.worthSharing = worthSharing
        run0 = try ProgramRun(executable.program, pool: pool, worthSharing: worthSharing)
    }

    // MARK: Inputs

    public var inputCount: Int { executable.program.inputs.count }
    public func inputName(_ index: Int) -> String { executable.program.inputs[index].name }
    public func inputType(_ index: Int) -> TensorType { executable.program.inputs[index].type }

    /// The memory of input `index`, to be filled before a run; it keeps its values.
    public func withInput<Result>(_ index: Int, _ body: (UnsafeMutableRawBufferPointer) throws -> Result) rethrows
        -> Result
    {
        let port = executable.program.inputs[index]
        return try body(run0.bytes(port.buffer, port.type))
    }

    /// Copies `tensor` into input `index`.
    /// - Throws: `.badInput` when element type or shape differ.
    public func setInput(_ index: Int, to tensor: Tensor) throws(RunError) {
        let type = inputType(index)
        guard tensor.element == type.element, tensor.shape == type.shape else {
            throw .badInput("input \(index) '\(inputName(index))' is \(type), not \(tensor.type)")
        }
        withInput(index) { target in tensor.withUnsafeBytes { target.copyMemory(from: $0) } }
    }

    // MARK: Running

    /// Computes the outputs from the inputs (and the state, which it advances).
    /// - Throws: `RunError` when values cannot be computed with.
    public func run() throws(RunError) {
        try run0.run()
        if let tail = executable.tail { try runRest(tail) }
    }

    /// Gives the model's state its initial values.
    public func reset() { run0.reset() }

    private func runRest(_ tail: Executable.Tail) throws(RunError) {
        // Short integer tensors are shapes, axes and the like; knowing them lets more of the graph be planned.
        let longestShape = 1024
        var constants: [[UInt8]] = []
        var graph = tail.graph
        var fed: [(input: Int, source: Int)] = []
        for boundary in tail.boundary {
            let port = executable.program.outputs[boundary.source]
            let bytes = run0.bytes(port.buffer, port.type)
            if boundary.mustBeConstant || !port.type.element.isFloat && port.type.shape.elementCount <= longestShape {
                constants.append(Array(bytes))
                do throws(TensorError) {
                    graph[boundary.value].constant = try Tensor(port.type, bytes: UnsafeRawBufferPointer(bytes))
                } catch {
                    throw .outOfMemory(bytes: bytes.count)
                }
            } else {
                fed.append((graph.inputs.count, boundary.source))
                graph.inputs.append(
                    Input(value: boundary.value, dimensions: port.type.shape.dimensions.map { .fixed($0) }))
            }
        }
        if rest == nil || constants != restConstants {
            let prepared: Executable
            do throws(GraphError) { prepared = try Executable(graph, options: executable.options) } catch {
                throw .graph(error)
            }
            rest = try Session(prepared, pool: pool, worthSharing: worthSharing)
            restConstants = constants
        }
        guard let rest else { return }
        for (input, source) in fed {
            let port = executable.program.outputs[source]
            rest.withInput(input) { $0.copyMemory(from: UnsafeRawBufferPointer(run0.bytes(port.buffer, port.type))) }
        }
        try rest.run()
    }

    // MARK: Outputs

    public var outputCount: Int { executable.outputs.count }

    public func outputName(_ index: Int) -> String {
        switch executable.outputs[index] {
        case .program(let position): executable.program.outputs[position].name
        case .tail(let position): executable.tail.map { $0.graph[$0.graph.outputs[position]].name } ?? ""
        }
    }

    /// The type of output `index`; `nil` before the first run where the shape depends on values.
    public func outputType(_ index: Int) -> TensorType? {
        switch executable.outputs[index] {
        case .program(let position): executable.program.outputs[position].type
        case .tail(let position): rest?.outputType(position)
        }
    }

    /// The memory of output `index`, valid until the next run.
    public func withOutput<Result>(_ index: Int, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        switch executable.outputs[index] {
        case .program(let position):
            let port = executable.program.outputs[position]
            return try body(UnsafeRawBufferPointer(run0.bytes(port.buffer, port.type)))
        case .tail(let position):
            guard let rest else { return try body(UnsafeRawBufferPointer(start: nil, count: 0)) }
            return try rest.withOutput(position, body)
        }
    }

    /// A copy of output `index`.
    /// - Throws: `.badInput` before the first run of a model with shapes that depend on values; `.outOfMemory`.
    public func output(_ index: Int) throws(RunError) -> Tensor {
        guard let type = outputType(index) else { throw .badInput("output \(index) has no shape before the first run") }
        let copy: Result<Tensor, TensorError> = withOutput(index) { bytes in
            do throws(TensorError) { return .success(try Tensor(type, bytes: bytes)) } catch { return .failure(error) }
        }
        do throws(TensorError) { return try copy.get() } catch { throw .outOfMemory(bytes: type.byteCount) }
    }

    // MARK: Looking inside

    /// Starts to time each step; see `stepNanoseconds`.
    public func measureSteps() { run0.measureSteps() }

    /// Wall time of each step of the last run; empty unless `measureSteps` was called before it.
    public var stepNanoseconds: [UInt64] {
        guard let times = run0.stepTimes else { return [] }
        return Array(UnsafeBufferPointer(start: times, count: executable.program.steps.count))
    }

    /// A copy of any value after a run with `keepsEveryValue`; `nil` for a value that has no memory of its own.
    public func value(_ id: ValueID) -> Tensor? {
        if let constant = executable.graph[id].constant { return constant }
        guard let type = executable.graph[id].type else { return rest?.value(id) }
        return (try? run0.tensor(of: id, type: type)) ?? rest?.value(id)
    }
}
