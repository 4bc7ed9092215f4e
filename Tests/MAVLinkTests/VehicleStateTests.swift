// Known motions, sampled, delayed and asked for between the samples.
import Glibc
import TestSupport
import Testing

@testable import MAVLink

@Suite struct VehicleStateTests {
    private static let autopilot = MAVLinkFrame.Sender(system: 1, component: 1)
    private static let gimbal = MAVLinkFrame.Sender(system: 1, component: 154)
    /// Our clock when the autopilot's was 0, and when the gimbal's was.
    private static let start = 1_000_000
    private static let gimbalStart = 1_003_500

    private static func frame(_ message: some MAVLinkMessage, _ sender: MAVLinkFrame.Sender = autopilot) -> MAVLinkFrame
    {
        MAVLinkFrame(message, sender: sender, sequence: 0)
    }

    private static func attitude(_ time: Int, roll: Double = 0, pitch: Double = 0, yaw: Double) -> Attitude {
        Attitude(
            bootMilliseconds: UInt32(time), roll: Float(roll), pitch: Float(pitch), yaw: Float(yaw), rollSpeed: 0,
            pitchSpeed: 0, yawSpeed: 0)
    }

    private static func position(_ time: Int, latitude: Double, longitude: Double) -> GlobalPositionInt {
        GlobalPositionInt(
            bootMilliseconds: UInt32(time), latitude: Int32((latitude * 1e7).rounded()),
            longitude: Int32((longitude * 1e7).rounded()), altitude: 1_500_000, relativeAltitude: 120_000, north: 1000,
            east: -500, down: 100, heading: 65535)
    }

    private static func turn(
        _ time: Int, _ quaternion: Quaternion, flags: UInt16, deltaYaw: Float = .nan, device: UInt8 = 0
    ) -> GimbalDeviceAttitudeStatus {
        GimbalDeviceAttitudeStatus(
            bootMilliseconds: UInt32(time),
            orientation: [quaternion.w, quaternion.x, quaternion.y, quaternion.z].map { Float($0) }, rollSpeed: 0,
            pitchSpeed: 0, yawSpeed: 0, failures: 0, flags: flags, targetSystem: 0, targetComponent: 0,
            deltaYaw: deltaYaw, deltaYawSpeed: .nan, device: device)
    }

    private static func degrees(_ one: Quaternion, _ two: Quaternion) -> Double {
        let product = one.w * two.w + one.x * two.x + one.y * two.y + one.z * two.z
        return 2 * acos(min(abs(product), 1)) * 180 / .pi
    }

    /// A vehicle that turns at 40 degrees a second through south, and flies east over the line where the date changes.
    private static func heading(_ milliseconds: Double) -> Double { (160 + 0.04 * milliseconds) * .pi / 180 }
    private static func longitude(_ milliseconds: Double) -> Double { 179.999 + milliseconds * 4e-7 }

    private static func flown(
        samples: ClosedRange<Int>, delay: (inout SplitMix) -> Int
    ) -> VehicleState {
        var random = SplitMix(state: 4)
        var state = VehicleState(system: 1)
        for time in samples where time % 100 == 0 {
            let came = start + time + delay(&random)
            let yaw = heading(Double(time)).remainder(dividingBy: 2 * .pi)
            state.take(frame(attitude(time, roll: 0.1, yaw: yaw)), at: came)
            if time % 200 == 0 {
                let way = longitude(Double(time)).remainder(dividingBy: 360)
                state.take(frame(position(time, latitude: 46.5, longitude: way)), at: came)
            }
        }
        return state
    }

    @Test("between samples a turn and a way go on evenly, through south and over the date line")
    func motion() throws {
        let state = Self.flown(samples: 0...10_000, delay: { _ in 0 })
        for time in stride(from: 0, through: 9800, by: 7) {
            let pose = try #require(state.pose(at: Self.start + time))
            let right = try #require(Quaternion(roll: 0.1, pitch: 0, yaw: Self.heading(Double(time))))
            let way = (pose.place.longitude - Self.longitude(Double(time))).remainder(dividingBy: 360)
            if Self.degrees(pose.attitude, right) > 0.05 || abs(way) > 2e-7 { Issue.record("at \(time): \(pose)") }
        }
        let pose = try #require(state.pose(at: Self.start + 5050))
        #expect(abs(pose.place.latitude - 46.5) < 1e-7 && pose.place.altitude == 1500 && pose.place.height == 120)
        #expect(pose.place.north == 10 && pose.place.east == -5 && pose.place.down == 1 && pose.gimbal == nil)
        #expect(pose.place.longitude < -179 && pose.age == 150)
    }

