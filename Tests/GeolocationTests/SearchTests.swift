// What was searched, and what a picture shows.
import Foundation
import Link
import Terrain
import Testing

@testable import Geolocation

private struct Shaped: HeightModel {
    var height: @Sendable (SIMD2<Double>) -> Double

    func height(latitude: Double, longitude: Double) -> Height {
        .metres(height(FlatMap(Mountains.origin).metres(EarthPlace(latitude: latitude, longitude: longitude))))
    }

    func spacing(latitude: Double, longitude: Double) -> Double? { 20 }
}

@Suite struct SearchTests {
    /// Of a clock that counts since 1970.
    private static let start = 1_790_000_000.0
    private static let map = FlatMap(Mountains.origin)

    private static func area(_ visiblePart: Double = 1) -> SearchedArea {
        SearchedArea(origin: Mountains.origin, cell: 10, visiblePart: visiblePart)
    }

    @Test("from straight above level ground the outline is the picture's, and its middle is looked at best")
    func nadir() throws {
        let locator = Geolocator.over(Shaped { _ in 1000 })
        let pose = ExposurePose.at(.zero, altitude: 1100, yaw: 0, pitch: -90)
        let footprint = try locator.footprint(pose: pose)
        let outline = footprint.outline.map { Self.map.metres($0) }
        let east = 100 * tan(35 * Double.pi / 180), north = east * 1080 / 1920
        #expect(abs((outline.map(\.y).max() ?? 0) - east) < 0.1 && abs((outline.map(\.x).min() ?? 0) + north) < 0.1)
        #expect(outline.count == 32 && !footprint.isOpen)
        var area = Self.area()
        #expect(area.look(locator, pose: pose, at: 0) > 50)
        let inside = area.probability(at: Self.map.place(SIMD2(0, 50)))
        #expect(inside > 0.2 && inside <= 0.9)
        #expect(area.probability(at: Self.map.place(SIMD2(60, 0))) == 0)
        #expect(area.probability(at: Self.map.place(SIMD2(0, 95))) == 0)
        let picture = try #require(area.picture())
        let expected = 4 * east * north / 1e6
        #expect(abs(picture.squareKilometres / expected - 1) < 0.25)
        #expect(picture.pixels.filter { $0 > 0 }.count == Int((picture.squareKilometres * 1e4).rounded()))
        // No wider than what was seen.
        #expect(abs(Double(picture.columns) - 2 * east / 10) < 3 && abs(Double(picture.rows) - 2 * north / 10) < 3)
    }

    @Test("north is up in the picture of searched ground")
    func northUp() throws {
        let locator = Geolocator.over(Shaped { _ in 1000 })
        var area = Self.area()
        area.look(locator, pose: .at(SIMD2(300, 100), altitude: 1060, yaw: 0, pitch: -90), at: 0)
        let picture = try #require(area.picture())
        let (corner, end) = (Self.map.metres(picture.southWest), Self.map.metres(picture.northEast))
        #expect(abs(end.x - corner.x - Double(picture.rows) * 10) < 1e-6 && corner.x > 200 && end.x < 400)
        func pixel(_ north: Double, _ east: Double) -> UInt8 {
            let row = picture.rows - 1 - Int((north - corner.x) / 10)
            return picture.pixels[row * picture.columns + Int((east - corner.y) / 10)]
        }
        #expect(pixel(305, 105) > 100 && picture.rows > 4)
        // Farther away it is less likely; were south up it would be the other way round.
        area.look(locator, pose: .at(SIMD2(900, 100), altitude: 1060, yaw: 0, pitch: -90), at: 0)
        let longer = try #require(area.picture())
        let half = longer.rows / 2 * longer.columns
        #expect(longer.rows > 60 && longer.pixels[half..<half + longer.columns].allSatisfy { $0 == 0 })
    }

