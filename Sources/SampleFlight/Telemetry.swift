// What the drone's autopilot and gimbal say on the way.
import Glibc
import MAVLink

/// A log as ground stations write it: before each frame of MAVLink, microseconds since 1970 in eight bytes, high one first.
struct Telemetry {
    /// When the film and the log begin, milliseconds since 1970: a morning in May.
    static let began = 1_777_896_600_000
    /// How long the autopilot and the gimbal have been running then, milliseconds.
    private static let boot = (autopilot: 312_000, gimbal: 311_000)
    /// Metres of mean sea level above the ellipsoid.
    static let geoid = 47.3

    /// What sensors are off by, one standard deviation, and seconds over which it changes.
    private static let place = (metres: 1.2, seconds: 60.0)
    private static let altitude = (metres: 2.0, seconds: 90.0)
    private static let tilt = (degrees: 0.7, seconds: 120.0)
    private static let yaw = (degrees: 2.0, seconds: 200.0)
    private static let jitter = 0.1
    private static let radian = Double.pi / 180

    private let search: Search
    private var autopilot = MAVLinkChannel(sender: MAVLinkFrame.Sender(system: 1, component: 1))
    /// MAV_COMP_ID_GIMBAL and MAV_COMP_ID_CAMERA.
    private var gimbal = MAVLinkChannel(sender: MAVLinkFrame.Sender(system: 1, component: 154))
    private var camera = MAVLinkChannel(sender: MAVLinkFrame.Sender(system: 1, component: 100))
    private var chance: Chance
    private var bytes: [UInt8] = []
    private var written = 0
    private var off: [Drift]

    /// Something that is off by more and less in turn, but never by much more than its deviation.
    private struct Drift {
        var value: Double
        let deviation: Double
        let seconds: Double

        init(_ deviation: Double, _ seconds: Double, _ chance: inout Chance) {
            (self.deviation, self.seconds) = (deviation, seconds)
            value = chance.normal(deviation)
        }

        mutating func go(on time: Double, _ chance: inout Chance) {
            let rest = exp(-time / seconds)
            value = value * rest + chance.normal(deviation * (1 - rest * rest).squareRoot())
        }
    }

    /// - Parameter seed: of what the sensors are off by.
    init(_ search: Search, seed: UInt64) {
        self.search = search
        chance = Chance(seed)
        off = []
        for (deviation, seconds) in [
            Self.place, Self.place, Self.altitude, Self.tilt, Self.tilt, Self.yaw, Self.tilt, Self.tilt, Self.yaw,
        ] {
            off.append(Drift(deviation, seconds, &chance))
        }
    }

    /// The log of the whole film and a second more.
    static func log(of search: Search, seed: UInt64) -> [UInt8] {
        var telemetry = Telemetry(search, seed: seed)
        let step = 50
        for tick in 0...Int(Search.duration * 1000 / Double(step)) + 1000 / step {
            telemetry.tell(tick, step)
        }
        return telemetry.bytes
    }

    private mutating func tell(_ tick: Int, _ step: Int) {
        let milliseconds = tick * step
        let stand = search.stand(at: Double(milliseconds) / 1000)
        for place in off.indices { off[place].go(on: Double(step) / 1000, &chance) }
        if tick % 20 == 0 {
            add(\.autopilot, Heartbeat(type: 2, autopilot: 3, baseMode: 0x81), milliseconds)
            let unix = UInt64(Self.began + milliseconds) * 1000
            add(\.autopilot, SystemTime(unixMicroseconds: unix, bootMilliseconds: boot(milliseconds)), milliseconds)
            add(\.autopilot, fix(stand, milliseconds), milliseconds)
            add(\.camera, view(stand, milliseconds), milliseconds)
        }
        if tick % 4 == 0 { add(\.autopilot, position(stand, milliseconds), milliseconds) }
        add(\.autopilot, attitude(stand, milliseconds), milliseconds)
        if tick % 2 == 0 { add(\.gimbal, turn(stand, milliseconds), milliseconds) }
    }

    /// Lines are late by some milliseconds, and never overtake each other.
    private mutating func add(
        _ channel: WritableKeyPath<Telemetry, MAVLinkChannel>, _ message: some MAVLinkMessage, _ milliseconds: Int
    ) {
        let late = milliseconds == 0 ? 0 : Int(chance.uniform(0...9_000))
        written = max(written, (Self.began + milliseconds) * 1000 + late)
        bytes += withUnsafeBytes(of: UInt64(written).bigEndian, Array.init)
        bytes += self[keyPath: channel].frame(message)
    }

    private func boot(_ milliseconds: Int) -> UInt32 { UInt32(Self.boot.autopilot + milliseconds) }

    private mutating func off(_ place: Int, _ jitter: Double = 0) -> Double {
        off[place].value + (jitter > 0 ? chance.normal(jitter) : 0)
    }

