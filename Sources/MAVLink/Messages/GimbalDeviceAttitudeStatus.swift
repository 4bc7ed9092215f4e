// How a gimbal is turned.

/// GIMBAL_DEVICE_ATTITUDE_STATUS (285): the turn from the camera (forward, right, down) to a level frame, of the
/// vehicle's heading or of north.
public struct GimbalDeviceAttitudeStatus: MAVLinkMessage {
    public static let id: UInt32 = 285
    public static let crcExtra: UInt8 = 137
    public static let length = 49

    /// Since the sender's start.
    public var bootMilliseconds: UInt32
    /// w, x, y, z; the flags tell in which frame.
    public var orientation: [Float]
    /// rad/s; not a number: unknown.
    public var rollSpeed: Float
    /// rad/s.
    public var pitchSpeed: Float
    /// rad/s.
    public var yawSpeed: Float
    /// GIMBAL_DEVICE_ERROR_FLAGS, bits.
    public var failures: UInt32
    /// GIMBAL_DEVICE_FLAGS, bits.
    public var flags: UInt16
    public var targetSystem: UInt8
    public var targetComponent: UInt8
    /// Radians from north to the vehicle's frame; not a number: unknown.
    public var deltaYaw: Float
    /// rad/s; not a number: unknown.
    public var deltaYawSpeed: Float
    /// 1 to 6 for gimbals that an autopilot speaks for; else 0.
    public var device: UInt8

    public init(
        bootMilliseconds: UInt32, orientation: [Float], rollSpeed: Float, pitchSpeed: Float, yawSpeed: Float,
        failures: UInt32, flags: UInt16, targetSystem: UInt8, targetComponent: UInt8, deltaYaw: Float,
        deltaYawSpeed: Float, device: UInt8
    ) {
        self.bootMilliseconds = bootMilliseconds
        self.orientation = orientation
        self.rollSpeed = rollSpeed
        self.pitchSpeed = pitchSpeed
        self.yawSpeed = yawSpeed
        self.failures = failures
        self.flags = flags
        self.targetSystem = targetSystem
        self.targetComponent = targetComponent
        self.deltaYaw = deltaYaw
        self.deltaYawSpeed = deltaYawSpeed
        self.device = device
    }

    /// The frames that the turn may lead to.
    public enum Frame: Sendable {
        /// Level, and turned as the vehicle.
        case vehicle
        /// North, east, down.
        case earth
    }

    /// As the flags tell it, the older ones of gimbals that know no others too; `nil` for what is not allowed.
    public var frame: Frame? {
        switch (flags & 32 != 0, flags & 64 != 0) {
        case (true, true): nil
        case (true, false): .vehicle
        case (false, true): .earth
        case (false, false): flags & 16 != 0 ? .earth : .vehicle
        }
    }

    /// `deltaYaw` where it is known and its frame was told: older gimbals fill it with anything.
    public var knownDeltaYaw: Float? { flags & 96 != 0 && deltaYaw.isFinite ? deltaYaw : nil }
}

extension GimbalDeviceAttitudeStatus {
    public init(from reader: inout PayloadReader) {
        bootMilliseconds = reader.integer()
        orientation = reader.floats(4)
        rollSpeed = reader.float()
        pitchSpeed = reader.float()
        yawSpeed = reader.float()
        failures = reader.integer()
        flags = reader.integer()
        targetSystem = reader.integer()
        targetComponent = reader.integer()
        deltaYaw = reader.float()
        deltaYawSpeed = reader.float()
        device = reader.integer()
    }

    public func write(to writer: inout PayloadWriter) {
        writer.write(bootMilliseconds)
        writer.write(orientation, count: 4)
        writer.write(rollSpeed)
        writer.write(pitchSpeed)
        writer.write(yawSpeed)
        writer.write(failures)
        writer.write(flags)
        writer.write(targetSystem)
        writer.write(targetComponent)
        writer.write(deltaYaw)
        writer.write(deltaYawSpeed)
        writer.write(device)
    }
}
