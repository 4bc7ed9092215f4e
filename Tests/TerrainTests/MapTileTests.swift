// Heights for maps.
import Foundation
import TestSupport
import Testing

@testable import Terrain

@Suite struct MapTileTests {
    @Test("the corners of map tiles are those of the Web Mercator scheme")
    func corners() throws {
        let world = try #require(MercatorTile(zoom: 0, x: 0, y: 0))
        #expect(abs(world.latitude(row: 0) - 85.05112878) < 1e-7 && world.longitude(column: 256) == 180)
        // A tile that the scheme's own documentation has: 51.51202, 0.02435 is in 10/512/340 (Slippy map tilenames).
        let london = try #require(MercatorTile(zoom: 10, x: 512, y: 340))
        #expect(london.latitude(row: 0) > 51.512 && london.latitude(row: 256) < 51.512)
        #expect(london.longitude(column: 0) <= 0.02435 && london.longitude(column: 256) > 0.02435)
        #expect(MercatorTile(zoom: 3, x: 8, y: 0) == nil && MercatorTile(zoom: 25, x: 0, y: 0) == nil)
        #expect(MercatorTile(zoom: -1, x: 0, y: 0) == nil && MercatorTile(zoom: 3, x: 0, y: -1) == nil)
        #expect(abs(world.metresPerPixel - 156_543.03) < 0.1)
    }

    @Test("a map tile's heights are those of its pixels' middles, and its margin is its neighbours'")
    func heights() throws {
        let files = try TerrainFiles()
        try files.writeTile("N44W072.hgt") { row, column in Int16(row + column / 2) }
        let terrain = try TerrainFolder(path: files.path)
        let tile = try #require(MercatorTile(zoom: 12, x: 1236, y: 1487))
        let grid = try #require(terrain.heights(of: tile))
        #expect(grid.side == 258 && grid.heights.count == 258 * 258)
        for (column, row) in [(0, 0), (255, 255), (-1, 256), (100, 31)] {
            let latitude = tile.latitude(row: Double(row) + 0.5),
                longitude = tile.longitude(column: Double(column) + 0.5)
            let expected = try #require(terrain.height(latitude: latitude, longitude: longitude).metres)
            #expect(abs(Double(try #require(grid.height(column: column, row: row))) - expected) < 0.01)
        }
        #expect(grid.height(column: 257, row: 0) == nil)
        #expect(terrain.heights(of: try #require(MercatorTile(zoom: 12, x: 0, y: 0))) == nil)
        #expect(terrain.heights(of: try #require(MercatorTile(zoom: 3, x: 2, y: 2))) == nil)
        let wide = try #require(MercatorTile(zoom: 8, x: 77, y: 92))
        #expect(terrain.heights(of: wide, margin: 99)?.margin == 16)
    }
}
