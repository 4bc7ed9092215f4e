// How a vehicle is turned, as angles.

/// ATTITUDE (30): roll, pitch and yaw, from the body (forward, right, down) to north, east, down.
public struct Attitude: MAVLinkMessage {
    public static let id: UInt32 = 30
    public static let crcExtra: UInt8 = 39
    public static let length = 28

    /// Since the sender's start.
    public var bootMilliseconds: UInt32
    /// Radians.
    public var roll: Float
    /// Radians.
    public var pitch: Float
    /// Radians from north over east.
    public var yaw: Float
    /// rad/s.
    public var rollSpeed: Float
    /// rad/s.
    public var pitchSpeed: Float
    /// rad/s.
    public var yawSpeed: Float

    public init(
        bootMilliseconds: UInt32, roll: Float, pitch: Float, yaw: Float, rollSpeed: Float, pitchSpeed: Float,
        yawSpeed: Float
    ) {
        self.bootMilliseconds = bootMilliseconds
        self.roll = roll
        self.pitch = pitch
        self.yaw = yaw
        self.rollSpeed = rollSpeed
        self.pitchSpeed = pitchSpeed
        self.yawSpeed = yawSpeed
    }
}

extension Attitude {
    public init(from reader: inout PayloadReader) {
        bootMilliseconds = reader.integer()
        roll = reader.float()
        pitch = reader.float()
        yaw = reader.float()
        rollSpeed = reader.float()
        pitchSpeed = reader.float()
        yawSpeed = reader.float()
    }

    public func write(to writer: inout PayloadWriter) {
        writer.write(bootMilliseconds)
        writer.write(roll)
        writer.write(pitch)
        writer.write(yaw)
        writer.write(rollSpeed)
        writer.write(pitchSpeed)
        writer.write(yawSpeed)
    }
}
