// Searched ground as other programs get it.
import Foundation
import HTTP
import JSON
import Link
import Peers
import TestSupport
import Testing

@testable import Geolocation
@testable import Station

@Suite struct SearchExportTests {
    static let hasOGR = FileManager.default.isExecutableFile(atPath: "/usr/bin/ogrinfo")

    private let folder: TestFolder

    init() throws { folder = try TestFolder("search-export") }

    /// At 46.5 degrees: cells of 10 m.
    private static func picture(columns: Int, rows: Int, _ level: (_ column: Int, _ row: Int) -> UInt8)
        -> SearchedPicture
    {
        let pixels = (0..<columns * rows).map { level($0 % columns, $0 / columns) }
        let seen = pixels.filter { $0 > 0 }
        let sum = seen.reduce(0) { $0 + Double($1) / 255 }
        return SearchedPicture(
            cell: 10, southWest: EarthPlace(latitude: 46.5, longitude: 8.1),
            northEast: EarthPlace(
                latitude: 46.5 + Double(rows) * 10 / 111_170, longitude: 8.1 + Double(columns) * 10 / 76_770),
            columns: columns, rows: rows, pixels: pixels, squareKilometres: Double(seen.count) / 1e4,
            meanProbability: seen.isEmpty ? 0 : sum / Double(seen.count))
    }

    /// Deeper to the middle, where nothing was seen.
    private static func ring(_ side: Int = 60) -> SearchedPicture {
        picture(columns: side, rows: side) { column, row in
            let far =
                Double((column * 2 - side) * (column * 2 - side) + (row * 2 - side) * (row * 2 - side))
                .squareRoot() / Double(side)
            return far > 0.9 || far < 0.2 ? 0 : UInt8(255 * (1 - far))
        }
    }

    @Test(
        "bands have all cells that were seen, each once, whatever the picture",
        arguments: [1, UInt64.random(in: 2 ... .max)])
    func whole(seed: UInt64) {
        print("seed \(seed)")
        var random = SplitMix(state: seed)
        for _ in 0..<20 {
            let limit = UInt8.random(in: 1...255, using: &random)
            let drawn = (0..<20 * 30).map { _ in UInt8.random(in: 0...limit, using: &random) }
            let picture = Self.picture(columns: 20, rows: 30) { drawn[$1 * 20 + $0] }
            let searched = SearchedBands(picture)
            for band in searched.bands {
                let levels = drawn.filter { level in
                    let percent = Double(level) / 2.55
                    return level > 0 && percent >= Double(band.from) && (percent < Double(band.to) || band.to == 100)
                }
                #expect(band.cells == levels.count && band.cells > 0, "seed \(seed): \(band.from)")
            }
            let all = searched.bands.reduce(0) { $0 + $1.cells }
            #expect(all == drawn.filter { $0 > 0 }.count, "seed \(seed)")
            #expect(abs(searched.squareMetres(all) - searched.searched) < 1e-6 && searched.cell == 10, "seed \(seed)")
        }
    }

    @Test("ground with too many corners is told by larger cells, as surely as before and in the same place")
    func coarser() throws {
        // Every other cell is seen: a half of each larger one.
        let picture = Self.picture(columns: 61, rows: 41) { ($0 + $1) % 2 == 0 ? 255 : 0 }
        let searched = SearchedBands(picture, mostCorners: 200)
        #expect(searched.cell == 20 && searched.bands.contains { $0.from == 50 && $0.cells == 30 * 20 })
        #expect(searched.searched == Double(61 * 41 + 1) / 2 * 100)
        let corners = searched.bands.flatMap(\.patches).flatMap(\.outline).map(searched.place)
        let (west, south) = (corners.map(\.longitude).min() ?? 0, corners.map(\.latitude).min() ?? 0)
        let (east, north) = (corners.map(\.longitude).max() ?? 0, corners.map(\.latitude).max() ?? 0)
        #expect(abs(west - 8.1) < 1e-7 && abs(south - 46.5) < 1e-7)
        // Half a larger cell beyond.
        #expect(abs(east - 8.1 - 620 / 76_770) < 2e-7 && abs(north - 46.5 - 420 / 111_170) < 2e-7)
        let whole = SearchedBands(picture)
        #expect(whole.cell == 10 && whole.bands.count == 1 && whole.bands.first?.patches.count == (61 * 41 + 1) / 2)
    }

    @Test("the largest picture with the most ragged ground ends soon, in a file of bounded size")
    func largest() {
        let noise = (0..<65_536).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
        let picture = Self.picture(columns: 512, rows: 512) { noise[($1 &* 7919 &+ $0) & 65_535] }
        let searched = SearchedBands(picture)
        let corners = searched.bands.flatMap(\.patches).reduce(0) { sum, patch in
            sum + patch.outline.count + patch.holes.reduce(0) { $0 + $1.count }
        }
        #expect(corners <= SearchedBands.mostCorners && searched.cell > 10 && !searched.bands.isEmpty)
    }

    @Test("over the date line polygons stay in one piece")
    func dateLine() {
        var picture = Self.picture(columns: 4, rows: 2) { _, _ in 200 }
        picture.southWest.longitude = 179.9998
        picture.northEast.longitude = -179.9997
        let places = SearchedBands(picture).bands.flatMap(\.patches).flatMap(\.outline)
            .map(SearchedBands(picture).place)
        #expect(places.map(\.longitude).min() == 179.9998 && places.map(\.longitude).max() == 180.0003)
    }

