// The world's time, as an autopilot has it.

/// SYSTEM_TIME (2): what the time is.
public struct SystemTime: MAVLinkMessage {
    public static let id: UInt32 = 2
    public static let crcExtra: UInt8 = 137
    public static let length = 12

    /// Since 1970 (UTC); 0 or a small number while it is not known.
    public var unixMicroseconds: UInt64
    /// Since the sender's start.
    public var bootMilliseconds: UInt32

    public init(
        unixMicroseconds: UInt64, bootMilliseconds: UInt32
    ) {
        self.unixMicroseconds = unixMicroseconds
        self.bootMilliseconds = bootMilliseconds
    }
}

extension SystemTime {
    public init(from reader: inout PayloadReader) {
        unixMicroseconds = reader.integer()
        bootMilliseconds = reader.integer()
    }

    public func write(to writer: inout PayloadWriter) {
        writer.write(unixMicroseconds)
        writer.write(bootMilliseconds)
    }
}
