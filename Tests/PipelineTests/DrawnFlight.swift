// A flight that is known, and what a ground station would have recorded of it.
import Foundation

@testable import MAVLink

/// A copter that flies east over level ground, its camera straight down with north on top.
struct DrawnFlight {
    static let home = (latitude: 46.5, longitude: 8.5)
    /// Metres above mean sea level.
    static let ground = 600.0
    static let height = 100.0
    /// 2026-05-01T10:00:00Z, microseconds.
    static let began = 1_777_629_600_000_000

    /// m/s to the east.
    var speed: Double
    /// Milliseconds that are recorded, and when it is over home.
    var length = 6000
    var homeAt = 2000
    /// How wrong it tells its place, metres north and east, and its camera's turn, degrees.
    var shift = SIMD2<Double>(0, 0)
    var pitch = 0.0
    var yaw = 0.0
    /// Fixed to the vehicle: no gimbal reports.
    var hasGimbal = true
    /// GPS_FIX_TYPE; `nil`: no receiver speaks.
    var fix: UInt8?

    /// Metres of a degree at home (WGS 84).
    static let metres: (north: Double, east: Double) = {
        let (major, eccentricity) = (6_378_137.0, 6.694_379_990_141_316e-3)
        let sine = sin(home.latitude * .pi / 180)
        let curve = 1 - eccentricity * sine * sine
        let degree = Double.pi / 180
        return (
            major * (1 - eccentricity) / (curve * curve.squareRoot()) * degree,
            major / curve.squareRoot() * cos(home.latitude * degree) * degree
        )
    }()

    private static let autopilot = MAVLinkFrame.Sender(system: 7, component: 1)

    private func position(_ time: Int) -> GlobalPositionInt {
        let east = speed * Double(time - homeAt) / 1000 + shift.y
        return GlobalPositionInt(
            bootMilliseconds: UInt32(time),
            latitude: Int32(((Self.home.latitude + shift.x / Self.metres.north) * 1e7).rounded()),
            longitude: Int32(((Self.home.longitude + east / Self.metres.east) * 1e7).rounded()),
            altitude: Int32((Self.ground + Self.height) * 1000), relativeAltitude: Int32(Self.height * 1000), north: 0,
            east: Int16(speed * 100), down: 0, heading: 9000)
    }

    private func gimbal(_ time: Int) -> GimbalDeviceAttitudeStatus {
        let turn = Quaternion(roll: 0, pitch: (pitch - 90) * .pi / 180, yaw: yaw * .pi / 180) ?? .none
        return GimbalDeviceAttitudeStatus(
            bootMilliseconds: UInt32(time), orientation: [turn.w, turn.x, turn.y, turn.z].map { Float($0) },
            rollSpeed: 0, pitchSpeed: 0, yawSpeed: 0, failures: 0, flags: 64, targetSystem: 0, targetComponent: 0,
            deltaYaw: 0, deltaYawSpeed: .nan, device: 0)
    }

    /// Each with its time, milliseconds from the first.
    var frames: [(time: Int, frame: MAVLinkFrame)] {
        var frames: [(Int, MAVLinkFrame)] = []
        var sequence: UInt8 = 0
        func add(_ time: Int, _ message: some MAVLinkMessage, _ component: UInt8 = 1) {
            let sender = MAVLinkFrame.Sender(system: Self.autopilot.system, component: component)
            frames.append((time, MAVLinkFrame(message, sender: sender, sequence: sequence)))
            sequence &+= 1
        }
        for time in stride(from: 0, through: length, by: 50) {
            if time % 1000 == 0 {
                add(time, Heartbeat(type: 2, autopilot: 3))
                if let fix {
                    var bytes = [UInt8](repeating: 0, count: GPSRawInt.length)
                    bytes[28] = fix
                    var reader = PayloadReader(bytes)
                    add(time, GPSRawInt(from: &reader))
                }
            }
            let attitude = Attitude(
                bootMilliseconds: UInt32(time), roll: 0, pitch: 0, yaw: .pi / 2, rollSpeed: 0, pitchSpeed: 0,
                yawSpeed: 0)
            add(time, attitude)
            if hasGimbal { add(time, gimbal(time), 154) }
            if time % 200 == 0 { add(time, position(time)) }
        }
        return frames
    }

    /// As MAVProxy writes it.
    var log: [UInt8] {
        frames.flatMap { time, frame in
            let stamp = UInt64(Self.began + time * 1000)
            return (0..<8).map { UInt8(truncatingIfNeeded: stamp >> (56 - 8 * $0)) } + frame.bytes
        }
    }
}
