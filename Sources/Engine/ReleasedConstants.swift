// Weights whose packed copy is all that a program reads give their memory back.
import Graphs
import Tensors

extension Graph {
    /// Lets go of the pages of constants from a file that `program` does not read there. Complexity: O(values * log(values)).
    func releasePages(notReadBy program: Program) {
        var pieces: [FilePiece] = []
        for value in values {
            guard let constant = value.constant, constant.byteCount >= Self.pageBytes, let piece = constant.fileRange,
                constant.mapping == nil || !program.reads(constant)
            else { continue }
            pieces.append(FilePiece(file: piece.file, start: piece.range.lowerBound, end: piece.range.upperBound))
        }
        pieces.sort { $0.place < $1.place }
        // One call for neighbours: a call costs more than reading the little that lies between them again.
        let smallGap = 1 << 15
        guard var open = pieces.first else { return }
        for piece in pieces.dropFirst() {
            if piece.file === open.file, piece.start - open.end < smallGap {
                open.end = max(open.end, piece.end)
            } else {
                open.letGo()
                open = piece
            }
        }
        open.letGo()
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

/// Bytes of a file. (An array of ranges is of a type that the system looks up by its conformances, which takes longer than to sort it.)
private struct FilePiece {
    var file: MappedFile
    var start: Int
    var end: Int

    /// Where the bytes lie in memory.
    var place: UInt { UInt(bitPattern: file.bytes.baseAddress) &+ UInt(bitPattern: start) }

    func letGo() { file.letGoOfPages(in: start..<end) }
}
