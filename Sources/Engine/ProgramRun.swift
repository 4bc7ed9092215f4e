import Glibc
import Graphs
import Synchronization
import Tensors

/// Why a run ended without a result.
public enum RunError: Error, CustomStringConvertible {
    case outOfMemory(bytes: Int)
    /// The values of an operator's inputs cannot be computed with.
    case badValues(Node.Origin)
    case badInput(String)
    case graph(GraphError)

    public var description: String {
        switch self {
        case .outOfMemory(let bytes): "no memory for \(bytes) bytes of intermediate results"
        case .badValues(let origin): "\(origin): an index among its inputs is out of range"
        case .badInput(let reason): reason
        case .graph(let error): error.description
        }
    }
}

/// The memory of one program and the loop that runs it. Not for several threads at once.
final class ProgramRun {
    let program: Program
    private let pool: ThreadPool?
    private let arena: Arena
    private let variables: UnsafeMutableRawPointer
    private let pointers: UnsafeMutablePointer<UnsafeMutableRawPointer>
    private let calls: UnsafeMutablePointer<StepCall>
    private let stepCount: Int
    private let faults: UnsafeMutablePointer<Atomic<Int>>
    private var sharing: StepSharing
    /// Whether the last run had steps for several threads.
    private var sharesSteps = true
    private var hasRun = false
    /// Wall time of each step of the last run in nanoseconds, when asked for.
    var stepTimes: UnsafeMutablePointer<UInt64>?

    /// - Throws: `.outOfMemory` when the arena is larger than the machine's memory.
    init(
        _ program: Program, pool: ThreadPool?, worthSharing: UInt64 = StepSharing.usuallyWorthSharing
    ) throws(RunError) {
        var variableBytes = 0
        for case .variable(let initial) in program.contents { variableBytes += (initial.byteCount + 63) & ~63 }
        arena = try Arena(bytes: program.plan.arenaBytes)
        self.program = program
        self.pool = pool
        variables = .allocate(byteCount: max(variableBytes, 1), alignment: 64)
        pointers = .allocate(capacity: max(program.contents.count, 1))
        var offset = 0
        for (index, content) in program.contents.enumerated() {
            switch content {
            case .arena: pointers[index] = arena.start + (program.plan.offsets[index] ?? 0)
            case .constant(let tensor): pointers[index] = UnsafeMutableRawPointer(mutating: tensor.baseAddress)
            case .variable(let initial):
                pointers[index] = variables + offset
                offset += (initial.byteCount + 63) & ~63
            case .view: continue
            }
        }
        for (index, content) in program.contents.enumerated() {
            guard case .view(let whole, let offset, _) = content else { continue }
            pointers[index] = pointers[whole.index] + offset
        }
        stepCount = program.steps.count
        calls = .allocate(capacity: max(stepCount, 1))
        for (index, step) in program.steps.enumerated() { (calls + index).initialize(to: StepCall(step)) }
        faults = .allocate(capacity: 1)
        faults.initialize(to: Atomic(0))
        sharing = StepSharing(program, threadCount: pool?.threadCount ?? 1, worthSharing: worthSharing)
        reset()
    }

    deinit {
        arena.deallocate()
        variables.deallocate()
        pointers.deallocate()
        for index in 0..<stepCount { calls[index].release() }
        calls.deallocate()
        faults.deallocate()
        sharing.deallocate()
        stepTimes?.deallocate()
    }

    /// Gives all variables their initial values.
    func reset() {
        for (index, content) in program.contents.enumerated() {
            guard case .variable(let initial) = content else { continue }
            initial.withUnsafeBytes { bytes in
                if let source = bytes.baseAddress { pointers[index].copyMemory(from: source, byteCount: bytes.count) }
            }
        }
    }

    /// Runs all steps in order. Allocates nothing.
    /// - Throws: `.badValues` naming the last operator that could not use its inputs' values.
    func run() throws(RunError) {
        faults.pointee.store(0, ordering: .relaxed)
        if let pool {
            run(sharedWith: pool)
        } else if let stepTimes {
            var start = monotonicNanoseconds()
            for index in 0..<stepCount {
                calls[index].compute(memory(index))
                start = note(start, in: stepTimes + index)
            }
        } else {
            for index in 0..<stepCount { calls[index].compute(memory(index)) }
        }
        if !hasRun {
            hasRun = true
            program.unkeptWeights?.begin()
        }
        let failed = faults.pointee.load(ordering: .relaxed)
        if failed != 0 { throw .badValues(program.steps[failed - 1].origin) }
    }

    private func memory(_ step: Int) -> Memory { Memory(pointers: pointers, faults: faults, worker: 0, step: step) }

    private func run(sharedWith pool: ThreadPool) {
        let isTimed = sharing.wantsTimes || stepTimes != nil
        var start = isTimed ? monotonicNanoseconds() : 0
        // A program of short steps alone never needs the others.
        if sharesSteps { pool.wake() }
        sharesSteps = false
        for index in 0..<stepCount {
            let parts = sharing.parts(index)
            sharesSteps = sharesSteps || parts > 1
            pool.run(calls + index, memory: memory(index), parts: parts)
            guard isTimed else { continue }
            var time: UInt64 = 0
            start = note(start, in: &time)
            stepTimes?[index] = time
            if sharing.wantsTimes { sharing.note(time, step: index, parts: parts) }
        }
        sharing.endRun()
    }

    /// Stores the nanoseconds since `start`, and returns the time now.
    private func note(_ start: UInt64, in time: UnsafeMutablePointer<UInt64>) -> UInt64 {
        let now = monotonicNanoseconds()
        time.pointee = now - start
        return now
    }

    func measureSteps() {
        guard stepTimes == nil else { return }
        stepTimes = .allocate(capacity: max(program.steps.count, 1))
        stepTimes?.initialize(repeating: 0, count: max(program.steps.count, 1))
    }

    func bytes(_ buffer: Buffer, _ type: TensorType) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: pointers[buffer.index], count: type.byteCount)
    }

    /// A copy of output `index`.
    func outputTensor(_ index: Int) throws(TensorError) -> Tensor {
        let port = program.outputs[index]
        return try Tensor(port.type, bytes: UnsafeRawBufferPointer(bytes(port.buffer, port.type)))
    }

    /// A copy of an intermediate value, `nil` for one that has no memory.
    func tensor(of id: ValueID, type: TensorType) throws(TensorError) -> Tensor? {
        guard let buffer = program.bufferOfValue[id.index] else { return nil }
        return try Tensor(type, bytes: UnsafeRawBufferPointer(bytes(buffer, type)))
    }
}

/// Nanoseconds of the clock that never jumps.
func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
