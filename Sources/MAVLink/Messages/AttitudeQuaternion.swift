// How a vehicle is turned, as a quaternion.

/// ATTITUDE_QUATERNION (31): the turn from the body (forward, right, down) to north, east, down.
public struct AttitudeQuaternion: MAVLinkMessage {
    public static let id: UInt32 = 31
    public static let crcExtra: UInt8 = 246
    public static let length = 48

    /// Since the sender's start.
    public var bootMilliseconds: UInt32
    public var w: Float
    public var x: Float
    public var y: Float
    public var z: Float
    /// rad/s.
    public var rollSpeed: Float
    /// rad/s.
    public var pitchSpeed: Float
    /// rad/s.
    public var yawSpeed: Float
    /// How displays should turn it further: w, x, y, z; all 0 for not at all.
    public var shownOffset: [Float]
}

extension AttitudeQuaternion {
    public init(from reader: inout PayloadReader) {
        bootMilliseconds = reader.integer()
        w = reader.float()
        x = reader.float()
        y = reader.float()
        z = reader.float()
        rollSpeed = reader.float()
        pitchSpeed = reader.float()
        yawSpeed = reader.float()
        shownOffset = reader.floats(4)
    }

    public func write(to writer: inout PayloadWriter) {
        writer.write(bootMilliseconds)
        writer.write(w)
        writer.write(x)
        writer.write(y)
        writer.write(z)
        writer.write(rollSpeed)
        writer.write(pitchSpeed)
        writer.write(yawSpeed)
        writer.write(shownOffset, count: 4)
    }
}
