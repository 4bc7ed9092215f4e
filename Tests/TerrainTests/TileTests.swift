// SRTM tiles, whole and broken.
import Foundation
import TestSupport
import Testing

@testable import Terrain

@Suite struct TileTests {
    private static let step = 1.0 / 1200

    @Test("a post's height is its own, and between posts it is bilinear")
    func heights() throws {
        let files = try TerrainFiles()
        try files.writeTile("N44W072.hgt") { row, column in Int16((row * 7 + column * 3) % 2000) }
        let terrain = try TerrainFolder(path: files.path)
        func post(_ row: Int, _ column: Int) -> Double { Double((row * 7 + column * 3) % 2000) }
        for (row, column) in [(0, 0), (1200, 1200), (0, 1200), (127, 128), (128, 127), (640, 1151)] {
            let height = terrain.height(
                latitude: 45 - Double(row) * Self.step, longitude: -72 + Double(column) * Self.step)
            let metres = try #require(height.metres)
            #expect(abs(metres - post(row, column)) < 0.01, "\(row), \(column)")
        }
        var random = SplitMix(state: 11)
        for _ in 0..<2000 {
            let row = Double.random(in: 0..<1200, using: &random)
            let column = Double.random(in: 0..<1200, using: &random)
            let (top, left) = (Int(row), Int(column))
            let (down, right) = (row - Double(top), column - Double(left))
            let upper = post(top, left) * (1 - right) + post(top, left + 1) * right
            let lower = post(top + 1, left) * (1 - right) + post(top + 1, left + 1) * right
            let expected = upper * (1 - down) + lower * down
            let found = terrain.height(latitude: 45 - row * Self.step, longitude: -72 + column * Self.step).metres
            if abs((found ?? .nan) - expected) > 0.01 {
                Issue.record("\(row), \(column): \(String(describing: found))")
            }
        }
        #expect(terrain.blockCount <= TerrainFolder.mostBlocks)
        #expect(abs((terrain.spacing(latitude: 44.5, longitude: -71.5) ?? 0) - 92.77) < 0.1)
    }

    @Test("a void beside a valid post is not filled from it, and the post itself keeps its height")
    func voids() throws {
        let files = try TerrainFiles()
        try files.writeTile("N44W072.hgt") { row, column in row == 600 && column == 600 ? .min : 500 }
        let terrain = try TerrainFolder(path: files.path)
        func height(_ row: Double, _ column: Double) -> Height {
            terrain.height(latitude: 45 - row * Self.step, longitude: -72 + column * Self.step)
        }
        #expect(height(600, 600) == .void && height(600.5, 600.5) == .void && height(599.01, 600) == .void)
        #expect(height(599, 600) == .metres(500) && height(600, 599) == .metres(500))
        #expect(height(598.5, 600) == .metres(500))
    }

    @Test("numbers that are no heights are void")
    func wildNumbers() throws {
        let files = try TerrainFiles()
        try files.writeTile("S01E010.hgt") { row, _ in row < 600 ? 32767 : -20000 }
        let terrain = try TerrainFolder(path: files.path)
        #expect(terrain.height(latitude: -0.2, longitude: 10.5) == .void)
        #expect(terrain.height(latitude: -0.8, longitude: 10.5) == .void)
    }

    @Test("the edge that tiles share is found in either, and what is beyond is missing")
    func edges() throws {
        let files = try TerrainFiles()
        try files.writeTile("n44w072.HGT") { row, _ in row == 0 ? 700 : 500 }
        let terrain = try TerrainFolder(path: files.path)
        #expect(terrain.height(latitude: 45, longitude: -71.5) == .metres(700))
        #expect(terrain.height(latitude: 44, longitude: -71) == .metres(500))
        #expect(terrain.height(latitude: 45.001, longitude: -71.5) == .missing)
        #expect(terrain.height(latitude: 44.5, longitude: -70.999) == .missing)
        for wild in [Double.nan, .infinity, 91, -1e300] {
            #expect(terrain.height(latitude: wild, longitude: 0) == .missing)
            #expect(terrain.height(latitude: 0, longitude: wild == 91 ? 181 : wild) == .missing)
            #expect(terrain.spacing(latitude: wild, longitude: 0) == nil)
        }
    }

    @Test("a truncated tile is refused in one line that tells both sizes")
    func truncated() throws {
        let files = try TerrainFiles()
        try files.writeTile("N44W072.hgt") { _, _ in 500 }
        try files.write([UInt8](repeating: 1, count: 12345), "N44W073.hgt")
        let terrain = try TerrainFolder(path: files.path)
        let expected =
            "N44W073.hgt has 12345 bytes where a tile has 2884802 (1201 x 1201 posts) or 25934402 (3601 x 3601 posts): "
            + "copy it anew"
        #expect(terrain.troubles == [expected])
        #expect(terrain.height(latitude: 44.5, longitude: -72.5) == .damaged(expected))
        #expect(terrain.height(latitude: 44.5, longitude: -71.5) == .metres(500))
    }