    /// Where the receiver believes it is.
    private func believed(_ stand: Stand) -> (latitude: Int32, longitude: Int32, altitude: Double) {
        let point = stand.place + Point(off[0].value, off[1].value, off[2].value)
        let place = search.relief.place(point)
        return (Int32((place.latitude * 1e7).rounded()), Int32((place.longitude * 1e7).rounded()), point.z)
    }

    private func position(_ stand: Stand, _ milliseconds: Int) -> GlobalPositionInt {
        let place = believed(stand)
        let home = search.relief.height(search.site.middle.x, search.site.middle.y)
        func centimetres(_ speed: Double) -> Int16 { Int16((speed * 100).rounded()) }
        let heading = (stand.attitude.yaw / Self.radian + off[5].value + 720).truncatingRemainder(dividingBy: 360)
        return GlobalPositionInt(
            bootMilliseconds: boot(milliseconds), latitude: place.latitude, longitude: place.longitude,
            altitude: Int32((place.altitude * 1000).rounded()),
            relativeAltitude: Int32(((stand.place.z - home) * 1000).rounded()), north: centimetres(stand.speed.x),
            east: centimetres(stand.speed.y), down: centimetres(-stand.speed.z),
            heading: UInt16(min(heading * 100, 35_999)))
    }

    private func fix(_ stand: Stand, _ milliseconds: Int) -> GPSRawInt {
        let place = believed(stand)
        let speed = (stand.speed.x * stand.speed.x + stand.speed.y * stand.speed.y).squareRoot()
        let course = (atan2(stand.speed.y, stand.speed.x) / Self.radian + 360).truncatingRemainder(dividingBy: 360)
        return GPSRawInt(
            microseconds: UInt64(boot(milliseconds)) * 1000, latitude: place.latitude, longitude: place.longitude,
            altitude: Int32((place.altitude * 1000).rounded()), horizontalDilution: 80, verticalDilution: 120,
            speed: UInt16(speed * 100), course: UInt16(course * 100), fix: 3, satellites: 14,
            ellipsoidAltitude: Int32(((place.altitude + Self.geoid) * 1000).rounded()),
            horizontalAccuracy: UInt32(Self.place.metres * 1000), verticalAccuracy: UInt32(Self.altitude.metres * 1000),
            speedAccuracy: 200, headingAccuracy: 0, yaw: 0)
    }

    private mutating func attitude(_ stand: Stand, _ milliseconds: Int) -> Attitude {
        let (roll, pitch) = (off(3, Self.jitter), off(4, Self.jitter))
        let yaw = stand.attitude.yaw + off(5, Self.jitter) * Self.radian
        return Attitude(
            bootMilliseconds: boot(milliseconds), roll: Float(stand.attitude.roll + roll * Self.radian),
            pitch: Float(stand.attitude.pitch + pitch * Self.radian), yaw: Float(yaw.remainder(dividingBy: 2 * .pi)),
            rollSpeed: 0, pitchSpeed: 0, yawSpeed: 0)
    }

    private mutating func turn(_ stand: Stand, _ milliseconds: Int) -> GimbalDeviceAttitudeStatus {
        let (roll, pitch) = (off(6, Self.jitter), off(7, Self.jitter))
        let yaw = off(8, Self.jitter)
        let around = Quaternion(roll: 0, pitch: 0, yaw: yaw * Self.radian) ?? .none
        let tilt = Quaternion(roll: roll * Self.radian, pitch: pitch * Self.radian, yaw: 0) ?? .none
        let told = around.after(stand.camera).after(tilt)
        return GimbalDeviceAttitudeStatus(
            bootMilliseconds: UInt32(Self.boot.gimbal + milliseconds),
            orientation: [Float(told.w), Float(told.x), Float(told.y), Float(told.z)], rollSpeed: .nan,
            pitchSpeed: .nan, yawSpeed: .nan, failures: 0,
            // GIMBAL_DEVICE_FLAGS_YAW_IN_EARTH_FRAME
            flags: 64, targetSystem: 0, targetComponent: 0, deltaYaw: Float(stand.attitude.yaw), deltaYawSpeed: .nan,
            device: 0)
    }

    private func view(_ stand: Stand, _ milliseconds: Int) -> CameraFOVStatus {
        let place = believed(stand)
        let turn = stand.camera
        return CameraFOVStatus(
            bootMilliseconds: boot(milliseconds), latitude: place.latitude, longitude: place.longitude,
            altitude: Int32((place.altitude * 1000).rounded()), imageLatitude: .max, imageLongitude: .max,
            imageAltitude: .max, orientation: [Float(turn.w), Float(turn.x), Float(turn.y), Float(turn.z)],
            horizontalView: Float(View.horizontal), verticalView: .nan, cameraDevice: 0)
    }
}
