// How much memory constants may take that follow from other constants.
import Graphs
import Tensors

/// Bytes that folding may still make. A file of a few nodes can ask for any number of them: each joins what the one before it
/// gave with itself.
struct FoldingRoom {
    private(set) var bytes: Int

    init(bytes: Int) { self.bytes = bytes }

    /// More than any model needs: several copies of its numbers, each widened to floats, and what models make of single numbers.
    init(for graph: Graph) {
        let (copies, isTooMany) = Self.memory(of: graph).multipliedReportingOverflow(by: 16)
        bytes = 1 << 26 + (isTooMany ? .max / 2 : min(copies, .max / 2))
    }

    /// Takes `count` bytes; `false` where there are not so many.
    mutating func take(_ count: Int) -> Bool {
        guard count <= bytes else { return false }
        bytes -= count
        return true
    }

    /// Bytes of the constants, those that share memory counted once: many tensors can name the same bytes of a file.
    private static func memory(of graph: Graph) -> Int {
        // Smaller ones do not count, and there are many of them.
        let pieces = graph.values.compactMap { value in
            value.constant.flatMap { $0.byteCount < 4096 ? nil : (start: $0.identity, bytes: UInt($0.byteCount)) }
        }
        var (sum, end) = (UInt(0), UInt(0))
        for piece in pieces.sorted(by: { $0.start < $1.start }) {
            let pieceEnd = piece.start + piece.bytes
            guard pieceEnd > end else { continue }
            sum += pieceEnd - max(piece.start, end)
            end = pieceEnd
        }
        return Int(clamping: sum)
    }
}
