// Which way things turn, by hand.
import Foundation
import Link
import Terrain
import Testing

@testable import Geolocation
@testable import MAVLink

@Suite struct ConventionTests {
    /// Metres north and east of the camera of a pixel, from 100 m above level ground at 1000 m.
    private static func spot(
        x: Double = 959.5, y: Double = 539.5, yaw: Double, pitch: Double, roll: Double = 0
    ) throws -> SIMD2<Double> {
        let pose = ExposurePose.at(.zero, altitude: 1100, yaw: yaw, pitch: pitch, roll: roll)
        let sighting = try Geolocator.over(nil, level: 1000).sighting(x: x, y: y, pose: pose)
        #expect(abs(sighting.height - 1000) < 0.01)
        return FlatMap(Mountains.origin).metres(sighting.place)
    }

    private static func near(_ one: SIMD2<Double>, _ two: SIMD2<Double>, _ bound: Double = 0.03) -> Bool {
        abs(one.x - two.x) < bound && abs(one.y - two.y) < bound
    }

    @Test("pitch is down when negative, yaw turns from north to east")
    func axis() throws {
        #expect(Self.near(try Self.spot(yaw: 0, pitch: -45), SIMD2(100, 0)))
        #expect(Self.near(try Self.spot(yaw: 90, pitch: -45), SIMD2(0, 100)))
        #expect(Self.near(try Self.spot(yaw: -90, pitch: -45), SIMD2(0, -100)))
        #expect(Self.near(try Self.spot(yaw: 180, pitch: -60), SIMD2(-100 / tan(Double.pi / 3), 0)))
        #expect(Self.near(try Self.spot(yaw: 37, pitch: -90), .zero))
    }

    @Test("from straight above, the picture's upper edge is where the yaw points, its right edge is to the right of it")
    func nadir() throws {
        let focal = CameraModel.usual.fx
        let (up, right) = (100 * 500 / focal, 100 * 900 / focal)
        #expect(Self.near(try Self.spot(y: 39.5, yaw: 0, pitch: -90), SIMD2(up, 0)))
        #expect(Self.near(try Self.spot(y: 39.5, yaw: 90, pitch: -90), SIMD2(0, up)))
        #expect(Self.near(try Self.spot(x: 1859.5, yaw: 0, pitch: -90), SIMD2(0, right)))
        #expect(Self.near(try Self.spot(x: 1859.5, yaw: 90, pitch: -90), SIMD2(-right, 0)))
    }

    @Test("seen aslant, pixels below the middle are nearer, and those to the right lie to the right")
    func oblique() throws {
        let focal = CameraModel.usual.fx
        // 45 degrees down and atan(500 / focal) more.
        let down = Double.pi / 4 + atan(500 / focal)
        #expect(Self.near(try Self.spot(y: 1039.5, yaw: 0, pitch: -45), SIMD2(100 / tan(down), 0)))
        // The line goes 1 ahead and right / focal to the right; its fall is that of the axis.
        let way = 100 / sin(Double.pi / 4)
        #expect(Self.near(try Self.spot(x: 1459.5, yaw: 0, pitch: -45), SIMD2(100, way * 500 / focal)))
        #expect(Self.near(try Self.spot(x: 1459.5, yaw: 90, pitch: -45), SIMD2(-way * 500 / focal, 100)))
    }

    @Test("a roll to the right lowers the right side: what is seen there is nearer below the camera")
    func roll() throws {
        let focal = CameraModel.usual.fx
        // Rolled by 90 degrees, the picture's right edge is down.
        let down = Double.pi / 4 + atan(500 / focal)
        #expect(Self.near(try Self.spot(x: 1459.5, yaw: 0, pitch: -45, roll: 90), SIMD2(100 / tan(down), 0)))
        // By hand: a level vehicle that rolls 20 degrees to the right makes a camera that looks down look to the left.
        let radian = Double.pi / 180
        let attitude = try #require(Quaternion(roll: 20 * radian, pitch: 0, yaw: 0))
        var pose = ExposurePose.at(.zero, altitude: 1100, yaw: 0, pitch: 0)
        pose.rotation = attitude.after(CameraMount.downward.boresight)
        let seen = try Geolocator.over(nil, level: 1000).sighting(x: 959.5, y: 539.5, pose: pose)
        #expect(Self.near(FlatMap(Mountains.origin).metres(seen.place), SIMD2(0, -100 * tan(20 * radian))))
        // And its nose up makes it look ahead.
        pose.rotation = try #require(Quaternion(roll: 0, pitch: 20 * radian, yaw: 0))
            .after(CameraMount.downward.boresight)
        let ahead = try Geolocator.over(nil, level: 1000).sighting(x: 959.5, y: 539.5, pose: pose)
        #expect(Self.near(FlatMap(Mountains.origin).metres(ahead.place), SIMD2(100 * tan(20 * radian), 0)))
    }

