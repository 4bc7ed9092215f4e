import CKernels
import Graphs
import Tensors

/// Collects the steps of a program while operators are lowered.
public struct ProgramBuilder {
    public let options: Options
    /// The convention of the graph that is lowered.
    public let convention: QuantizedConvention
    /// The kernels of the instruction set.
    let kernels: arete_kernels
    var contents: [BufferContent] = []
    var steps: [Step] = []
    var inPlace: [InPlace] = []
    /// Nodes whose steps became part of another's; of several entries for one node the last holds.
    var absorbed: [Absorption] = []
    /// The memory of the graph's variables, in their order.
    public internal(set) var variables: [Buffer] = []
    /// For each value of the graph its memory, once it has some.
    private(set) var bufferOfValue: [Buffer?]
    private var origin = Node.Origin(index: 0, operatorName: "")
    private var pendingMultiplyAccumulates = 0

    /// The step of the node with index `node` in the file became part of that of another node.
    struct Absorption: Sendable {
        var node: Int
        var by: Node.Origin
    }

    /// Step `step` may write `target` over `source` if nobody reads `source` later.
    struct InPlace {
        var step: Int
        var source: Buffer
        var target: Buffer
    }

    /// Where packed constants lie.
    let packedMemory: PackedMemory
    /// For constants that are laid out longer than they are: more than any model needs.
    var room = FoldingRoom(bytes: 1 << 26)
    /// Packed constants of an earlier run.
    private(set) var packedWeights: PackedWeights?

    /// - Parameters:
    ///   - valueCount: how many values the graph has.
    ///   - expectedPackedBytes: about how many bytes of weights will be packed.
    init(
        options: Options, convention: QuantizedConvention, valueCount: Int, expectedPackedBytes: Int,
        packedWeights: PackedWeights?
    ) {
        bufferOfValue = [Buffer?](repeating: nil, count: valueCount)
        self.packedWeights = packedWeights
        self.options = options
        packedMemory = PackedMemory(expectedBytes: expectedPackedBytes)
        self.convention = convention
        kernels = options.kernels
    }

    private mutating func add(_ content: BufferContent) -> Buffer {
        contents.append(content)
        return Buffer(index: contents.count - 1)
    }

    // MARK: Memory

    /// Memory for the steps that mention it, `bytes` long, aligned to 64 bytes.
    public mutating func temporary(bytes: Int) -> Buffer { add(.arena(bytes: bytes)) }

    /// Memory of `bytes` bytes for each thread.
    public mutating func workerScratch(bytes: Int) -> WorkerScratch {
        let stride = (bytes + 63) & ~63
        return WorkerScratch(buffer: temporary(bytes: stride * options.threads), stride: stride)
    }

    /// A constant prepared for a kernel (packed weights, a table).
    public mutating func constant(_ tensor: Tensor) -> Buffer { add(.constant(tensor)) }

    /// A constant of at most `bytes` bytes in a kernel's own order, which `fill` writes; it returns how many they are.
    /// - Throws: `.invalid` when there is no memory for it.
    mutating func packedConstant(
        bytes: Int, fill: (UnsafeMutableRawPointer) -> Int
    ) throws(OperatorFailure) -> Buffer {
        if let (piece, owner) = packedWeights?.next(atMost: bytes), let memory = piece.baseAddress {
            return add(.constant(Tensor(TensorType(.uint8, [piece.count]), memory: memory, owner: owner)))
        }
        guard let memory = packedMemory.take(bytes) else { throw .invalid("no memory for \(bytes) bytes of weights") }
        let used = fill(memory)
        packedMemory.giveBack(bytes - used)
        packedWeights?.add(UnsafeRawBufferPointer(start: memory, count: used))
        return add(.constant(Tensor(TensorType(.uint8, [used]), memory: memory, owner: packedMemory)))
    }

    /// A constant of the given numbers.
    /// - Throws: `.invalid` when there is no memory for it.
    public mutating func constant<Value: BitwiseCopyable>(
        _ element: ElementType, _ values: [Value]
    ) throws(OperatorFailure) -> Buffer {
        do throws(TensorError) {
            return add(.constant(try Tensor(element, [values.count], values)))
        } catch {
            throw .invalid("\(error)")
        }
    }

    // MARK: Values

    /// The memory of a value that an earlier step or the caller fills, or of a constant.
    func buffer(of id: ValueID) -> Buffer? { bufferOfValue[id.index] }

