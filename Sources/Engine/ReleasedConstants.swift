// Weights whose packed copy is all that a program reads give their memory back.
import Graphs
import Tensors

extension Graph {
    /// Lets go of the pages of mapped constants that `program` does not read. Complexity: O(values * log(values)).
    func releasePages(notReadBy program: Program) {
        var pieces: [(file: MappedFile, range: Range<Int>)] = []
        for value in values {
            guard let constant = value.constant, !program.reads(constant), let mapping = constant.mapping else {
                continue
            }
            pieces.append(mapping)
        }
        pieces.sort { $0.range.lowerBound < $1.range.lowerBound }
        // One call for neighbours: a call costs more than reading the little that lies between them again.
        let smallGap = 1 << 15
        for (file, group) in Dictionary(grouping: pieces, by: { ObjectIdentifier($0.file) }).values.map({
            ($0[0].file, $0)
        }) {
            var open = group[0].range
            for piece in group.dropFirst() {
                if piece.range.lowerBound - open.upperBound < smallGap {
                    open = open.lowerBound..<max(open.upperBound, piece.range.upperBound)
                } else {
                    file.letGoOfPages(in: open)
                    open = piece.range
                }
            }
            file.letGoOfPages(in: open)
        }
    }

    /// Forgets constants in memory of their own that `program` does not read, and returns which. Complexity: O(values).
    mutating func releaseConstants(notReadBy program: Program) -> Set<ValueID> {
        // Smaller ones would free no page.
        let fewestBytes = 4096
        var released: Set<ValueID> = []
        for index in values.indices {
            let id = ValueID(index: index)
            guard let constant = self[id].constant, constant.byteCount >= fewestBytes, constant.mapping == nil,
                !program.reads(constant), !outputs.contains(id)
            else { continue }
            self[id].constant = nil
            released.insert(id)
        }
        return released
    }
}
