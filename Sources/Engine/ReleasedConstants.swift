// Memory that a model took while it was read, and that its program does without, goes back to the system.
import Graphs
import Tensors

extension Graph {
    /// Lets go of the pages of the files that constants come from, but for what `program` reads there: weights of which it has packed
    /// copies, and all that describes the network. Complexity: O(values + constants * log(constants)).
    func releasePages(notReadBy program: Program) {
        var files: [MappedFile] = []
        for value in values {
            guard let file = value.constant?.fileRange?.file, file !== files.last else { continue }
            if !files.contains(where: { $0 === file }) { files.append(file) }
        }
        let read = program.mappedConstants
        for file in files {
            var end = 0
            for piece in read where piece.file === file {
                // To let go of a little between two pieces takes longer than it is worth.
                if piece.start - end >= Self.smallGap { file.letGoOfPages(in: end..<piece.start) }
                end = max(end, piece.end)
            }
            file.letGoOfPages(in: end..<file.bytes.count)
        }
    }

    private static var smallGap: Int { 1 << 14 }

    /// Smaller constants would free no page.
    private static var pageBytes: Int { 4096 }

    /// Forgets constants in memory of their own that `program` does not read, and returns which. Complexity: O(values).
    mutating func releaseConstants(notReadBy program: Program) -> [ValueID] {
        var released: [ValueID] = []
        for index in values.indices {
            let id = ValueID(index: index)
            guard let constant = self[id].constant, constant.byteCount >= Self.pageBytes, constant.mapping == nil,
                !program.reads(constant), !outputs.contains(id)
            else { continue }
            self[id].constant = nil
            released.append(id)
        }
        return released
    }
}

extension Program {
    /// What its constants are of files, in the order of their places there.
    fileprivate var mappedConstants: [FilePiece] {
        var pieces: [FilePiece] = []
        for case .constant(let tensor) in contents {
            guard let (file, range) = tensor.mapping else { continue }
            pieces.append(FilePiece(file: file, start: range.lowerBound, end: range.upperBound))
        }
        pieces.sort { $0.start < $1.start }
        return pieces
    }
}

/// Bytes of a file. (An array of ranges is of a type that the system looks up by its conformances, which takes longer than to sort it.)
private struct FilePiece {
    var file: MappedFile
    var start: Int
    var end: Int
}
