// A chessboard as a picture shows it.

/// Where the corners of a board were seen, in the order of `Chessboard.places`; the middle of the first pixel is (0,
/// 0), as OpenCV has it.
public struct BoardSighting: Sendable, Equatable {
    public let board: Chessboard
    public let corners: [SIMD2<Double>]
    /// Pixels that an edge between dark and bright takes; some 2 in a sharp picture.
    public let edgeWidth: Double

    /// The ways from one corner to the next that are shortest and longest.
    var spacing: ClosedRange<Double> {
        var least = Double.infinity
        var most = 0.0
        for index in corners.indices {
            for next in neighbours(of: index) where next > index {
                let length = (corners[next] - corners[index]).length
                (least, most) = (min(least, length), max(most, length))
            }
        }
        return least...max(least, most)
    }

    func neighbours(of index: Int) -> [Int] {
        let (row, column) = index.quotientAndRemainder(dividingBy: board.columns)
        var neighbours: [Int] = []
        if column > 0 { neighbours.append(index - 1) }
        if column + 1 < board.columns { neighbours.append(index + 1) }
        if row > 0 { neighbours.append(index - board.columns) }
        if row + 1 < board.rows { neighbours.append(index + board.columns) }
        return neighbours
    }
}
