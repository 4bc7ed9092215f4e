// Feeds files of terrain: any bytes end in heights, or in words.

import FuzzDriver
import Glibc
import Terrain

@main enum TerrainFuzz {
    private static let folder = String(cString: fuzz_folder())
    /// SRTM's smaller tile, whatever it begins with.
    private static let tileBytes = 1201 * 1201 * 2
    private static let places: [(latitude: Double, longitude: Double)] = [
        (44.9999, -71.9999), (44.5, -71.5), (46, 8), (45.999, 8.001), (0, 0), (-90, 180), (90, -180), (.nan, .infinity),
    ]

    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            TerrainFuzz.feed(UnsafeRawBufferPointer(start: data, count: size))
            return 0
        }
    }

    private static func feed(_ bytes: UnsafeRawBufferPointer) {
        // The first byte tells what the others are: a GeoTIFF, a tile, or a tile of a wrong length.
        let kind = bytes.first ?? 1
        let path = folder + (kind & 1 == 1 ? "/a.tif" : "/N44W072.hgt")
        guard let file = fopen(path, "wb") else { return }
        if bytes.count > 1, let start = bytes.baseAddress { fwrite(start + 1, 1, bytes.count - 1, file) }
        fclose(file)
        if kind & 3 == 0 { truncate(path, tileBytes) }
        defer { unlink(path) }
        guard let terrain = try? TerrainFolder(path: folder) else { return }
        let bounds = terrain.bounds
        let corners = [(bounds.north, bounds.west), (bounds.south, bounds.east)]
        for (latitude, longitude) in places + corners {
            if let height = terrain.height(latitude: latitude, longitude: longitude).metres {
                precondition((-12_000...9_000).contains(height))
            }
            precondition(terrain.spacing(latitude: latitude, longitude: longitude).map { $0 > 0 } ?? true)
        }
        if kind & 0x80 != 0, let tile = MercatorTile(zoom: 7, x: 66, y: 45), let grid = terrain.heights(of: tile) {
            precondition(grid.heights.count == grid.side * grid.side)
        }
    }
}
