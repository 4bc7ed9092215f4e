// The board that cameras are calibrated with.

/// A printed chessboard, told by its inner corners: `columns` x `rows` places where four squares meet, `square`
/// millimetres apart.
public struct Chessboard: Hashable, Sendable {
    public let columns: Int
    public let rows: Int
    /// Millimetres.
    public let square: Double

    /// Inner corners a side; fewer fix no lens, more are no longer printed.
    public static let sides = 3...50
    public static let squares = 0.1...10_000.0

    /// `nil` outside `sides` and `squares`.
    public init?(columns: Int, rows: Int, square: Double) {
        guard Self.sides.contains(columns), Self.sides.contains(rows), Self.squares.contains(square) else { return nil }
        self.columns = columns
        self.rows = rows
        self.square = square
    }

    public var corners: Int { columns * rows }

    /// Where corner `index` lies, row by row, in millimetres from the first.
    public func place(_ index: Int) -> SIMD2<Double> {
        SIMD2(Double(index % columns), Double(index / columns)) * square
    }

    /// The places of the four outer corners.
    var outline: [SIMD2<Double>] { [0, columns - 1, corners - columns, corners - 1].map(place) }

    public var places: [SIMD2<Double>] { (0..<corners).map(place) }
}
