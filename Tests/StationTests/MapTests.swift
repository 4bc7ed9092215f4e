// The map's ground, and which of it was searched.
import Foundation
import HTTP
import Imaging
import JSON
import Peers
import Terrain
import TestSupport
import Testing

import Database
@testable import Link
@testable import Station

@Suite struct MapTests {
    private let folder: TestFolder
    private let terrain = try? TerrainFiles()

    init() throws { folder = try TestFolder("map") }

    /// A plane that rises by 100 m a kilometre to the north, 1500 m at 46.5 degrees; `void` in its eastern tenth.
    private func slope() throws -> StationTerrain {
        let terrain = try #require(terrain)
        try terrain.writeTile("N46E008.hgt") { row, column in
            column > 1080 ? -32_768 : Int16(1500 + (600 - row) * 9)
        }
        return try StationTerrain(folder: terrain.path)
    }

    private func sight(_ terrain: StationTerrain) -> CameraSight {
        CameraSight(terrain: terrain.model, pictureWidth: 1280, pictureHeight: 960)
    }

    @Test("a tile shows slopes to the sun lighter than those away from it, and stripes where no height is known")
    func shaded() throws {
        let terrain = try slope()
        #expect(terrain.troubles.isEmpty)
        // In the middle of the slope, and in its void.
        let tile = try #require(MercatorTile(zoom: 12, x: 2139, y: 1451))
        let file = try #require(try terrain.tile(tile))
        let image = try Image.decode(file)
        #expect(image.width == 256 && image.height == 256)
        // It falls to the south: away from the light.
        #expect(image[128, 128, 0] < 215 && image[128, 128, 0] > 90)
        // From memory, the same.
        #expect(try terrain.tile(tile) == file)
        let void = try #require(MercatorTile(zoom: 12, x: 2149, y: 1451))
        #expect(void.longitude(column: 0) < 8.9 && void.longitude(column: 128) > 8.9)
        let striped = try #require(try terrain.tile(void))
        let colours = try Image.decode(striped)
        let right = Set((0..<56).map { colours[200 + $0, 100, 0] })
        #expect(right == [150, 128] && colours[20, 100, 0] != colours[20, 100, 2])
        for (zoom, x, y) in [(12, 0, 0), (3, 4, 2)] {
            let elsewhere = try #require(MercatorTile(zoom: zoom, x: x, y: y))
            #expect(try terrain.tile(elsewhere) == nil)
        }
    }

    @Test("a footprint lies where the camera looks, and ground between two poses is searched too")
    func searched() throws {
        let sight = sight(try slope())
        let place = folder.path("store")
        var box = try PairedBox("drone")
        let station = try PairedBox.station(place, [box])
        for step in 0..<3 {
            box.fly(north: Double(step) * 100)
            _ = try box.run(6000, with: station)
        }
        let board = try StationBoard(place: place, sight)
        let camera = try #require(list(try board.changes(since: 0), "cameras").first)
        guard case .array(let corners)? = camera["footprint"]?.content else {
            Issue.record("\(camera.text)")
            return
        }
        // 100 m above the ground, 45 degrees down to the east: 100 m away.
        let longitudes = corners.compactMap { number($0, 0) }
        let east = ((longitudes.min() ?? 0) + (longitudes.max() ?? 0)) / 2 - PairedBox.area.longitude
        #expect(corners.first == corners.last && (50...250).contains(east * 76_600), "\(east * 76_600)")

        var map = SearchMap(sight)
        let poses = try poses(place)
        #expect(poses.count == 3)
        for pose in poses {
            let hasSeen = map.take(pose)
            #expect(hasSeen)
        }
        let countsAgain = map.take(poses[0])
        #expect(!countsAgain)
        let picture = try #require(map.picture)
        #expect((0.01...0.2).contains(picture.squareKilometres), "\(picture.squareKilometres)")
        let trouble = poses.last.flatMap { map.trouble($0.camera) }
        #expect(trouble == nil)
        // Between the poses there is no gap: all rows in the middle of what was seen are seen.
        let rows = (0..<picture.rows).filter { row in
            (0..<picture.columns).contains { picture.pixels[row * picture.columns + $0] > 0 }
        }
        #expect(rows.count == (rows.max() ?? 0) - (rows.min() ?? 0) + 1 && rows.count >= 25, "\(rows.count)")
    }

    @Test("what keeps ground from being searched is said: no height, no terrain, a void")
    func troubles() throws {
        let sight = sight(try slope())
        func trouble(latitude: Double, longitude: Double, height: Double?, view: Double? = 60) throws -> String? {
            let name = "\(latitude)-\(longitude)-\(height ?? 0)-\(view ?? 0)"
            let station = try StationStore(place: folder.path(name))
            let id = SenderID(7)
            try station.name(id, "drone")
            let pose = ReceivedPose(
                camera: 0, place: EarthPlace(latitude: latitude, longitude: longitude), height: height,
                datum: .meanSeaLevel, yaw: 0, pitch: -90, view: view, seen: LinkTime(epoch: 1, milliseconds: 0))
            try station.transaction { () throws(DatabaseError) in _ = try station.write(.pose(pose), of: id) }
            var map = SearchMap(sight)
            let stored = try #require(try poses(folder.path(name)).first)
            _ = map.take(stored)
            return map.trouble(stored.camera)
        }
        #expect(try trouble(latitude: 46.5, longitude: 8.1, height: 1600) == nil)
        #expect(try trouble(latitude: 46.5, longitude: 8.1, height: nil)?.contains("height") == true)
        #expect(try trouble(latitude: 46.5, longitude: 8.1, height: 1600, view: nil)?.contains("lens") == true)
        #expect(
            try trouble(latitude: 46.5, longitude: 8.95, height: 1600)
                == "the terrain has no height at 46.5000 N 8.9500 E")
        #expect(
            try trouble(latitude: -12.05, longitude: -77.04, height: 90)
                == "there is no terrain at 12.0500 S 77.0400 W")
    }

    private func poses(_ place: String) throws -> [StoredPose] {
        let tables = try StationTables(place: place, isBeside: true).database
        return try tables.rows("SELECT \(StoredPose.columns) FROM poses ORDER BY epoch, happened") { StoredPose($0) }
    }

    private func list(_ changes: JSONValue, _ name: String) -> [JSONValue] {
        guard case .array(let values)? = changes[name]?.content else { return [] }
        return values
    }

    private func number(_ value: JSONValue, _ place: Int) -> Double? {
        guard case .array(let numbers) = value.content, case .number(let number) = numbers[place].content else {
            return nil
        }
        return number
    }
}
