// Which tiles of a picture are worth a look.
import Imaging

/// Chooses, picture by picture of a camera that stands still, the tiles in which something changed since they were looked at last, those in
/// which something is followed, and each other one in turn.
///
/// A block of 8x8 pixels has changed when it differs by more than noise explains: the sensor's, told from all blocks, and its own, as that of
/// leaves in the wind. Light that changes everywhere is no change. Results depend on the pictures and their order only.
public struct TileGate: Sendable {
    public let grid: TileGrid
    private let refresh: Int
    private var frame = 0
    private var last: BlockLevels?
    /// What light all over the picture added since the first one, in grey levels.
    private var light: Float = 0
    /// Of each block, the usual difference from picture to picture.
    private var restlessness: [Float] = []
    /// Of each tile, its blocks when it was looked at last, less the light; none before that.
    private var seen: [[Float]]

    /// The least change of a block in grey levels, and how many times its noise it must be.
    private static let leastChange: Float = 2
    private static let clearly: Float = 5
    /// How fast the usual difference of a block is learnt.
    private static let learning: Float = 0.02

    /// - Parameter refresh: pictures within which each tile is chosen once at least; 1 chooses all of them always.
    public init(_ grid: TileGrid, refresh: Int = 30) {
        self.grid = grid
        self.refresh = max(refresh, 1)
        seen = Array(repeating: [], count: grid.tiles.count)
    }

    /// The tiles to look at, by their places in the grid, ascending; they count as looked at. Complexity: O(blocks * log blocks).
    ///
    /// A picture of another size than the grid's, or than the one before, has no tile left out.
    /// - Parameter following: boxes of objects that are followed; each chooses the tile that shows most around it.
    public mutating func choose(_ levels: BlockLevels, following: [Box] = []) -> [Int] {
        let levelsFit = levels.width == grid.width && levels.height == grid.height
        guard levelsFit, let last, last.sums.count == levels.sums.count, last.across == levels.across else {
            self.last = levels
            light = 0
            restlessness = [Float](repeating: 0, count: levels.sums.count)
            frame = 1
            for tile in grid.tiles.indices { seen[tile] = values(of: tile, in: levels) }
            return Array(grid.tiles.indices)
        }
        let limits = learn(levels, after: last)
        self.last = levels
        let followed = Set(following.compactMap(tile(around:)))
        let chosen = grid.tiles.indices.filter { tile in
            let isDue = (frame + tile * refresh / grid.tiles.count) % refresh == 0
            return isDue || followed.contains(tile) || hasChanged(tile, levels, limits)
        }
        for tile in chosen { seen[tile] = values(of: tile, in: levels) }
        frame += 1
        return chosen
    }

    /// Updates light and restlessness; the change that each block must exceed.
    private mutating func learn(_ levels: BlockLevels, after last: BlockLevels) -> [Float] {
        var changes = zip(levels.sums, last.sums).map { (Float($0) - Float($1)) / 64 }
        let added = Self.median(changes)
        light += added
        for index in changes.indices { changes[index] = abs(changes[index] - added) }
        // Of normal noise, half is within 0.67 deviations.
        let noise = Self.median(changes) / 0.67
        for index in changes.indices {
            restlessness[index] += Self.learning * (changes[index] - restlessness[index])
        }
        return restlessness.map { max(Self.leastChange, Self.clearly * max(noise, $0)) }
    }

    private func hasChanged(_ tile: Int, _ levels: BlockLevels, _ limits: [Float]) -> Bool {
        let blocks = blocks(of: tile, in: levels)
        var place = 0
        for row in blocks.rows {
            for column in blocks.columns {
                let index = row * levels.across + column
                let change = Float(levels.sums[index]) / 64 - light - seen[tile][place]
                if abs(change) > limits[index] { return true }
                place += 1
            }
        }
        return false
    }

    private func values(of tile: Int, in levels: BlockLevels) -> [Float] {
        let blocks = blocks(of: tile, in: levels)
        return blocks.rows.flatMap { row in
            blocks.columns.map { Float(levels.sums[row * levels.across + $0]) / 64 - light }
        }
    }

    /// The blocks that a tile has a part in.
    private func blocks(of tile: Int, in levels: BlockLevels) -> (rows: Range<Int>, columns: Range<Int>) {
        func range(_ start: Int, _ length: Int, _ side: Double, _ count: Int) -> Range<Int> {
            let first = min(Int(Double(start) / side), count)
            return first..<max(min(Int((Double(start + length) / side).rounded(.up)), count), first)
        }
        let tile = grid.tiles[tile]
        return (
            range(tile.y, tile.height, levels.blockHeight, levels.down),
            range(tile.x, tile.width, levels.blockWidth, levels.across)
        )
    }

    /// The tile in which most is seen around `box`: its nearest inner side is farthest away.
    private func tile(around box: Box) -> Int? {
        guard [box.x, box.y, box.right, box.bottom].allSatisfy(\.isFinite) else { return nil }
        var best: (room: Float, tile: Int)?
        for (index, tile) in grid.tiles.enumerated() {
            let right = Float(tile.x + tile.width), bottom = Float(tile.y + tile.height)
            guard box.x < right, box.y < bottom, box.right > Float(tile.x), box.bottom > Float(tile.y) else { continue }
            var room = Float.infinity
            if tile.x > 0 { room = min(room, box.x - Float(tile.x)) }
            if tile.y > 0 { room = min(room, box.y - Float(tile.y)) }
            if tile.x + tile.width < grid.width { room = min(room, right - box.right) }
            if tile.y + tile.height < grid.height { room = min(room, bottom - box.bottom) }
            if room > best?.room ?? -.infinity { best = (room, index) }
        }
        return best?.tile
    }

    private static func median(_ values: [Float]) -> Float {
        values.isEmpty ? 0 : values.sorted()[values.count / 2]
    }
}