    @Test("a boresight is turned in the camera's place of the chain, a lever arm in the vehicle's")
    func mount() throws {
        let radian = Double.pi / 180
        var vehicle = VehicleState(system: 1)
        let sender = MAVLinkFrame.Sender(system: 1, component: 1)
        let yaw = Float(90 * radian)
        vehicle.take(
            MAVLinkFrame(
                Attitude(
                    bootMilliseconds: 1000, roll: 0, pitch: 0, yaw: yaw, rollSpeed: 0, pitchSpeed: 0, yawSpeed: 0),
                sender: sender, sequence: 0), at: 5000)
        vehicle.take(
            MAVLinkFrame(
                GlobalPositionInt(
                    bootMilliseconds: 1000, latitude: 465_000_000, longitude: 83_000_000, altitude: 1_100_000,
                    relativeAltitude: 100_000, north: 0, east: 0, down: 0, heading: 9000),
                sender: sender, sequence: 1), at: 5000)
        var locator = Geolocator.over(nil)
        locator.mount = CameraMount(
            carrier: .vehicle, boresight: try #require(Quaternion(roll: 0, pitch: -45 * radian, yaw: 0)),
            lever: SIMD3(2, 0, 0))
        let pose = try locator.pose(of: vehicle, at: 5000)
        // Two metres forward of a vehicle that heads east.
        #expect(Self.near(FlatMap(Mountains.origin).metres(pose.place), SIMD2(0, 2), 0.05))
        #expect(abs(pose.depression - 45) < 1e-5)
        let seen = try locator.sighting(x: 959.5, y: 539.5, pose: pose)
        #expect(Self.near(FlatMap(Mountains.origin).metres(seen.place), SIMD2(0, 102), 0.05))
        #expect(seen.warnings == [.flat("there is no terrain model")])
        // On a gimbal that does not report, nobody knows.
        locator.mount.carrier = .gimbal
        #expect(throws: GroundRefusal.noGimbal(hasReported: false)) { try locator.pose(of: vehicle, at: 5000) }
        #expect(throws: GroundRefusal.noPose) { try locator.pose(of: vehicle, at: 50_000) }
    }

    @Test("a box's foot is its middle from above, its lower edge from the side, and its side edge when rolled")
    func foot() throws {
        let locator = Geolocator.over(nil, level: 1000)
        func foot(pitch: Double, roll: Double = 0) -> SIMD2<Double> {
            let pose = ExposurePose.at(.zero, altitude: 1100, yaw: 30, pitch: pitch, roll: roll)
            return locator.foot(left: 939.5, top: 499.5, width: 40, height: 80, pose: pose)
        }
        #expect(Self.near(foot(pitch: -90), SIMD2(959.5, 539.5), 1e-6))
        #expect(Self.near(foot(pitch: 0), SIMD2(959.5, 579.5), 1e-6))
        #expect(Self.near(foot(pitch: -45), SIMD2(959.5, 539.5 + 40 * cos(Double.pi / 4)), 1e-6))
        // Rolled to the right by 90 degrees, down is to the right in the picture.
        #expect(Self.near(foot(pitch: 0, roll: 90), SIMD2(979.5, 539.5), 1e-6))
    }

    @Test("a distorted pixel and its direction lead to each other")
    func distortion() throws {
        let lens = CameraModel.Distortion(k1: -0.28, k2: 0.09, p1: 0.001, p2: -0.0007, k3: -0.01)
        let camera = try #require(
            CameraModel(width: 1280, height: 720, fx: 900, fy: 905, cx: 650, cy: 355, distortion: lens))
        var dice = Dice(seed: 3)
        for _ in 0..<500 {
            let pixel = SIMD2(dice.uniform(0...1279), dice.uniform(0...719))
            let direction = try #require(camera.direction(x: pixel.x, y: pixel.y))
            let back = try #require(camera.pixel(of: direction))
            #expect(Self.near(pixel, back, 1e-5))
        }
        // OpenCV 4.10: undistortPoints of (100, 50) with these numbers gives a point farther out than without.
        let far = try #require(camera.direction(x: 100, y: 50))
        #expect(far.y / far.x < (100 - 650) / 900.0)
        #expect(camera.direction(x: .nan, y: 0) == nil && camera.direction(x: 1e9, y: 0) == nil)
        #expect(camera.pixel(of: SIMD3(-1, 0, 0)) == nil && camera.pixel(of: SIMD3(1, 5, 0)) == nil)
        #expect(CameraModel(width: 0, height: 1, horizontalView: 60) == nil)
        #expect(CameraModel(width: 9, height: 9, horizontalView: 180) == nil)
        #expect(CameraModel(width: 9, height: 9, fx: .nan, fy: 1) == nil)
    }

    @Test("places and metres lead to each other, across the date line and near the pole")
    func earth() {
        var dice = Dice(seed: 9)
        for place in [EarthPlace(latitude: 46, longitude: 179.999), EarthPlace(latitude: -89.8, longitude: 10)] {
            let frame = LocalFrame(place, height: 500)
            for _ in 0..<200 {
                let point = SIMD3(dice.normal(3000), dice.normal(3000), dice.normal(500))
                let earth = frame.earth(point)
                #expect((frame.local(earth.place, height: earth.height) - point).length < 1e-3)
            }
            let around = FlatMap(place).place(SIMD2(0, 500))
            #expect(abs(around.longitude) <= 180 && abs(FlatMap(place).metres(around).y - 500) < 1e-6)
        }
    }
}