    @Test("delays that vary do not show: the shortest one counts, or half a round trip")
    func delays() throws {
        var state = Self.flown(samples: 0...60_000, delay: { Int.random(in: 20...300, using: &$0) })
        // All come at least 20 ms late.
        func late(_ state: VehicleState) throws -> Double {
            let pose = try #require(state.pose(at: Self.start + 59_050))
            let right = try #require(Quaternion(roll: 0.1, pitch: 0, yaw: Self.heading(59_050)))
            return Self.degrees(pose.attitude, right) / 0.04
        }
        #expect(try late(state) > 18 && late(state) < 24)
        for (there, back) in [(200, 100), (22, 20), (400, 30)] {
            let question = state.question(at: Self.start + 60_000)
            let answer = TimeSync(answered: Int64(60_000 + there) * 1_000_000, asked: question.asked)
            state.take(Self.frame(answer), at: Self.start + 60_000 + there + back)
        }
        #expect(try late(state) < 3)
        // Answers to questions that nobody asked, and other clocks' times, change nothing.
        let before = state.pose(at: Self.start + 59_050)
        state.take(Self.frame(TimeSync(answered: 5, asked: 7)), at: Self.start + 60_100)
        let question = state.question(at: Self.start + 60_100)
        state.take(Self.frame(TimeSync(answered: .max, asked: question.asked)), at: Self.start + 60_101)
        #expect(state.pose(at: Self.start + 59_050) == before)
    }

    @Test("no answer before the first sample, in a gap, and long after the last one")
    func gaps() {
        var state = Self.flown(samples: 0...2000, delay: { _ in 0 })
        #expect(state.pose(at: Self.start - 1) == nil && VehicleState(system: 1).pose(at: 5) == nil)
        #expect(state.pose(at: Self.start + 2500) != nil && state.pose(at: Self.start + 2501) == nil)
        for time in [5000, 5100, 5200] {
            state.take(Self.frame(Self.attitude(time, yaw: 0)), at: Self.start + time)
            state.take(Self.frame(Self.position(time, latitude: 1, longitude: 1)), at: Self.start + time)
        }
        #expect(state.pose(at: Self.start + 3000) == nil && state.pose(at: Self.start + 4999) == nil)
        #expect(state.pose(at: Self.start + 5050) != nil && state.pose(at: Self.start + 2000) != nil)
    }

    @Test("a gimbal's turn leads to north, whatever frame it tells, by its own clock")
    func gimbals() throws {
        let down = try #require(Quaternion(roll: 0, pitch: -0.8, yaw: 0.3))
        for (flags, deltaYaw, yaw) in [
            // Vehicle frame: by the gimbal's own difference, or by the vehicle's heading of 1.0.
            (UInt16(32), Float(0.7), 1.0), (32, .nan, 1.3), (0, .nan, 1.3), (0, 0.7, 1.3),
            // Earth frame, told by its flag or by the older one.
            (64, 0.7, 0.3), (16, 0.7, 0.3), (80, .nan, 0.3), (48, .nan, 1.3),
        ] {
            var state = VehicleState(system: 1)
            for time in stride(from: 0, through: 8000, by: 100) {
                let came = Self.start + time
                state.take(Self.frame(Self.attitude(time, roll: 0.2, pitch: 0.1, yaw: 1)), at: came)
                state.take(Self.frame(Self.position(time, latitude: 46, longitude: 8)), at: came)
                guard came >= Self.gimbalStart else { continue }
                state.take(
                    Self.frame(
                        Self.turn(came - Self.gimbalStart, down, flags: flags, deltaYaw: deltaYaw), Self.gimbal),
                    at: came)
                // Another gimbal does not disturb the first one.
                state.take(
                    Self.frame(
                        Self.turn(came - Self.gimbalStart, .none, flags: 64),
                        MAVLinkFrame.Sender(system: 1, component: 171)), at: came)
            }
            let pose = try #require(state.pose(at: Self.start + 7050))
            let right = try #require(Quaternion(roll: 0, pitch: -0.8, yaw: yaw))
            let found = try #require(pose.gimbal)
            #expect(Self.degrees(found, right) < 0.01, "flags \(flags) \(deltaYaw): \(found.yaw)")
            // What is not allowed is not taken.
            state.take(Self.frame(Self.turn(90_000, .none, flags: 96), Self.gimbal), at: Self.start + 8000)
            #expect(state.pose(at: Self.start + 7050) == pose)
        }
    }

