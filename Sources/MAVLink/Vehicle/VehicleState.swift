// What a vehicle tells of itself, kept for geolocation.

/// How far apart samples may be, milliseconds.
public struct VehicleBounds: Hashable, Sendable {
    public var attitude: Int
    public var place: Int
    public var gimbal: Int

    /// Twice what autopilots usually leave between two of them.
    public init(attitude: Int = 500, place: Int = 1000, gimbal: Int = 2000) {
        (self.attitude, self.place, self.gimbal) = (attitude, place, gimbal)
    }
}

/// Takes a vehicle's messages with the time at which they came, and says where it was and how it was turned at any time
/// of the last seconds.
///
/// All times are milliseconds of one clock of this machine that is never set.
public struct VehicleState: Sendable {
    /// Whose messages count.
    public let autopilot: MAVLinkFrame.Sender
    public let bounds: VehicleBounds
    /// The last of a camera of this vehicle.
    public private(set) var view: CameraFOVStatus?
    public private(set) var kind = VehicleKind.rotorcraft

    private var gimbalDevice: Gimbal?
    private var clock = VehicleClock()
    private var gimbalClock = VehicleClock()
    private var attitudes = SampleTrack<Quaternion>()
    private var places = SampleTrack<VehiclePlace>()
    private var gimbals = SampleTrack<GimbalTurn>()
    private var fix: (message: GPSRawInt, time: Int)?
    /// Milliseconds since 1970 when the autopilot started.
    private var began: Double?
    private var questions: [Int64] = []

    private struct Gimbal: Hashable {
        var component: UInt8
        var device: UInt8?
    }

    private static let mostQuestions = 4
    /// A fix that is older says nothing of errors now.
    private static let longestFix = 5_000
    /// 2015: autopilots that do not know the time begin in 1970 or 2000.
    private static let earliest: UInt64 = 1_420_070_400_000_000

    /// - Parameters:
    ///   - system: the vehicle's.
    ///   - autopilot: its component.
    ///   - gimbal: the component whose turn counts; `nil`: the first one that reports.
    public init(system: UInt8, autopilot: UInt8 = 1, gimbal: UInt8? = nil, bounds: VehicleBounds = VehicleBounds()) {
        self.autopilot = MAVLinkFrame.Sender(system: system, component: autopilot)
        self.bounds = bounds
        gimbalDevice = gimbal.map { Gimbal(component: $0, device: nil) }
    }

    /// A question for the autopilot's time, to be sent at once. One every ten seconds is plenty.
    public mutating func question(at local: Int) -> TimeSync {
        let asked = Int64(clamping: local) &* 1_000_000
        if questions.count == Self.mostQuestions { questions.removeFirst() }
        questions.append(asked)
        return TimeSync(answered: 0, asked: asked)
    }

    /// Takes what is of use; messages of other vehicles and other kinds are none.
    ///
    /// - Parameter local: when it came.
    public mutating func take(_ frame: MAVLinkFrame, at local: Int) {
        guard frame.sender.system == autopilot.system, let message = frame.message else { return }
        if let status = message as? GimbalDeviceAttitudeStatus {
            take(status, from: frame.sender.component, at: Double(local))
        } else if let view = message as? CameraFOVStatus {
            self.view = view
        } else if frame.sender == autopilot {
            take(message, at: local)
        }
    }

    private mutating func take(_ message: any MAVLinkMessage, at local: Int) {
        switch message {
        case let attitude as Attitude:
            let turn = Quaternion(
                roll: Double(attitude.roll), pitch: Double(attitude.pitch), yaw: Double(attitude.yaw))
            guard let time = time(attitude.bootMilliseconds, at: local), let turn else { return }
            attitudes.add(turn, at: time)
        case let attitude as AttitudeQuaternion:
            let turn = Quaternion([attitude.w, attitude.x, attitude.y, attitude.z])
            guard let time = time(attitude.bootMilliseconds, at: local), let turn else { return }
            attitudes.add(turn, at: time)
        case let position as GlobalPositionInt:
            guard let time = time(position.bootMilliseconds, at: local), let place = VehiclePlace(position) else {
                return
            }
            places.add(place, at: time)
        case let system as SystemTime:
            guard time(system.bootMilliseconds, at: local) != nil else { return }
            guard system.unixMicroseconds > Self.earliest, system.unixMicroseconds < 1 << 60 else { return }
            began = Double(system.unixMicroseconds) / 1000 - Double(system.bootMilliseconds)
        case let fix as GPSRawInt: self.fix = (fix, local)
        case let heartbeat as Heartbeat: kind = VehicleKind(type: heartbeat.type)
        case let answer as TimeSync:
            guard answer.answered != 0, let place = questions.firstIndex(of: answer.asked) else { return }
            questions.remove(at: place)
            clock.synchronize(
                answered: Double(answer.answered) / 1e6, asked: Double(answer.asked) / 1e6, came: Double(local))
        default: break
        }
    }

