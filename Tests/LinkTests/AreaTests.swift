// Places on the ground in few bits.
import Glibc
import TestSupport
import Testing

@testable import Link

@Suite struct AreaTests {
    @Test("a place comes back within half a metre a side, all over the earth", arguments: 1...4)
    func places(seed: Int) throws {
        var records = RandomRecords(random: SplitMix(state: UInt64(seed)))
        for _ in 0..<500 {
            let drawn = records.area()
            let area = try #require(drawn)
            let place = records.place()
            #expect(area.grid(area.earth(place)) == place, "seed \(seed): \(area) \(place)")
        }
    }

    @Test("metres on the grid are metres on the ground, as the haversine of a sphere of the same size has them")
    func metres() throws {
        let area = try #require(Area(origin: EarthPlace(latitude: 46.5, longitude: 8.1), base: 400))
        let place = try #require(GridPlace(east: 3000, north: 4000))
        let far = area.earth(place)
        let degree = Double.pi / 180
        let (a, b) = (46.5 * degree, far.latitude * degree)
        let half = pow(sin((b - a) / 2), 2) + cos(a) * cos(b) * pow(sin((far.longitude - 8.1) * degree / 2), 2)
        let metres = 2 * 6_378_000 * asin(half.squareRoot())
        #expect(abs(metres - 5000) < 10)
    }

    @Test("the date line is no border, poles and what is no place are none, and 8 km are the end")
    func borders() throws {
        let area = try #require(Area(origin: EarthPlace(latitude: -17, longitude: 179.99)))
        let east = try #require(area.grid(EarthPlace(latitude: -17, longitude: -179.99)))
        #expect(abs(east.east - 2130) < 5)
        #expect(abs(area.earth(east).longitude + 179.99) < 1e-5)
        #expect(area.grid(EarthPlace(latitude: -17.1, longitude: 179.99)) == nil)
        #expect(area.grid(EarthPlace(latitude: .nan, longitude: 0)) == nil)
        for wrong in [(90, 0), (.nan, 0), (0, 181), (0, .infinity)] as [(Double, Double)] {
            #expect(Area(origin: EarthPlace(latitude: wrong.0, longitude: wrong.1)) == nil)
        }
        #expect(GridPlace(east: 8192, north: 0) == nil)
        #expect(GridHeight(-3).metres == nil && GridHeight(5000).metres == nil && GridHeight(.nan).metres == nil)
        #expect(GridHeight(1235).metres == 1236)
    }

    @Test("lower bits give a place back that is within reach of a known one, whatever lies between", arguments: 1...3)
    func low(seed: Int) throws {
        var random = SplitMix(state: UInt64(seed))
        for _ in 0..<3000 {
            let known = try #require(
                GridPlace(
                    east: Int.random(in: -8000...8000, using: &random),
                    north: Int.random(in: -8000...8000, using: &random)))
            let reach = -LowPlace.reach...LowPlace.reach
            let place = try #require(
                GridPlace(
                    east: known.east + Int.random(in: reach, using: &random),
                    north: known.north + Int.random(in: reach, using: &random)))
            #expect(LowPlace(of: place).place(near: known) == place, "seed \(seed)")
        }
    }
}
