// Signed bytes between layers are kept as unsigned ones.

extension ProgramBuilder {
    /// Lets layers hand each other unsigned bytes in place of signed ones: what kernels multiply, so that they need no copy of it.
    /// - Parameter kept: buffers that the caller sees.
    /// Complexity: O(n) in the number of mentions of buffers.
    mutating func storeUnsigned(keeping kept: BufferSet) {
        let mentions = mentions { $0.reads + $0.writes }
        for buffer in contents.indices.map(Buffer.init) where !kept.contains(buffer) {
            let indices = mentions[buffer]
            guard indices.count > 1, case .arena = contents[buffer.index] else { continue }
            var forms: [PackedForm] = []
            for index in indices {
                guard let form = (steps[index].form as? PackedForm)?.storingUnsigned(buffer) else { break }
                forms.append(form)
            }
            guard forms.count == indices.count else { continue }
            for (index, form) in zip(indices, forms) {
                steps[index].form = form
                steps[index].awaitsForm = true
            }
        }
    }
}