    @Test("a tile that is shortened while it is used is told, and nothing ends")
    func shortened() throws {
        let files = try TerrainFiles()
        try files.writeTile("N44W072.hgt") { _, _ in 500 }
        let terrain = try TerrainFolder(path: files.path)
        #expect(terrain.height(latitude: 44.9, longitude: -71.5) == .metres(500))
        truncate(files.path + "/N44W072.hgt", 1000)
        let height = terrain.height(latitude: 44.1, longitude: -71.5)
        #expect(height == .damaged("N44W072.hgt ends too early: copy it anew"))
    }

    @Test("a packed tile, a wrong name and an empty folder are told in words")
    func others() throws {
        let files = try TerrainFiles()
        #expect(throws: TerrainError.empty(files.path)) { try TerrainFolder(path: files.path) }
        #expect(throws: TerrainError.folder(files.path + "/x", reason: "No such file or directory")) {
            try TerrainFolder(path: files.path + "/x")
        }
        try files.write([1], "N44W072.hgt.gz")
        let packed = "N44W072.hgt.gz is packed: unpack it (gunzip, unzip) to a file that ends in .hgt"
        #expect(throws: TerrainError.unusable(packed)) { try TerrainFolder(path: files.path) }
        try files.write([1], "mountain.hgt")
        try files.writeTile("N44W071.hgt") { _, _ in 5 }
        let terrain = try TerrainFolder(path: files.path)
        #expect(terrain.troubles.contains(packed))
        #expect(terrain.troubles.contains { $0.hasPrefix("mountain.hgt is not named as a tile is") })
        #expect(terrain.height(latitude: 44.5, longitude: -71.5) == .damaged(packed))
    }

    @Test("names of tiles are read in all four quarters, and no others")
    func names() {
        #expect(TileName(file: "N44W072.hgt") == TileName(south: 44, west: -72))
        #expect(TileName(file: "s07e110.SRTMGL1.hgt") == TileName(south: -7, west: 110))
        #expect(TileName(south: -7, west: 5).description == "S07E005")
        for name in ["N90E000", "N44W181", "N4W072", "X44W072", "N44Q072", "", "N44W0", "N 4W072"] {
            #expect(TileName(file: name) == nil, "\(name)")
        }
    }

    @Test("memory is bounded: of many blocks the last 256 stay")
    func bounded() throws {
        let files = try TerrainFiles()
        let bytes = TerrainFiles.tile(side: 1201) { _, _ in 321 }
        for west in 71...75 { try files.write(bytes, "N44W0\(west).hgt") }
        let terrain = try TerrainFolder(path: files.path)
        for west in 71...75 {
            for row in 0..<10 {
                for column in 0..<10 {
                    let height = terrain.height(
                        latitude: 44.01 + Double(row) * 0.1, longitude: -Double(west) + 0.01 + Double(column) * 0.1)
                    if height != .metres(321) { Issue.record("\(west) \(row) \(column): \(height)") }
                }
            }
        }
        #expect(terrain.blockCount == TerrainFolder.mostBlocks)
    }
}

/// What terrain does not know is told.
@Suite struct WatchedTerrainTests {
    @Test("each tile that is void, damaged or missing is named once")
    func news() throws {
        let files = try TerrainFiles()
        try files.writeTile("N44W072.hgt") { row, _ in row < 600 ? -32768 : 5 }
        try files.write([1], "N44W071.hgt")
        let folder = try TerrainFolder(path: files.path)
        let terrain = WatchedTerrain(folder, name: "mountains", troubles: folder.troubles)
        let first = terrain.takeNews()
        #expect(first.count == 1 && first[0].contains("N44W071.hgt"))
        for _ in 0..<3 {
            #expect(terrain.height(latitude: 44.2, longitude: -71.5) == .metres(5))
            for latitude in [44.8, 44.81, 44.9] {
                #expect(terrain.height(latitude: latitude, longitude: -71.5) == .void)
            }
            #expect(terrain.height(latitude: 44.5, longitude: -70.5).metres == nil)
            #expect(terrain.height(latitude: 46.5, longitude: 8.5) == .missing)
        }
        let news = terrain.takeNews()
        #expect(news.count == 2 && news[0].hasPrefix("mountains: tile N44W072 is void"), "\(news)")
        #expect(news.last?.contains("no tile N46E008") == true && terrain.takeNews().isEmpty)
    }
}