    mutating func define(_ id: ValueID, content: BufferContent) -> Buffer {
        let buffer = add(content)
        bufferOfValue[id.index] = buffer
        return buffer
    }

    mutating func define(_ id: ValueID, as buffer: Buffer) { bufferOfValue[id.index] = buffer }

    mutating func begin(_ origin: Node.Origin, multiplyAccumulates: Int) {
        self.origin = origin
        pendingMultiplyAccumulates = multiplyAccumulates
    }

    /// Forgets constants that no step reads, such as weights of which there is a packed copy.
    mutating func dropUnusedConstants(keeping outputs: [Buffer]) {
        var isUsed = [Bool](repeating: false, count: contents.count)
        for buffer in outputs { isUsed[buffer.index] = true }
        for step in steps { for buffer in step.reads { isUsed[buffer.index] = true } }
        for index in contents.indices where !isUsed[index] {
            if case .constant = contents[index] { contents[index] = .arena(bytes: 0) }
        }
    }

    // MARK: Steps

    /// Appends a step.
    ///
    /// `body` is called with ranges that together cover `0..<units`, from several threads at once; it must write only what
    /// belongs to its units and must not allocate. `inPlace` says that it may also write `target` where `source` is.
    public mutating func step(
        _ kind: String, reads: [Buffer], writes: [Buffer], scratch: WorkerScratch? = nil, units: Int = 1,
        grain: Int = 1,
        inPlace pairs: [(source: Buffer, target: Buffer)] = [], _ body: @escaping @Sendable (Memory, Range<Int>) -> Void
    ) {
        for pair in pairs { inPlace.append(InPlace(step: steps.count, source: pair.source, target: pair.target)) }
        steps.append(
            Step(
                kind: kind, origin: origin, reads: reads, writes: writes + (scratch.map { [$0.buffer] } ?? []),
                units: units, grain: max(1, grain), multiplyAccumulates: pendingMultiplyAccumulates, body: body))
        pendingMultiplyAccumulates = 0
    }

    /// Appends a step that may be changed later, and is made by `settle`. Its form works where all operands lie densely.
    mutating func step(
        _ kind: String, reads: [Buffer], writes: [Buffer], form: some StepForm,
        inPlace pairs: [(source: Buffer, target: Buffer)] = []
    ) {
        for pair in pairs { inPlace.append(InPlace(step: steps.count, source: pair.source, target: pair.target)) }
        steps.append(
            Step(
                kind: kind, origin: origin, reads: reads, writes: writes,
                multiplyAccumulates: pendingMultiplyAccumulates, form: form, awaitsForm: true))
        pendingMultiplyAccumulates = 0
    }

    /// Makes a step work where buffers lie as told, as its form is known to allow.
    mutating func rework(_ index: Int, _ rows: (Buffer) -> Rows?) {
        guard let work = steps[index].form?.work(rows) else { return }
        make(index, work)
    }

    /// Makes the steps whose forms are new or changed. Once, after all changes: most steps are changed more than once.
    mutating func settle() {
        for index in steps.indices where steps[index].awaitsForm {
            rework(index) { _ in nil }
            precondition(!steps[index].awaitsForm, "the form of '\(steps[index].kind)' gives no work")
        }
    }

    /// Makes a step of its form's work.
    mutating func make(_ index: Int, _ work: StepWork) {
        (steps[index].units, steps[index].grain, steps[index].body) = (work.units, max(1, work.grain), work.body)
        steps[index].awaitsForm = false
        guard let scratch = work.scratch else { return }
        contents[scratch.buffer.index] = .arena(bytes: scratch.bytes * options.threads)
    }

    /// The steps so far that mention each buffer, of the buffers that `mentioned` names.
    func mentions(_ mentioned: (Step) -> [Buffer]) -> BufferMentions {
        BufferMentions(in: steps, contents.count, mentioned)
    }

    /// Drops the steps that nothing is left to do for: those for which `isGone` says so.
    mutating func remove(_ isGone: [Bool]) {
        guard isGone.contains(true) else { return }
        var places: [Int] = []
        places.reserveCapacity(steps.count)
        var kept = 0
        for index in steps.indices {
            places.append(kept)
            if isGone[index] { continue }
            if kept != index { steps.swapAt(kept, index) }
            kept += 1
        }
        steps.removeLast(steps.count - kept)
        inPlace = inPlace.compactMap { pair in
            isGone[pair.step] ? nil : InPlace(step: places[pair.step], source: pair.source, target: pair.target)
        }
    }
}
