// How overlapping tiles cover a picture.

/// Tiles of one size, spread evenly, so that whatever is no larger than their overlap lies whole in one of them.
public struct TileGrid: Sendable, Equatable {
    /// Whole pixels of the picture: the first inside, and how many.
    public struct Tile: Hashable, Sendable {
        public let x: Int
        public let y: Int
        public let width: Int
        public let height: Int
    }

    public let width: Int
    public let height: Int
    /// Sides of the largest box that lies whole in a tile, wherever it is.
    public let wholeWidth: Int
    public let wholeHeight: Int
    /// Row by row. One tile is the whole picture where it is no larger than a tile.
    public let tiles: [Tile]

    /// More would take a minute for one picture: a wrong size, not a plan.
    public static let most = 1024
    public static let overlaps = 0.0...0.75
    private static let least = 16

    /// - Parameters:
    ///   - tile: pixels of a tile; what is larger than the picture is cut to it.
    ///   - overlap: share of a tile that its neighbour shows too, at least.
    /// - Throws: `VisionError.input` for tiles too small or too many.
    public init(width: Int, height: Int, tile: (width: Int, height: Int), overlap: Double) throws(VisionError) {
        guard width > 0, height > 0, min(tile.width, tile.height) >= Self.least, Self.overlaps.contains(overlap) else {
            throw .input(
                reason: "tiles of \(tile.width)x\(tile.height), overlapping by \(overlap), for a picture of "
                    + "\(width)x\(height): they must have \(Self.least) pixels a side at least and overlap by "
                    + "\(Self.overlaps.lowerBound) to \(Self.overlaps.upperBound)")
        }
        let across = Self.starts(width, min(tile.width, width), overlap)
        let down = Self.starts(height, min(tile.height, height), overlap)
        guard across.count * down.count <= Self.most else {
            throw .input(
                reason: "a picture of \(width)x\(height) has more than \(Self.most) tiles of "
                    + "\(tile.width)x\(tile.height)")
        }
        self.width = width
        self.height = height
        func whole(_ starts: [Int], _ side: Int) -> Int {
            side - (zip(starts, starts.dropFirst()).map { $1 - $0 }.max() ?? 0)
        }
        wholeWidth = whole(across, min(tile.width, width))
        wholeHeight = whole(down, min(tile.height, height))
        tiles = down.flatMap { y in
            across.map { Tile(x: $0, y: y, width: min(tile.width, width), height: min(tile.height, height)) }
        }
    }

    private static func starts(_ length: Int, _ side: Int, _ overlap: Double) -> [Int] {
        guard side < length else { return [0] }
        let step = side - Int((Double(side) * overlap).rounded(.up))
        let gaps = (length - side + step - 1) / step
        return (0...gaps).map { $0 * (length - side) / gaps }
    }
}
