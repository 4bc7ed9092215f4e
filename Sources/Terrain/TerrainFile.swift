// What a folder knows of a file without reading its posts.

/// A file of heights, and where it lies.
struct TerrainFile: Sendable {
    enum Kind: Sendable {
        case tile(side: Int)
        case geoTIFF
    }

    let path: String
    let kind: Kind
    let grid: PostGrid
    /// Why none of it can be used.
    var damage: String?

    /// Steps outside the outermost posts that still have their heights: a GeoTIFF's posts are middles of pixels.
    var rim: Double {
        switch kind {
        case .tile: 0
        case .geoTIFF: 0.5
        }
    }

    var name: String { path.split(separator: "/").last.map { String($0) } ?? path }

    /// - Returns: `nil` for no tile of the earth.
    init?(tile: TileName, path: String, bytes: Int) {
        let side = SRTMTile.side(bytes: bytes)
        let step = 1 / Double((side ?? SRTMTile.sides[0]) - 1)
        let grid = PostGrid(
            columns: side ?? SRTMTile.sides[0], rows: side ?? SRTMTile.sides[0], north: Double(tile.south + 1),
            west: Double(tile.west), rowStep: step, columnStep: step)
        guard let grid else { return nil }
        (self.path, self.grid) = (path, grid)
        kind = .tile(side: side ?? SRTMTile.sides[0])
        if side == nil { damage = "\(name) \(SRTMTile.complaint(bytes: bytes))" }
    }

    /// A packed tile: it is told that it must be unpacked.
    init?(packed tile: TileName, path: String) {
        self.init(tile: tile, path: path, bytes: 0)
        damage = "\(name) is packed: unpack it (gunzip, unzip) to a file that ends in .hgt"
    }

    init(geoTIFF path: String, grid: PostGrid) {
        (self.path, self.grid, kind) = (path, grid, .geoTIFF)
    }

    func opened() throws(PostFailure) -> any PostSource {
        switch kind {
        case .tile(let side): try SRTMTile(path: path, side: side)
        case .geoTIFF: try GeoTIFF(path: path)
        }
    }
}
