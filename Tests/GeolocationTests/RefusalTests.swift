// What has no place, and says so.
import Foundation
import Link
import Terrain
import Testing

@testable import Geolocation
@testable import MAVLink

/// Ground of one height, with a gap where the drawer says.
private struct Drawn: HeightModel {
    var height: @Sendable (SIMD2<Double>) -> Height

    func height(latitude: Double, longitude: Double) -> Height {
        height(FlatMap(Mountains.origin).metres(EarthPlace(latitude: latitude, longitude: longitude)))
    }

    func spacing(latitude: Double, longitude: Double) -> Double? { 30 }
}

@Suite struct RefusalTests {
    private static func seen(
        _ locator: Geolocator, altitude: Double = 1100, pitch: Double, heightAboveHome: Double? = nil
    ) throws(GroundRefusal) -> GroundSighting {
        let pose = ExposurePose.at(
            .zero, altitude: altitude, yaw: 0, pitch: pitch, heightAboveHome: heightAboveHome)
        return try locator.sighting(x: 959.5, y: 539.5, pose: pose)
    }

    private static func refusal(
        _ locator: Geolocator, altitude: Double = 1100, pitch: Double, heightAboveHome: Double? = nil
    ) -> GroundRefusal? {
        do throws(GroundRefusal) {
            _ = try seen(locator, altitude: altitude, pitch: pitch, heightAboveHome: heightAboveHome)
            return nil
        } catch { return error }
    }

    @Test("above the horizon, too far, grazing and underground have no place")
    func geometry() {
        let level = Geolocator.over(nil, level: 1000)
        let ground = Geolocator.over(Drawn { _ in .metres(1000) })
        for locator in [level, ground] {
            #expect(Self.refusal(locator, pitch: 10) == .aboveHorizon)
            #expect(Self.refusal(locator, pitch: -45) == nil)
            let below = Self.refusal(locator, altitude: 990, pitch: -45)
            #expect(below?.description.hasPrefix("the camera would be 10 m below the ground") == true)
            #expect(Self.refusal(locator, altitude: 9000, pitch: -30) == .tooFar(metres: 10_000))
            guard case .grazing = Self.refusal(locator, pitch: -1.2) else {
                Issue.record("grazing is placed")
                continue
            }
        }
    }

    @Test("a camera that may be on the ground says so")
    func low() throws {
        let near = try Self.seen(.over(nil, level: 1000), altitude: 1008, pitch: -60)
        #expect(near.warnings.contains(.low))
        #expect(near.position().doubts.contains(.low))
        let high = try Self.seen(.over(nil, level: 1000), altitude: 1060, pitch: -60)
        #expect(!high.warnings.contains(.low))
    }

    @Test("looking up, a mountain ahead is found")
    func wall() throws {
        let locator = Geolocator.over(Drawn { .metres(1000 + max(0, $0.x - 300)) })
        let sighting = try Self.seen(locator, pitch: 10)
        // 1100 + x tan 10 = 1000 + x - 300
        let expected = 400 / (1 - tan(10 * Double.pi / 180))
        #expect(abs(FlatMap(Mountains.origin).metres(sighting.place).x - expected) < 0.1)
    }

