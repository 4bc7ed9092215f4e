// Where a terrain model has heights.

/// The least rectangle around all files of a model, in degrees, and how far its closest posts are apart.
public struct TerrainBounds: Hashable, Sendable {
    public let west: Double
    public let south: Double
    public let east: Double
    public let north: Double
    /// Metres from north to south.
    public let finest: Double

    /// `nil` for none.
    init?(of grids: [PostGrid]) {
        guard let west = grids.map(\.west).min(), let east = grids.map(\.east).max(),
            let south = grids.map(\.south).min(), let north = grids.map(\.north).max(),
            let step = grids.map(\.rowStep).min()
        else { return nil }
        (self.west, self.south, self.east, self.north) = (west, south, east, north)
        finest = step * metresPerDegree
    }
}
