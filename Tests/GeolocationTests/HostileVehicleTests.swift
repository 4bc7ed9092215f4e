// What a vehicle may say to harm who believes it.
import Link
import TestSupport
import Testing

@testable import Geolocation
@testable import MAVLink

@Suite struct HostileVehicleTests {
    /// Fields that are no number or beyond all reason, and reasonable ones.
    private static func floats(_ count: Int, _ random: inout SplitMix) -> [Float] {
        (0..<count).map { _ in
            switch Int.random(in: 0..<12, using: &random) {
            case 0: Float(bitPattern: UInt32.random(in: .min ... .max, using: &random))
            case 1: [.nan, .infinity, -.infinity, 0, 3e38, .leastNonzeroMagnitude].randomElement(using: &random) ?? 0
            default: Float.random(in: -1...1, using: &random)
            }
        }
    }

    private static func message(_ boot: UInt32, _ random: inout SplitMix) -> any MAVLinkMessage {
        let turn = floats(6, &random)
        func degrees(_ range: ClosedRange<Int32>) -> Int32 {
            Int.random(in: 0..<20, using: &random) == 0
                ? Int32.random(in: .min ... .max, using: &random) : Int32.random(in: range, using: &random)
        }
        switch Int.random(in: 0..<5, using: &random) {
        case 0, 1:
            return Attitude(
                bootMilliseconds: boot, roll: turn[0], pitch: turn[1], yaw: turn[2], rollSpeed: turn[3],
                pitchSpeed: turn[4], yawSpeed: turn[5])
        case 2, 3:
            return GlobalPositionInt(
                bootMilliseconds: boot, latitude: degrees(464_000_000...464_010_000),
                longitude: degrees(83_000_000...83_010_000), altitude: degrees(1_600_000...1_700_000),
                relativeAltitude: degrees(100_000...200_000), north: Int16.random(in: .min ... .max, using: &random),
                east: 5, down: 0, heading: 0)
        default:
            return GimbalDeviceAttitudeStatus(
                bootMilliseconds: boot, orientation: floats(4, &random), rollSpeed: 0, pitchSpeed: 0, yawSpeed: 0,
                failures: 0, flags: UInt16.random(in: 0...127, using: &random), targetSystem: 0, targetComponent: 0,
                deltaYaw: turn[0], deltaYawSpeed: 0, device: 1)
        }
    }

    @Test("20000 messages with any numbers end in places that are some, or in refusals", arguments: 1...2)
    func messages(seed: Int) throws {
        var random = SplitMix(state: UInt64(seed))
        let camera = try #require(CameraModel(width: 640, height: 480, horizontalView: 60))
        let ground = Ground(model: nil, level: Ground.Level(height: 1500))
        let geolocators = [CameraMount(carrier: .gimbal), .downward].map {
            Geolocator(camera: camera, mount: $0, ground: ground)
        }
        var state = VehicleState(system: 1)
        let sender = MAVLinkFrame.Sender(system: 1, component: 1)
        var tracks = [GroundTrack?](repeating: nil, count: 2)
        var (boot, seen) = (UInt32(0), 0)
        for turn in 0..<10_000 {
            boot =
                Int.random(in: 0..<500, using: &random) == 0 ? UInt32.random(in: 0...1_000_000, using: &random) : boot
            boot += UInt32.random(in: 0...20, using: &random)
            state.take(MAVLinkFrame(Self.message(boot, &random), sender: sender, sequence: 0), at: turn * 10)
            guard turn % 10 == 9 else { continue }
            for (number, geolocator) in geolocators.enumerated() {
                guard let pose = try? geolocator.pose(of: state, at: turn * 10) else { continue }
                _ = try? geolocator.footprint(pose: pose, perSide: 2)
                guard let sighting = try? geolocator.sighting(x: 320, y: 240, pose: pose) else { continue }
                seen += 1
                let seconds = Double(turn) / 100
                var track = tracks[number] ?? GroundTrack(sighting, at: seconds)
                track.add(sighting, at: seconds)
                tracks[number] = track
                let positions = [sighting.position(datum: .ellipsoid), track.position(at: seconds + 1).position()]
                let areSome = positions.allSatisfy { position in
                    abs(position.place.latitude) <= 90 && abs(position.place.longitude) <= 180
                        && position.error.isFinite && position.error >= 0
                }
                if !areSome { Issue.record("seed \(seed), turn \(turn): \(positions)") }
            }
        }
        #expect(seen > 50, "seed \(seed): \(seen)")
    }
}
