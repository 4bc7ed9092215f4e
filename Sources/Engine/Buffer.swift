import Graphs
import Synchronization
import Tensors

/// Names a piece of memory of a program: part of the arena, a constant or a variable.
public struct Buffer: Hashable, Sendable {
    let index: Int
}

/// Scratch memory of which each thread has a part of its own.
public struct WorkerScratch: Hashable, Sendable {
    let buffer: Buffer
    let stride: Int
}

/// The memory that a step sees while it runs.
public struct Memory {
    let pointers: UnsafePointer<UnsafeMutableRawPointer>
    /// 1 + the step that failed last, 0 for none.
    let faults: UnsafeMutablePointer<Atomic<Int>>
    let worker: Int
    let step: Int

    /// Where `buffer` starts. Complexity: O(1).
    @inline(__always)
    public subscript(buffer: Buffer) -> UnsafeMutableRawPointer { pointers[buffer.index] }

    /// Where `buffer` starts, as elements of a type that the buffer is known to hold.
    @inline(__always)
    public subscript<Element>(buffer: Buffer, as type: Element.Type) -> UnsafeMutablePointer<Element> {
        pointers[buffer.index].assumingMemoryBound(to: type)
    }

    /// This thread's part of `scratch`.
    @inline(__always)
    public subscript(scratch: WorkerScratch) -> UnsafeMutableRawPointer {
        pointers[scratch.buffer.index] + worker * scratch.stride
    }

    /// Reports that the values of the inputs cannot be computed with (an index out of range): the run ends with an error.
    @inline(never)
    public func fail() { faults.pointee.store(step + 1, ordering: .relaxed) }
}

/// What stands behind a buffer.
enum BufferContent: Sendable {
    /// Memory of the arena, planned by lifetime.
    case arena(bytes: Int)
    case constant(Tensor)
    /// Memory of its own, which keeps its values from run to run.
    case variable(initial: Tensor)
    /// Part of an arena buffer, from a byte offset on. The part may be rows that lie apart.
    case view(of: Buffer, offset: Int, bytes: Int)
}

/// Some buffers of a program. (A set that hashes is of a type with conformances that the system looks up, which takes longer than all
/// that is asked of it.)
struct BufferSet {
    private var isMember: [Bool]

    init(_ buffers: [Buffer]) {
        isMember = [Bool](repeating: false, count: buffers.reduce(0) { max($0, $1.index + 1) })
        for buffer in buffers { isMember[buffer.index] = true }
    }

    /// Complexity: O(1).
    func contains(_ buffer: Buffer) -> Bool { buffer.index < isMember.count && isMember[buffer.index] }
}

/// For each buffer of a program the steps that mention it, in ascending order, each once.
struct BufferMentions {
    private var steps: [[Int]]

    init(_ bufferCount: Int) { steps = [[Int]](repeating: [], count: bufferCount) }

    /// The mentions of `bufferCount` buffers in `steps`, of those that `mentioned` names. Complexity: O(n) in their number.
    init(in steps: [Step], _ bufferCount: Int, _ mentioned: (Step) -> [Buffer]) {
        self.init(bufferCount)
        for (index, step) in steps.enumerated() {
            for buffer in mentioned(step) { add(index, to: buffer) }
        }
    }

    /// Notes a step; steps come in ascending order. Complexity: amortized O(1).
    mutating func add(_ step: Int, to buffer: Buffer) {
        if steps[buffer.index].last != step { steps[buffer.index].append(step) }
    }

    subscript(buffer: Buffer) -> [Int] {
        _read { yield steps[buffer.index] }
        _modify { yield &steps[buffer.index] }
    }
}
