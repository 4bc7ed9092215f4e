// GeoTIFFs through libgdal, where it is installed.
import CGDAL
import TestSupport
import Testing

@testable import Terrain

@Suite struct GeoTIFFTests {
    @Test("without libgdal a GeoTIFF is told what to install", .enabled(if: !DrawnGeoTIFF.hasGDAL))
    func absent() throws {
        let files = try TerrainFiles()
        try files.write(DrawnGeoTIFF().bytes, "a.tif")
        let words = "a.tif: libgdal is not on this machine: install Debian's libgdal36 (libgdal32 on Debian 12)"
        #expect(throws: TerrainError.unusable(words)) { try TerrainFolder(path: files.path) }
    }

    @Test(
        "posts lie where the file says, voids are voids, the rim reaches half a post",
        .enabled(if: DrawnGeoTIFF.hasGDAL))
    func heights() throws {
        let files = try TerrainFiles()
        var drawn = DrawnGeoTIFF()
        drawn.heights = { row, column in row == 20 && column == 20 ? -32768 : Int16(1000 + 10 * row + column) }
        try files.write(drawn.bytes, "a.tif")
        let terrain = try TerrainFolder(path: files.path)
        #expect(terrain.troubles.isEmpty)
        func height(_ row: Double, _ column: Double) -> Height {
            terrain.height(latitude: 46 - row * drawn.step, longitude: 8 + column * drawn.step)
        }
        for (row, column) in [(0.0, 0.0), (29, 39), (4, 7), (4.5, 7.25)] {
            let metres = try #require(height(row, column).metres)
            #expect(abs(metres - (1000 + 10 * row + column)) < 0.01)
        }
        #expect(height(19.5, 20) == .void && height(-0.4, 3).metres == 1003 && height(-0.6, 3) == .missing)
        #expect(abs((terrain.spacing(latitude: 45.999, longitude: 8.005) ?? 0) - 30.9) < 0.1)
    }

    @Test("the finer file is asked first, the coarser one where it is void", .enabled(if: DrawnGeoTIFF.hasGDAL))
    func order() throws {
        let files = try TerrainFiles()
        var drawn = DrawnGeoTIFF()
        drawn.heights = { row, _ in row < 15 ? 2000 : -32768 }
        try files.write(drawn.bytes, "a.tif")
        try files.writeTile("N45E008.hgt") { _, _ in 700 }
        let terrain = try TerrainFolder(path: files.path)
        #expect(terrain.height(latitude: 46 - 5 * drawn.step, longitude: 8.005) == .metres(2000))
        #expect(terrain.height(latitude: 46 - 25 * drawn.step, longitude: 8.005) == .metres(700))
    }

    @Test("what is no grid of degrees is told in words", .enabled(if: DrawnGeoTIFF.hasGDAL))
    func refused() throws {
        let files = try TerrainFiles()
        try files.writeTile("N45E008.hgt") { _, _ in 700 }
        try files.write(DrawnGeoTIFF(model: 1).bytes, "projected.tif")
        try files.write(Array("not a tiff".utf8), "text.tif")
        let whole = DrawnGeoTIFF().bytes
        try files.write(Array(whole.prefix(whole.count / 2)), "cut.tif")
        let terrain = try TerrainFolder(path: files.path)
        let words = "projected.tif: is not over degrees: make one with gdalwarp -t_srs EPSG:4326"
        #expect(terrain.troubles.contains(words))
        #expect(terrain.troubles.count == 3 && terrain.troubles.allSatisfy { !$0.contains("\n") })
    }

    @Test("a picture over degrees is no terrain, and hides none", .enabled(if: DrawnGeoTIFF.hasGDAL))
    func pictures() throws {
        let files = try TerrainFiles()
        try files.writeTile("N45E008.hgt") { _, _ in 700 }
        let pictures = [
            ("photo.tif", DrawnGeoTIFF(bands: 3, bits: 8, kind: 1, colours: 2), "several bands"),
            ("alpha.tif", DrawnGeoTIFF(bands: 4, bits: 16, kind: 1, colours: 2), "several bands"),
            ("grey.tif", DrawnGeoTIFF(bits: 8, kind: 1), "8 bits"),
            ("signed.tif", DrawnGeoTIFF(bits: 8, kind: 2), "8 bits"),
            ("palette.tif", DrawnGeoTIFF(bits: 8, kind: 1, colours: 3), "8 bits"),
            ("wide.tif", DrawnGeoTIFF(bits: 16, kind: 1, colours: 3), "colours"),
            ("radar.tif", DrawnGeoTIFF(bits: 32, kind: 5), "complex"),
        ]
        for (name, drawn, _) in pictures { try files.write(drawn.bytes, name) }
        let terrain = try TerrainFolder(path: files.path)
        for (name, _, words) in pictures {
            #expect(
                terrain.troubles.contains { $0.hasPrefix("\(name): ") && $0.contains(words) }, "\(terrain.troubles)")
        }
        #expect(terrain.troubles.count == pictures.count)
        #expect(terrain.height(latitude: 46 - 5.0 / 3600, longitude: 8.005) == .metres(700))
    }

    @Test("heights of 16 and of 32 bits are terrain", .enabled(if: DrawnGeoTIFF.hasGDAL), arguments: [16, 32], [1, 2])
    func samples(bits: Int, kind: Int) throws {
        let files = try TerrainFiles()
        try files.write(DrawnGeoTIFF(bits: bits, kind: kind).bytes, "a.tif")
        #expect(try TerrainFolder(path: files.path).height(latitude: 46, longitude: 8) == .metres(1000))
    }

    @Test("names that mean more than files to libgdal are none", .enabled(if: DrawnGeoTIFF.hasGDAL))
    func noOtherNames() throws {
        var form = arete_gdal_form()
        var error = arete_gdal_error()
        for name in ["/vsicurl/http://127.0.0.1:9/a.tif", "GTIFF_DIR:1:/tmp/a.tif", "/vsimem/a", "/tmp", ""] {
            #expect(arete_gdal_open(name, &form, &error) == nil)
        }
    }

    @Test("bytes that were changed end in a line or in heights, never in more", .enabled(if: DrawnGeoTIFF.hasGDAL))
    func changed() throws {
        let seed: UInt64 = 77
        var random = SplitMix(state: seed)
        let whole = DrawnGeoTIFF(columns: 12, rows: 9).bytes
        for turn in 0..<60 {
            let files = try TerrainFiles()
            var bytes = whole
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                // Most of it is the directory, at the end.
                let place = Int.random(
                    in: turn.isMultiple(of: 2) ? bytes.count - 300..<bytes.count : 0..<bytes.count, using: &random)
                bytes[place] = UInt8.random(in: 0...255, using: &random)
            }
            try files.write(bytes, "a.tif")
            guard let terrain = try? TerrainFolder(path: files.path) else { continue }
            for _ in 0..<20 {
                _ = terrain.height(
                    latitude: 46 - Double.random(in: 0...0.01, using: &random),
                    longitude: 8 + Double.random(in: 0...0.01, using: &random))
            }
        }
    }
}