    @Test("without terrain the ground is level at home's height, with a warning and a wide ellipse")
    func level() throws {
        let sighting = try Self.seen(.over(nil), pitch: -45, heightAboveHome: 120)
        #expect(sighting.warnings == [.flat("there is no terrain model")])
        #expect(sighting.position().doubts == .flat)
        #expect(abs(sighting.height - 980) < 0.01)
        let known = try Self.seen(.over(Drawn { _ in .metres(980) }), pitch: -45)
        #expect(known.warnings.isEmpty && known.covariance.radius95 < sighting.covariance.radius95)
        #expect(
            Self.refusal(.over(nil), pitch: -45)
                == .noTerrain(
                    "there is no terrain model, and the height of home is not known"))
    }

    @Test("a missing tile gives level ground that says so, a damaged one tells what is wrong with it")
    func missing() throws {
        let sighting = try Self.seen(.over(Drawn { _ in .missing }, level: 1000), pitch: -45)
        #expect("\(sighting.warnings)".contains("there is no terrain tile for 46.5"))
        let damaged = Drawn { _ in .damaged("N46E008.hgt ends too early: copy it anew") }
        let words = try Self.seen(.over(damaged, level: 1000), pitch: -45).warnings
        #expect(words == [.flat("N46E008.hgt ends too early: copy it anew")])
    }

    @Test("a line of sight that ends in a void has no place; one that passes over it has a warning")
    func voids() throws {
        func ground(_ gap: ClosedRange<Double>) -> Geolocator {
            .over(Drawn { gap.contains($0.x) ? .void : .metres(1000) }, level: 900)
        }
        guard case .noTerrain(let why) = Self.refusal(ground(60...140), pitch: -45) else {
            Issue.record("a place in a void")
            return
        }
        #expect(why.hasPrefix("the terrain model is void at 46.5"))
        let passed = try Self.seen(ground(20...40), pitch: -45)
        guard case .gap = passed.warnings.first else {
            Issue.record("no warning: \(passed.warnings)")
            return
        }
        #expect(abs(FlatMap(Mountains.origin).metres(passed.place).x - 100) < 0.1)
    }

    @Test("poses that are old, rough, without a fix or no numbers are refused in words")
    func poses() throws {
        var state = VehicleState(system: 1)
        let sender = MAVLinkFrame.Sender(system: 1, component: 1)
        func take(_ message: some MAVLinkMessage, _ time: Int) {
            state.take(MAVLinkFrame(message, sender: sender, sequence: 0), at: time)
        }
        func fix(_ kind: UInt8, accuracy: UInt32, _ time: Int) {
            take(
                GPSRawInt(
                    microseconds: 0, latitude: 465_000_000, longitude: 83_000_000, altitude: 1_100_000,
                    horizontalDilution: 100, verticalDilution: 100, speed: 0, course: 0, fix: kind, satellites: 9,
                    ellipsoidAltitude: 1_150_000, horizontalAccuracy: accuracy, verticalAccuracy: 3000,
                    speedAccuracy: 0, headingAccuracy: 0, yaw: 0), time)
        }
        func fly(_ time: Int) {
            take(
                Attitude(
                    bootMilliseconds: UInt32(time), roll: 0, pitch: 0, yaw: 0, rollSpeed: 0, pitchSpeed: 0,
                    yawSpeed: 0), time)
            take(
                GlobalPositionInt(
                    bootMilliseconds: UInt32(time), latitude: 465_000_000, longitude: 83_000_000,
                    altitude: 1_100_000, relativeAltitude: 100_000, north: 0, east: 0, down: 0, heading: 0), time)
        }
        var locator = Geolocator.over(nil)
        locator.mount = .downward
        fix(1, accuracy: 0, 1000)
        #expect(throws: GroundRefusal.noFix) { try locator.pose(of: state, at: 1000) }
        fly(1000)
        #expect(throws: GroundRefusal.noFix) { try locator.pose(of: state, at: 1000) }
        fix(3, accuracy: 80_000, 1100)
        #expect(throws: GroundRefusal.inaccurate(metres: 80, largest: 50)) { try locator.pose(of: state, at: 1100) }
        fix(3, accuracy: 4000, 1200)
        let pose = try locator.pose(of: state, at: 1300)
        #expect(pose.errors.horizontal.lasting == 4 && pose.errors.vertical.lasting == 3)
        #expect(pose.geoidHeight == 50 && pose.ellipsoidHeight(of: 1000) == 1050)
        // 300 ms from the last attitude, which may have swayed by 14 * 0.3 * 0.3 degrees since.
        #expect(abs(pose.errors.tilt.passing - (1 + 1.26 * 1.26).squareRoot()) < 1e-9)
        locator.rules.heights = .aboveHome(ground: 950)
        #expect(abs(try locator.pose(of: state, at: 1300).altitude - 1050) < 1e-6)
        locator.rules.heights = .meanSeaLevel
        let sighting = try locator.sighting(x: 959.5, y: 539.5, pose: pose)
        #expect(sighting.position().height.map { abs($0 - 1000) < 0.1 } == true)
        #expect(sighting.position(datum: .ellipsoid).height.map { abs($0 - 1050) < 0.1 } == true)
        locator.rules.longestAge = 200
        #expect(throws: GroundRefusal.old(milliseconds: 300, longest: 200)) { try locator.pose(of: state, at: 1300) }
        var wild = pose
        wild.altitude = .nan
        #expect(throws: GroundRefusal.noPose) { try locator.sighting(x: 0, y: 0, pose: wild) }
        #expect(throws: GroundRefusal.noDirection) { try locator.sighting(x: .infinity, y: 0, pose: pose) }
    }

    @Test("any numbers end in a refusal or a finite place")
    func anything() throws {
        let seed: UInt64 = 2024
        var dice = Dice(seed: seed)
        let mountains = Mountains(seed: 5)
        let posts = Posts(of: mountains)
        let holes = Drawn { metres in
            let spot = Int(abs(metres.x / 70)) &* 7 &+ Int(abs(metres.y / 50)) &* 3
            return spot % 5 == 0 ? .void : .metres(mountains.height(at: metres))
        }
        func wild(_ range: ClosedRange<Double>) -> Double {
            switch Int(dice.uniform(0...20)) {
            case 0: .nan
            case 1: .infinity
            case 2: -1e300
            default: dice.uniform(range)
            }
        }
        var placed = 0
        for turn in 0..<300 {
            let locator = Geolocator.over(turn.isMultiple(of: 2) ? posts : holes, level: 1500)
            var pose = ExposurePose.at(
                SIMD2(dice.uniform(-2500...2500), dice.uniform(-2500...2500)), altitude: wild(1300...2500),
                yaw: dice.uniform(-180...180), pitch: dice.uniform(-90...20), roll: dice.uniform(-180...180))
            pose.velocity.x = wild(-20...20)
            pose.errors.pixel = wild(0...9)
            guard let sighting = try? locator.sighting(x: wild(-500...2500), y: wild(-500...2500), pose: pose) else {
                continue
            }
            placed += 1
            let ellipse = sighting.ellipse()
            #expect(
                sighting.place.latitude.isFinite && ellipse.major.isFinite && ellipse.minor.isFinite, "seed \(seed)")
            _ = try? locator.footprint(pose: pose)
        }
        #expect(placed > 20)
    }
}