    @Test("ground behind a ridge is not seen, and the slope in front of it is")
    func ridge() {
        // A ridge 60 m high and 40 m wide runs east, 150 m to the north.
        let locator = Geolocator.over(Shaped { 1000 + max(0, 60 - abs($0.x - 150) * 3) })
        var area = Self.area()
        area.look(locator, pose: .at(.zero, altitude: 1080, yaw: 0, pitch: -20), at: 0)
        func seen(_ north: Double) -> Bool { area.probability(at: Self.map.place(SIMD2(north, 3))) > 0 }
        #expect(seen(120) && seen(145) && !seen(175) && !seen(300))
        // 80 m above the ground and 60 m high: behind the ridge the shadow ends 600 m away.
        #expect(!seen(550) && area.probability(at: Self.map.place(SIMD2(-50, 0))) == 0)
        // The same way without the ridge.
        var flat = Self.area()
        flat.look(.over(Shaped { _ in 1000 }), pose: .at(.zero, altitude: 1080, yaw: 0, pitch: -20), at: 0)
        #expect(flat.probability(at: Self.map.place(SIMD2(200, 3))) > 0)
    }

    @Test("looks of one pass count once, those from another side or time again, and never more than is visible")
    func passes() {
        let locator = Geolocator.over(Shaped { _ in 1000 })
        let spot = Self.map.place(SIMD2(200, 0))
        let pose = ExposurePose.at(.zero, altitude: 1100, yaw: 0, pitch: -25)
        let back = ExposurePose.at(SIMD2(400, 0), altitude: 1100, yaw: 180, pitch: -25)
        var area = Self.area()
        area.look(locator, pose: pose, at: Self.start)
        let one = area.probability(at: spot)
        for time in 1...20 { area.look(locator, pose: pose, at: Self.start + Double(time)) }
        #expect(area.probability(at: spot) == one && one > 0.02)
        area.look(locator, pose: back, at: Self.start + 22)
        let two = area.probability(at: spot)
        #expect(abs(two - (1 - (1 - one) * (1 - one))) < 0.05)
        area.look(locator, pose: pose, at: Self.start + 200)
        #expect(area.probability(at: spot) > two)
        var woods = Self.area(0.4)
        for time in 0..<40 { woods.look(locator, pose: time.isMultiple(of: 2) ? pose : back, at: Double(time) * 100) }
        #expect(woods.probability(at: spot) <= 0.4)
    }

    @Test("the curve rises with pixels, has its half where it says, and its best at the end")
    func curve() {
        let curve = DetectionCurve()
        #expect(abs(curve.probability(pixels: 12) - 0.45) < 1e-9)
        #expect(curve.probability(pixels: 0) == 0 && curve.probability(pixels: .nan) == 0)
        #expect(curve.probability(pixels: 1e9) <= 0.9 && curve.probability(pixels: 60) > 0.899)
        var last = 0.0
        for pixels in 1...100 {
            let probability = curve.probability(pixels: Double(pixels))
            #expect(probability >= last)
            last = probability
        }
        // Half a square metre from 100 m above with 1000 pixels of focal length.
        #expect(abs(curve.pixels(distance: 100, fall: 1, focal: 1000) - 10 * 0.5.squareRoot()) < 1e-9)
    }

    @Test("a view with the horizon in it ends at the farthest distance, and one of the sky alone has no outline")
    func horizon() throws {
        let locator = Geolocator.over(Shaped { _ in 1000 })
        let outline = try locator.footprint(pose: .at(.zero, altitude: 1100, yaw: 0, pitch: -5))
        #expect(outline.isOpen && outline.outline.allSatisfy { Self.map.metres($0).x < 10_100 })
        #expect(throws: GroundRefusal.aboveHorizon) {
            try locator.footprint(pose: .at(.zero, altitude: 1100, yaw: 0, pitch: 60))
        }
        var area = Self.area()
        #expect(area.look(locator, pose: .at(.zero, altitude: 1100, yaw: 0, pitch: 60), at: 0) == 0)
        #expect(area.picture() == nil)
    }

    @Test("memory ends at 256 blocks, and what is left out is counted")
    func bounded() {
        let locator = Geolocator.over(nil, level: 1000)
        var area = SearchedArea(origin: Mountains.origin, cell: 10)
        for row in 0..<17 {
            for column in 0..<17 {
                let at = SIMD2(Double(row), Double(column)) * 640 + 320
                area.look(locator, pose: .at(at, altitude: 1040, yaw: 0, pitch: -90), at: 0)
            }
        }
        #expect(area.left > 0)
        let picture = area.picture(mostSide: 300)
        #expect(picture?.columns == 300 && picture?.rows == 300)
    }
}