    /// When it was, by the autopilot's clock alone: differences between its messages are right, whatever the link did
    /// to them.
    private mutating func time(_ boot: UInt32, at local: Int) -> Double? {
        if clock.see(boot: Double(boot), at: Double(local)) {
            attitudes = SampleTrack()
            places = SampleTrack()
            (began, fix) = (nil, nil)
        }
        return Double(boot)
    }

    private mutating func take(_ status: GimbalDeviceAttitudeStatus, from component: UInt8, at local: Double) {
        guard let turn = Quaternion(status.orientation), let frame = status.frame else { return }
        let found = Gimbal(component: component, device: status.device)
        if gimbalDevice == nil || gimbalDevice == Gimbal(component: component, device: nil) { gimbalDevice = found }
        guard gimbalDevice == found else { return }
        if gimbalClock.see(boot: Double(status.bootMilliseconds), at: local) { gimbals = SampleTrack() }
        gimbals.add(
            GimbalTurn(turn: turn, frame: frame, deltaYaw: status.knownDeltaYaw.map { Double($0) }),
            at: Double(status.bootMilliseconds))
    }

    /// Where the vehicle was and how it was turned.
    ///
    /// - Returns: `nil` where the samples around that time are farther apart than `bounds`, or the last ones are older.
    public func pose(at local: Int) -> VehiclePose? {
        guard let offset = clock.offset else { return nil }
        let boot = Double(local) - offset
        guard let attitude = attitudes.value(at: boot, bound: Double(bounds.attitude)),
            let place = places.value(at: boot, bound: Double(bounds.place))
        else { return nil }
        var age = max(attitude.age, place.age)
        var turned: Quaternion?
        if let offset = gimbalClock.offset,
            let found = gimbals.value(at: Double(local) - offset, bound: Double(bounds.gimbal))
        {
            turned = found.value.toNorth(heading: attitude.value.yaw)
            age = max(age, found.age)
        }
        let fix = recentFix(at: local)
        func metres(_ millimetres: UInt32?) -> Double? {
            millimetres.flatMap { $0 == 0 ? nil : Double($0) / 1000 }
        }
        return VehiclePose(
            place: place.value, attitude: attitude.value, gimbal: turned, hasGimbal: gimbalDevice?.device != nil,
            horizontalError: metres(fix?.horizontalAccuracy), verticalError: metres(fix?.verticalAccuracy),
            geoidHeight: fix?.geoidHeight, fix: fix.map { Int($0.fix) },
            unixMilliseconds: unixMilliseconds(at: local), age: Int(age.rounded(.up)))
    }

    /// GPS_FIX_TYPE as the receiver said it last; `nil` where it has not lately. Where there is no pose, it may say why.
    public func fix(at local: Int) -> Int? { recentFix(at: local).map { Int($0.fix) } }

    private func recentFix(at local: Int) -> GPSRawInt? {
        fix.flatMap { (local &- $0.time).magnitude <= Self.longestFix ? $0.message : nil }
    }

    /// The world's time as the vehicle knows it, milliseconds since 1970 (UTC).
    public func unixMilliseconds(at local: Int) -> Int? {
        guard let began, let offset = clock.offset else { return nil }
        return Int(exactly: (began + Double(local) - offset).rounded())
    }
}

extension VehiclePlace {
    /// `nil` for a place that is none: autopilots without one send zeros.
    fileprivate init?(_ message: GlobalPositionInt) {
        let isOnEarth = abs(Double(message.latitude)) <= 90e7 && abs(Double(message.longitude)) <= 180e7
        guard isOnEarth, message.latitude != 0 || message.longitude != 0 else { return nil }
        self.init(
            latitude: Double(message.latitude) / 1e7, longitude: Double(message.longitude) / 1e7,
            altitude: Double(message.altitude) / 1000, height: Double(message.relativeAltitude) / 1000,
            north: Double(message.north) / 100, east: Double(message.east) / 100, down: Double(message.down) / 100)
    }
}

extension GPSRawInt {
    /// Metres of mean sea level above the ellipsoid here; `nil` where the receiver does not tell both heights.
    fileprivate var geoidHeight: Double? {
        guard fix >= 3, ellipsoidAltitude != 0 else { return nil }
        let height = (Double(ellipsoidAltitude) - Double(altitude)) / 1000
        // It is -107 to 86 m on the earth.
        return abs(height) <= 120 ? height : nil
    }
}