    @Test("the world's time comes with the vehicle's, once it knows it, and errors from its receiver")
    func worldTime() throws {
        var state = Self.flown(samples: 0...2000, delay: { _ in 0 })
        #expect(state.unixMilliseconds(at: Self.start) == nil)
        state.take(Self.frame(SystemTime(unixMicroseconds: 1000, bootMilliseconds: 2000)), at: Self.start + 2000)
        #expect(state.unixMilliseconds(at: Self.start) == nil)
        let time: UInt64 = 1_795_000_000_123_000
        state.take(Self.frame(SystemTime(unixMicroseconds: time, bootMilliseconds: 2000)), at: Self.start + 2000)
        #expect(state.unixMilliseconds(at: Self.start + 1500) == 1_795_000_000_123 - 500)
        var reader = PayloadReader([UInt8](repeating: 0, count: 34) + [0xd0, 7, 0, 0, 0xb8, 0x0b])
        state.take(Self.frame(GPSRawInt(from: &reader)), at: Self.start + 2000)
        let pose = try #require(state.pose(at: Self.start + 1500))
        #expect(
            pose.horizontalError == 2 && pose.verticalError == 3 && pose.unixMilliseconds == 1_795_000_000_123 - 500)
        #expect(pose.geoidHeight == nil)
    }

    @Test("sea level's height comes from the receiver's two heights, and what moves from the autopilot's sign of life")
    func heights() throws {
        var state = Self.flown(samples: 0...2000, delay: { _ in 0 })
        func told(_ fix: UInt8, _ ellipsoid: Int32) -> Double? {
            var reader = PayloadReader([])
            var message = GPSRawInt(from: &reader)
            (message.fix, message.altitude, message.ellipsoidAltitude) = (fix, 1_500_000, ellipsoid)
            state.take(Self.frame(message), at: Self.start + 2000)
            return state.pose(at: Self.start + 1500)?.geoidHeight
        }
        #expect(told(3, 1_552_000) == 52 && told(6, 1_470_000) == -30)
        #expect(told(2, 1_552_000) == nil && told(3, 0) == nil && told(3, .max) == nil && told(3, .min) == nil)
        let kinds = ([1, 2, 10, 11, 20, 255] as [UInt8]).map { type -> VehicleKind in
            state.take(Self.frame(Heartbeat(type: type, autopilot: 3)), at: Self.start + 2000)
            return state.kind
        }
        #expect(kinds == [.airplane, .rotorcraft, .ground, .water, .airplane, .rotorcraft])
    }

    @Test("an autopilot that begins anew, and one message with a time from the future, are got over")
    func restarts() throws {
        var state = Self.flown(samples: 0...5000, delay: { _ in 0 })
        for time in stride(from: 0, through: 1000, by: 100) {
            state.take(Self.frame(Self.attitude(time, yaw: 2)), at: Self.start + 20_000 + time)
            state.take(Self.frame(Self.position(time, latitude: -5, longitude: 5)), at: Self.start + 20_000 + time)
        }
        let pose = try #require(state.pose(at: Self.start + 20_550))
        #expect(abs(pose.attitude.yaw - 2) < 1e-6 && abs(pose.place.latitude + 5) < 1e-6)
        #expect(state.pose(at: Self.start + 3000) == nil)
        state.take(Self.frame(Self.attitude(4_000_000_000, yaw: 1)), at: Self.start + 21_100)
        for time in stride(from: 1200, through: 2000, by: 100) {
            state.take(Self.frame(Self.attitude(time, yaw: 2)), at: Self.start + 20_000 + time)
            state.take(Self.frame(Self.position(time, latitude: -5, longitude: 5)), at: Self.start + 20_000 + time)
        }
        #expect(state.pose(at: Self.start + 21_950) != nil)
    }

    @Test("other vehicles, places that are none and turns that are no numbers are not taken")
    func refusals() {
        var state = Self.flown(samples: 0...2000, delay: { _ in 0 })
        let before = state.pose(at: Self.start + 2000)
        let other = MAVLinkFrame.Sender(system: 2, component: 1)
        state.take(Self.frame(Self.attitude(2100, yaw: 0), other), at: Self.start + 2100)
        state.take(Self.frame(Self.attitude(2100, yaw: .nan)), at: Self.start + 2100)
        state.take(Self.frame(Self.position(2100, latitude: 0, longitude: 0)), at: Self.start + 2100)
        state.take(Self.frame(Self.position(2100, latitude: 100, longitude: 0)), at: Self.start + 2100)
        #expect(state.pose(at: Self.start + 2000) == before && before != nil)
    }

    @Test("quaternions turn as angles do, on the shortest way")
    func quaternions() throws {
        var random = SplitMix(state: 6)
        for _ in 0..<300 {
            let angles = (0..<3).map { _ in Double.random(in: -1.5...1.5, using: &random) }
            let turn = try #require(Quaternion(roll: angles[0], pitch: angles[1], yaw: 2 * angles[2]))
            let isSame = abs(turn.roll - angles[0]) < 1e-9 && abs(turn.pitch - angles[1]) < 1e-9
            if !isSame || abs(turn.yaw - 2 * angles[2]) > 1e-9 { Issue.record("\(angles) \(turn)") }
            let negative = try #require(Quaternion(w: -turn.w, x: -turn.x, y: -turn.y, z: -turn.z))
            if Self.degrees(turn.towards(negative, 0.5), turn) > 1e-4 { Issue.record("\(turn)") }
        }
        // The front, turned by a yaw of 90 degrees, is east; pitched up by 90 degrees, it is up.
        let east = try #require(Quaternion(roll: 0, pitch: 0, yaw: .pi / 2)).turned((1, 0, 0))
        #expect(abs(east.y - 1) < 1e-12)
        let up = try #require(Quaternion(roll: 0, pitch: .pi / 2, yaw: 0)).turned((1, 0, 0))
        #expect(abs(up.z + 1) < 1e-12)
        #expect(Quaternion(w: 0, x: 0, y: 0, z: 0) == nil && Quaternion(w: .nan, x: 0, y: 0, z: 1) == nil)
    }
}
