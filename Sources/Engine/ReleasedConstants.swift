// Weights whose packed copy is all that a program reads give their memory back.
import Graphs
import Tensors

extension Graph {
    /// Lets go of the pages of constants from a file that `program` does not read there. Complexity: O(values * log(values)).
    func releasePages(notReadBy program: Program) {
        var pieces: [(file: MappedFile, range: Range<Int>)] = []
        for value in values {
            guard let constant = value.constant, constant.byteCount >= Self.pageBytes, let piece = constant.fileRange,
                constant.mapping == nil || !program.reads(constant)
            else { continue }
            pieces.append(piece)
        }
        func place(_ piece: (file: MappedFile, range: Range<Int>)) -> UInt {
            UInt(bitPattern: piece.file.bytes.baseAddress) &+ UInt(bitPattern: piece.range.lowerBound)
        }
        pieces.sort { place($0) < place($1) }
        // One call for neighbours: a call costs more than reading the little that lies between them again.
        let smallGap = 1 << 15
        guard var open = pieces.first else { return }
        for piece in pieces.dropFirst() {
            if piece.file === open.file, piece.range.lowerBound - open.range.upperBound < smallGap {
                open.range = open.range.lowerBound..<max(open.range.upperBound, piece.range.upperBound)
            } else {
                open.file.letGoOfPages(in: open.range)
                open = piece
            }
        }
        open.file.letGoOfPages(in: open.range)
    }

    /// Smaller constants would free no page.
    private static var pageBytes: Int { 4096 }

    /// Forgets constants in memory of their own that `program` does not read, and returns which. Complexity: O(values).
    mutating func releaseConstants(notReadBy program: Program) -> Set<ValueID> {
        var released: Set<ValueID> = []
        for index in values.indices {
            let id = ValueID(index: index)
            guard let constant = self[id].constant, constant.byteCount >= Self.pageBytes, constant.mapping == nil,
                !program.reads(constant), !outputs.contains(id)
            else { continue }
            self[id].constant = nil
            released.insert(id)
        }
        return released
    }
}
