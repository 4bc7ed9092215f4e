// Runs graphs of one operator every way the engine can split the work, and returns what all of them agree on.
import Graphs
import Synchronization
import Tensors
import Testing

@testable import Engine

/// The outputs of `op` on `inputs`.
///
/// Computed with 1, 2 and 3 threads, and step by step in pieces of one unit in reverse order; all must give the same bits.
/// - Parameters:
///   - constants: which inputs are known before the run (shapes, axes, weights).
///   - variables: which inputs are state that the operator writes; the tensor is the initial value.
///   - declared: what the file says of each output; one output of which nothing is said by default.
func compute(
    _ op: any Operator, _ inputs: [Tensor?], constants: Set<Int> = [], variables: Set<Int> = [],
    declared: [Arguments.Declared] = [.init()],
    convention: QuantizedConvention = .onnx, sourceLocation: SourceLocation = #_sourceLocation
) throws -> [Tensor] {
    let graph = oneNode(
        op, inputs, constants: constants, variables: variables, declared: declared, convention: convention)
    let fed = inputs.enumerated().filter { $1 != nil && !constants.contains($0) && !variables.contains($0) }.compactMap(
        \.element)
    var results: [[Tensor]] = []
    for threads in 1...3 {
        let executable = try Executable(graph, options: Options(threads: threads))
        let session = try Session(executable, worthSharing: 0)
        for (index, tensor) in fed.enumerated() { try session.setInput(index, to: tensor) }
        try session.run()
        results.append(try (0..<session.outputCount).map { try session.output($0) })
        if executable.tail == nil, threads == 3 {
            let apart = try Executable(graph, options: Options(threads: threads, keepsEveryValue: true))
            results.append(try PieceByPiece(apart.program, threads: threads).run(fed, sourceLocation))
        }
    }
    for (index, other) in results.enumerated().dropFirst() {
        let same = zip(results[0], other).allSatisfy { $0.type.shape == $1.type.shape && bytes($0) == bytes($1) }
        #expect(
            same && results[0].count == other.count, "split \(index) gives other bits", sourceLocation: sourceLocation)
    }
    try expectSameThroughFile(graph, fed, results[0], sourceLocation: sourceLocation)
    return results[0]
}

/// The first output of `compute`.
func computeOne(
    _ op: any Operator, _ inputs: [Tensor?], constants: Set<Int> = [], declared: Arguments.Declared = .init(),
    convention: QuantizedConvention = .onnx, sourceLocation: SourceLocation = #_sourceLocation
) throws -> Tensor {
    let outputs = try compute(
        op, inputs, constants: constants, declared: [declared], convention: convention, sourceLocation: sourceLocation)
    return try #require(outputs.first, sourceLocation: sourceLocation)
}

func oneNode(
    _ op: any Operator, _ inputs: [Tensor?], constants: Set<Int> = [], variables: Set<Int> = [],
    declared: [Arguments.Declared],
    convention: QuantizedConvention
) -> Graph {
    var graph = Graph(name: "one \(op.name)", convention: convention)
    var ids: [ValueID?] = []
    for (index, tensor) in inputs.enumerated() {
        guard let tensor else {
            ids.append(nil)
            continue
        }
        if constants.contains(index) {
            ids.append(graph.add(constant: tensor, name: "constant \(index)"))
        } else if variables.contains(index) {
            let id = graph.add(Value(name: "state \(index)", type: tensor.type))
            graph.variables.append(Variable(value: id, initial: tensor))
            ids.append(id)
        } else {
            let id = graph.add(Value(name: "input \(index)", type: tensor.type))
            graph.inputs.append(Input(value: id, dimensions: tensor.shape.dimensions.map { .fixed($0) }))
            ids.append(id)
        }
    }
    let values = declared.enumerated().map { index, declared in
        Value(name: "output \(index)", element: declared.element, quantization: declared.quantization)
    }
    graph.outputs = graph.append(op, ids, outputs: values, origin: Node.Origin(index: 0, operatorName: op.name))
    return graph
}

private func bytes(_ tensor: Tensor) -> [UInt8] { tensor.withUnsafeBytes { Array($0) } }

/// Runs a program in the smallest pieces its steps allow, the last piece first, each buffer in memory of its own between
/// guards that nobody may write.
private final class PieceByPiece {
    private static let guardBytes = 64
    private static let filler: UInt8 = 0xa5

    private let program: Program
    private let threads: Int
    private var pointers: [UnsafeMutableRawPointer] = []
    private var guarded: [(start: UnsafeMutableRawPointer, bytes: Int)] = []

    init(_ program: Program, threads: Int) {
        self.program = program
        self.threads = threads
        for content in program.contents {
            switch content {
            case .arena(let bytes), .view(_, _, let bytes): pointers.append(allocate(bytes))
            case .constant(let tensor): pointers.append(UnsafeMutableRawPointer(mutating: tensor.baseAddress))
            case .variable(let initial):
                let copy = allocate(initial.byteCount)
                initial.withUnsafeBytes {
                    UnsafeMutableRawBufferPointer(start: copy, count: $0.count).copyMemory(from: $0)
                }
                pointers.append(copy)
            }
        }
    }

    deinit { guarded.forEach { $0.start.deallocate() } }

    private func allocate(_ bytes: Int) -> UnsafeMutableRawPointer {
        let total = bytes + 2 * Self.guardBytes
        let memory = UnsafeMutableRawPointer.allocate(byteCount: total, alignment: 64)
        memory.initializeMemory(as: UInt8.self, repeating: Self.filler, count: total)
        guarded.append((memory, bytes))
        return memory + Self.guardBytes
    }

    /// Whether the bytes before and behind every buffer are as they were.
    private var guardsHold: Bool {
        guarded.allSatisfy { start, bytes in
            let all = UnsafeRawBufferPointer(start: start, count: bytes + 2 * Self.guardBytes)
            return all.prefix(Self.guardBytes).allSatisfy { $0 == Self.filler }
                && all.suffix(Self.guardBytes).allSatisfy { $0 == Self.filler }
        }
    }

    func run(_ inputs: [Tensor], _ sourceLocation: SourceLocation) throws -> [Tensor] {
        let fault = UnsafeMutablePointer<Atomic<Int>>.allocate(capacity: 1)
        fault.initialize(to: Atomic(0))
        defer { fault.deallocate() }
        for (port, tensor) in zip(program.inputs, inputs) {
            tensor.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(start: pointers[port.buffer.index], count: $0.count).copyMemory(from: $0)
            }
        }
        pointers.withUnsafeBufferPointer { pointers in
            for (index, step) in program.steps.enumerated() {
                // Large steps in fewer pieces, or this would take minutes.
                let size = max(1, step.units / 4096)
                for (turn, start) in stride(from: 0, to: step.units, by: size).reversed().enumerated() {
                    let memory = Memory(
                        pointers: pointers.baseAddress!, faults: fault, worker: turn % threads, step: index)
                    step.body(memory, start..<min(start + size, step.units))
                }
            }
        }
        #expect(fault.pointee.load(ordering: .relaxed) == 0, sourceLocation: sourceLocation)
        #expect(guardsHold, "something was written beside a buffer", sourceLocation: sourceLocation)
        return try program.outputs.map { port in
            try Tensor(
                port.type,
                bytes: UnsafeRawBufferPointer(start: pointers[port.buffer.index], count: port.type.byteCount))
        }
    }
}
