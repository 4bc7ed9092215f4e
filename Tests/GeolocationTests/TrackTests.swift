// Many sightings of one thing.
import Foundation
import Link
import Terrain
import Testing

@testable import Geolocation

@Suite struct TrackTests {
    /// A look from 100 m above level ground, at 45 degrees, at a place so many metres off the truth.
    private static func look(yaw: Double, off: SIMD2<Double> = .zero) throws -> GroundSighting {
        let ahead = SIMD2(cos(yaw * .pi / 180), sin(yaw * .pi / 180))
        let pose = ExposurePose.at(ahead * -100 + off, altitude: 1100, yaw: yaw, pitch: -45)
        return try Geolocator.over(nil, level: 1000, error: 1).sighting(x: 959.5, y: 539.5, pose: pose)
    }

    @Test("a hundred looks from one side are little better than one, four from all sides are much better")
    func sides() throws {
        var oneSide = GroundTrack(try Self.look(yaw: 0), at: 0)
        for number in 1..<100 { oneSide.add(try Self.look(yaw: 0), at: Double(number) * 2) }
        var allSides = GroundTrack(try Self.look(yaw: 0), at: 0)
        for number in 1..<4 { allSides.add(try Self.look(yaw: Double(number) * 90), at: Double(number) * 50) }
        let one = try Self.look(yaw: 0).covariance.radius95
        let hundred = oneSide.position(at: 198).covariance.radius95
        let four = allSides.position(at: 150).covariance.radius95
        #expect(hundred > 0.6 * one && hundred < one, "\(hundred) of \(one)")
        #expect(four < 0.8 * hundred, "\(four) of \(hundred)")
        #expect(oneSide.position(at: 198).sightings == 100)
    }

    @Test("an error that turns round with the heading is found from opposite headings")
    func bias() throws {
        // A pitch that is two degrees wrong: each look is off ahead by as much.
        var track = GroundTrack(try Self.look(yaw: 0, off: SIMD2(7, 0)), at: 0)
        track.add(try Self.look(yaw: 180, off: SIMD2(-7, 0)), at: 30)
        let off = FlatMap(Mountains.origin).metres(track.position(at: 30).place)
        #expect(abs(off.x) < 0.5 && abs(off.y) < 0.5, "\(off)")
    }

    @Test("looks ten times a second tell no more than one a second")
    func fast() throws {
        var (slow, fast) = (GroundTrack(try Self.look(yaw: 0), at: 0), GroundTrack(try Self.look(yaw: 0), at: 0))
        for number in 1...10 { slow.add(try Self.look(yaw: 0), at: Double(number)) }
        for number in 1...100 { fast.add(try Self.look(yaw: 0), at: Double(number) / 10) }
        let (one, ten) = (slow.position(at: 10).covariance, fast.position(at: 10).covariance)
        #expect(abs(one.radius95 / ten.radius95 - 1) < 0.02)
    }

    @Test("a sighting that fits nothing is left out, and counted")
    func outlier() throws {
        var track = GroundTrack(try Self.look(yaw: 0), at: 0)
        for number in 1...5 { #expect(track.add(try Self.look(yaw: 0), at: Double(number))) }
        let before = track.position(at: 5).place
        #expect(!track.add(try Self.look(yaw: 0, off: SIMD2(60, 80)), at: 6))
        let after = track.position(at: 6)
        #expect(metres(before, after.place) < 1e-6 && after.outliers == 1 && after.sightings == 6)
    }

    @Test("where the first sighting was the wrong one, three that agree begin anew")
    func wrongFirst() throws {
        var track = GroundTrack(try Self.look(yaw: 0, off: SIMD2(150, -90)), at: 0)
        for number in 1...4 { track.add(try Self.look(yaw: 0), at: Double(number)) }
        let position = track.position(at: 4)
        #expect(metres(position.place, Mountains.origin) < 1 && position.sightings == 4 && position.outliers == 3)
    }

    @Test("what moves is known worse the longer it was not seen; what stands is not")
    func age() throws {
        var walker = GroundTrack(try Self.look(yaw: 0), at: 0, motion: .moving(speed: 1.4))
        let rock = GroundTrack(try Self.look(yaw: 0), at: 0)
        for number in 1...5 {
            walker.add(try Self.look(yaw: 0, off: SIMD2(Double(number) * 1.4, 0)), at: Double(number))
        }
        #expect(abs(rock.position(at: 600).covariance.radius95 - rock.position(at: 0).covariance.radius95) < 1e-6)
        let now = walker.position(at: 5).covariance.radius95
        let later = walker.position(at: 65).covariance.radius95
        let muchLater = walker.position(at: 605).covariance.radius95
        #expect(later > 1.5 * now && muchLater > 1.5 * later)
        // In a minute a walker is 84 m away at most: the ellipse is not wider than that and the first error.
        #expect(later < 2 * 84 + now)
        #expect(walker.position(at: 65).age == 60)
    }

    @Test("a walker is followed")
    func walker() throws {
        var dice = Dice(seed: 6)
        var track = GroundTrack(try Self.look(yaw: 0), at: 0, motion: .moving(speed: 1.4))
        for number in 1...60 {
            let off = SIMD2(Double(number) * 1, Double(number) * -0.5) + SIMD2(dice.normal(1), dice.normal(1))
            track.add(try Self.look(yaw: 0, off: off), at: Double(number))
        }
        let position = track.position(at: 60)
        #expect(metres(position.place, FlatMap(Mountains.origin).place(SIMD2(60, -30))) < 5)
        #expect(position.outliers == 0)
    }

    @Test("times that are none, or older, change nothing that should stay")
    func times() throws {
        var track = GroundTrack(try Self.look(yaw: 0), at: 100)
        #expect(!track.add(try Self.look(yaw: 0), at: .nan))
        #expect(track.add(try Self.look(yaw: 0), at: 50))
        #expect(track.position(at: 40).age == 0 && track.position(at: .infinity).age == 0)
        #expect(track.position(at: 1e300).covariance.radius95.isFinite)
    }

    @Test("an ellipse and a radius hold what they say")
    func ellipse() {
        var dice = Dice(seed: 12)
        let covariance = GroundCovariance(north: 40, east: 12, both: 15)
        let ellipse = covariance.ellipse(probability: 0.9)
        // Drawn by a Cholesky factor.
        let (one, two) = (40.0.squareRoot(), 15 / 40.0.squareRoot())
        let rest = (12 - two * two).squareRoot()
        var (inside, near) = (0, 0)
        for _ in 0..<20_000 {
            let (first, second) = (dice.normal(), dice.normal())
            let way = SIMD2(one * first, two * first + rest * second)
            let bearing = ellipse.bearing * .pi / 180
            let along = way.x * cos(bearing) + way.y * sin(bearing)
            let across = -way.x * sin(bearing) + way.y * cos(bearing)
            if pow(along / ellipse.major, 2) + pow(across / ellipse.minor, 2) <= 1 { inside += 1 }
            if (way * way).sum().squareRoot() <= covariance.radius95 { near += 1 }
        }
        #expect(abs(Double(inside) / 20_000 - 0.9) < 0.01 && abs(Double(near) / 20_000 - 0.95) < 0.01)
        #expect(GroundCovariance.none.radius95 == 0)
        #expect(abs(GroundCovariance(north: 1, east: 4, both: 0).ellipse(probability: 0.9).bearing - 90) < 1e-9)
    }
}
