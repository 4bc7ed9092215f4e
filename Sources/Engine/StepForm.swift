// What can be changed about a step after lowering.

/// Rows of bytes that do not follow each other: the pixels of some channels of a wider image.
struct Rows: Hashable, Sendable {
    var bytes: Int
    /// Bytes from the start of a row to that of the next; more than `bytes`.
    var pitch: Int
}

/// A step whose operands may lie in rows.
protocol StepForm: Sendable {
    /// The step's work where each of its buffers lies as told, `nil` for densely; `nil` where it cannot be done so.
    func work(_ rows: (Buffer) -> Rows?) -> StepWork?

    /// The form as one that other steps may take in; `nil` where it is none. (To ask by a cast would look through every conformance
    /// in the program.)
    var following: (any FollowingForm)? { get }
}

extension StepForm {
    var following: (any FollowingForm)? { nil }
}

struct StepWork: Sendable {
    var units: Int
    var grain: Int
    /// Scratch memory that each thread needs, a multiple of 64 bytes, and the buffer that holds all of it.
    var scratch: (buffer: Buffer, bytes: Int)?
    var body: Step.Body
}

/// Work over the points of a loop nest.
struct NestForm: StepForm {
    var nest: LoopNest
    /// The nest's operands in their order; the result comes first.
    var operands: [Operand]
    /// Whether the kernel wants the elements of an inner run next to each other.
    var needsRuns = true
    /// Makes the work of a nest with the operands' offsets in bytes.
    var makeWork: @Sendable (LoopNest, [Int]) -> StepWork

    struct Operand {
        var buffer: Buffer
        /// Bytes from the buffer's start to the first point.
        var offset = 0
        var elementBytes: Int
    }

    func work(_ rows: (Buffer) -> Rows?) -> StepWork? {
        var (nest, offsets) = (nest, operands.map(\.offset))
        for (index, operand) in operands.enumerated() {
            guard let rows = rows(operand.buffer) else { continue }
            guard !needsRuns || rows.bytes > operand.elementBytes else { return nil }
            guard
                let placed = nest.placed(
                    index, offset: offsets[index], elementBytes: operand.elementBytes, in: rows)
            else { return nil }
            (nest, offsets[index]) = placed
        }
        return makeWork(nest, offsets)
    }
}

/// Work that copies what its source holds, and nothing else.
struct CopyForm: StepForm {
    var nest: NestForm

    func work(_ rows: (Buffer) -> Rows?) -> StepWork? { nest.work(rows) }

    var target: NestForm.Operand { nest.operands[0] }
    var source: NestForm.Operand { nest.operands[1] }

    /// The copy as one of rows whose bytes follow each other on both sides; `nil` for one in another order.
    var rows: (count: Int, bytes: Int, targetPitch: Int, sourcePitch: Int)? {
        nest.nest.rowCopy(elementBytes: target.elementBytes)
    }

    /// The rows that it writes, wherever it reads; `nil` for elements that lie apart.
    var rowsWritten: (count: Int, bytes: Int, pitch: Int)? {
        nest.nest.rowsWritten(elementBytes: target.elementBytes)
    }
}
