// The ground that a station knows.
import Imaging
import JSON
import Synchronization
import Terrain
import Times

/// A terrain model, for the page's map and for what senders' cameras see. Any thread may ask.
public final class StationTerrain: Sendable {
    let model: TerrainFolder
    /// Of its tiles: another whenever files were read.
    private let version = UTC.now
    private let drawn = Mutex(Drawn())

    /// Tiles that were drawn last: 256 of some 60 kB.
    private struct Drawn {
        var tiles: [MercatorTile: (file: [UInt8], use: Int)] = [:]
        var uses = 0
    }

    private static let mostTiles = 256
    /// Pixels: what a model's heights have around a tile at most.
    private static let mostMargin = 16.0

    /// - Throws: `TerrainError` for a folder that holds no terrain that can be used.
    public init(folder: String) throws(TerrainError) { model = try TerrainFolder(path: folder) }

    /// What is wrong with files, one line each.
    public var troubles: [String] { model.troubles }

    /// A tile of the map as a PNG file; `nil` where there is no ground.
    ///
    /// - Throws: `ImageError`.
    func tile(_ tile: MercatorTile) throws(ImageError) -> [UInt8]? {
        let known = drawn.withLock { drawn -> [UInt8]? in
            drawn.uses += 1
            drawn.tiles[tile]?.use = drawn.uses
            return drawn.tiles[tile]?.file
        }
        if let known { return known }
        let middle = Double(MercatorTile.side) / 2
        let spacing = model.spacing(
            latitude: tile.latitude(row: middle), longitude: tile.longitude(column: middle))
        let margin = Int(min((spacing ?? 0) / tile.metresPerPixel, Self.mostMargin).rounded(.up))
        guard let grid = model.heights(of: tile, margin: max(margin, 1)) else { return nil }
        let file = try HillShade.picture(grid).png()
        drawn.withLock { drawn in
            if drawn.tiles.count >= Self.mostTiles, let oldest = drawn.tiles.min(by: { $0.value.use < $1.value.use }) {
                drawn.tiles[oldest.key] = nil
            }
            drawn.tiles[tile] = (file, drawn.uses)
        }
        return file
    }

    var json: JSONValue {
        let bounds = model.bounds
        return [
            "bounds": JSONValue([bounds.west, bounds.south, bounds.east, bounds.north].map { JSONValue($0) }),
            "finest": JSONValue(bounds.finest), "version": JSONValue(version),
            "trouble": .optional(model.troubles.first),
        ]
    }
}
