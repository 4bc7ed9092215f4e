// How a telemetry radio is.

/// RADIO_STATUS (109): what a radio puts into the stream itself, unsigned.
public struct RadioStatus: MAVLinkMessage {
    public static let id: UInt32 = 109
    public static let crcExtra: UInt8 = 185
    public static let length = 9

    /// Packets that came broken.
    public var errors: UInt16
    /// Packets whose errors were mended.
    public var mended: UInt16
    /// Of what comes, in the radio's own steps; 255: unknown.
    public var strength: UInt8
    /// As the other end hears this one; 255: unknown.
    public var remoteStrength: UInt8
    /// Per cent of its buffer that are free.
    public var room: UInt8
    /// 255: unknown.
    public var noise: UInt8
    /// 255: unknown.
    public var remoteNoise: UInt8
}

extension RadioStatus {
    public init(from reader: inout PayloadReader) {
        errors = reader.integer()
        mended = reader.integer()
        strength = reader.integer()
        remoteStrength = reader.integer()
        room = reader.integer()
        noise = reader.integer()
        remoteNoise = reader.integer()
    }

    public func write(to writer: inout PayloadWriter) {
        writer.write(errors)
        writer.write(mended)
        writer.write(strength)
        writer.write(remoteStrength)
        writer.write(room)
        writer.write(noise)
        writer.write(remoteNoise)
    }
}
