// What a program needs, for reports.
import Graphs
import Tensors

extension Program {
    /// Bytes of all constants: weights as the kernels read them, tables and the like.
    public var constantBytes: Int {
        contents.reduce(0) { sum, content in
            if case .constant(let tensor) = content { sum + tensor.byteCount } else { sum }
        }
    }

    /// Bytes of the buffers that step `index` reads and writes, each whole.
    public func bytesTouched(byStep index: Int) -> Int {
        (steps[index].reads + steps[index].writes).reduce(0) { $0 + size(of: $1) }
    }

    private func size(of buffer: Buffer) -> Int {
        switch contents[buffer.index] {
        case .arena(let bytes), .view(_, _, let bytes): bytes
        case .constant(let tensor), .variable(let tensor): tensor.byteCount
        }
    }

    /// Each buffer of the arena in use: its bytes, offset, and the steps that mention it.
    public var arenaMap: [(buffer: Int, bytes: Int, offset: Int, firstStep: Int, lastStep: Int)] {
        var uses: [Int: (Int, Int)] = [:]
        for (index, step) in steps.enumerated() {
            for buffer in step.reads + step.writes {
                let root = contents.root(of: buffer).index
                let known = uses[root] ?? (index, index)
                uses[root] = (min(known.0, index), max(known.1, index))
            }
        }
        return contents.indices.compactMap { index in
            guard case .arena(let bytes) = contents[index], let offset = plan.offsets[index], let use = uses[index]
            else { return nil }
            return (index, bytes, offset, use.0, use.1)
        }
    }
}

extension [BufferContent] {
    /// The buffer whose memory `buffer` is part of; itself where it is no view.
    func root(of buffer: Buffer) -> Buffer {
        if case .view(let whole, _, _) = self[buffer.index] { whole } else { buffer }
    }
}