    @Test("the files are read by GDAL as valid polygons of the ground that they tell", .enabled(if: hasOGR))
    func read() throws {
        let picture = Self.ring()
        let searched = SearchedBands(picture)
        #expect(searched.bands.count >= 4)
        for format in SearchExport.allCases {
            let file = try folder.write(format.fileName, format.document(searched))
            let all = try Self.ogrinfo(["-al", "-so", file])
            #expect(all.contains("Feature Count: \(searched.bands.count)"), "\(all)")
            #expect(all.contains("pod_from: ") && all.contains("area_m2: "), "\(all)")
            let layer = all.components(separatedBy: "Layer name: ").last?.components(separatedBy: "\n").first ?? ""
            // Degrees, of which the area is reckoned flat.
            let told = try Self.ogrinfo([file, "-q", "-sql", "SELECT OGR_GEOM_AREA AS flat, area_m2 FROM \"\(layer)\""])
            func sum(_ field: String) -> Double {
                told.components(separatedBy: "\n").filter { $0.contains("  \(field) ") }
                    .reduce(0) { $0 + (Double($1.components(separatedBy: " = ").last ?? "") ?? .nan) }
            }
            #expect(abs(sum("flat") * 111_170 * 76_770 / searched.searched - 1) < 1e-3, "\(told)")
            #expect(abs(sum("area_m2") / searched.searched - 1) < 1e-9, "\(told)")
        }
    }

    private static func ogrinfo(_ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/ogrinfo")
        process.arguments = ["-ro"] + arguments
        let pipe = Pipe()
        (process.standardOutput, process.standardError) = (pipe, pipe)
        try process.run()
        let told = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: told, as: UTF8.self)
    }

    @Test("GeoJSON has closed rings, outlines against the clock, and colours that maps follow")
    func geoJSON() throws {
        let text = GeoJSONDocument.text(SearchedBands(Self.ring(20)))
        let document = try JSONReader.read(bytes: Array(text.utf8), source: "x", limits: .configuration)
        let features = Self.list(document["features"])
        #expect(features.count >= 3)
        for feature in features {
            guard case .string(let fill)? = feature["properties"]?["fill"]?.content else {
                Issue.record("\(feature.text)")
                continue
            }
            #expect(fill.count == 7 && fill.hasPrefix("#"))
            for polygon in Self.list(feature["geometry"]?["coordinates"]) {
                for (place, ring) in Self.list(polygon).enumerated() {
                    let corners = Self.list(ring).map { Self.list($0).map(Self.number) }
                    #expect(corners.first == corners.last && corners.count >= 5)
                    let area = zip(corners, corners.dropFirst()).reduce(0) { sum, pair in
                        sum + pair.0[0] * pair.1[1] - pair.1[0] * pair.0[1]
                    }
                    #expect((area > 0) == (place == 0))
                }
            }
        }
    }

    @Test("without terrain, and before anything was searched, it is said why there is nothing")
    func nothing() throws {
        let store = folder.path("store")
        _ = try PairedBox.station(store, [try PairedBox("drone")])
        var router = Router()
        StationServer.addMap(to: &router, nil, nil)
        for format in SearchExport.allCases {
            let target = try #require(RequestTarget("/export/\(format.fileName)"))
            let answer = router.answer(HTTPRequest(method: "GET", target: target))
            guard case .bytes(let bytes) = answer.body else {
                Issue.record("\(answer)")
                continue
            }
            #expect(answer.status == 404 && String(decoding: bytes, as: UTF8.self).contains("--terrain"))
        }
    }

    @Test("what the station searched is served as a file")
    func served() throws {
        let terrain = try TerrainFiles()
        try terrain.writeTile("N46E008.hgt") { _, _ in 1500 }
        let ground = try StationTerrain(folder: terrain.path)
        let store = folder.path("served")
        var box = try PairedBox("drone")
        let station = try PairedBox.station(store, [box])
        let sight = CameraSight(terrain: ground.model, pictureWidth: 1280, pictureHeight: 960)
        let keeper = try SearchKeeper(place: store, sight, StationStatus())
        defer { keeper.stop() }
        var router = Router()
        StationServer.addMap(to: &router, ground, keeper)
        func answer(_ name: String) throws -> HTTPResponse {
            let target = try #require(RequestTarget("/export/\(name)"))
            var answer = router.answer(HTTPRequest(method: "GET", target: target))
            while case .later(let work) = answer.body { answer = work() }
            return answer
        }
        #expect(try answer("area.kml").status == 404)
        for step in 0..<3 {
            box.fly(north: Double(step) * 100)
            _ = try box.run(6000, with: station)
        }
        let end = Date(timeIntervalSinceNow: 30)
        while keeper.picture == nil, Date() < end { usleep(50_000) }
        let file = try answer("area.geojson")
        #expect(file.status == 200 && file["content-type"] == "application/geo+json")
        #expect(file["content-disposition"] == "attachment; filename=\"area.geojson\"")
        guard case .bytes(let bytes) = file.body else { return }
        let features = Self.list(
            try JSONReader.read(bytes: bytes, source: "x", limits: .configuration)["features"])
        #expect(!features.isEmpty && Self.number(features[0]["properties"]?["searched_m2"] ?? 0) > 1e4)
        #expect(try answer("area.kml").status == 200)
        #expect(try answer("area.csv").status == 404)
    }

    private static func list(_ value: JSONValue?) -> [JSONValue] {
        guard case .array(let values)? = value?.content else { return [] }
        return values
    }

    private static func number(_ value: JSONValue) -> Double {
        switch value.content {
        case .number(let number): number
        case .integer(let number): Double(number)
        default: .nan
        }
    }
}
