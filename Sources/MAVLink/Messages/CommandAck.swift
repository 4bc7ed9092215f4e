// The answer to a command.

/// COMMAND_ACK (77): what became of a command.
public struct CommandAck: MAVLinkMessage {
    public static let id: UInt32 = 77
    public static let crcExtra: UInt8 = 143
    public static let length = 10

    /// MAV_CMD.
    public var command: UInt16
    /// MAV_RESULT, such as `accepted`.
    public var result: UInt8
    /// Per cent, while it goes on; 255: unknown.
    public var progress: UInt8
    /// Depends on the command.
    public var detail: Int32
    /// Who asked.
    public var targetSystem: UInt8
    /// Who asked.
    public var targetComponent: UInt8

    public init(
        command: UInt16, result: UInt8, progress: UInt8 = 0, detail: Int32 = 0, targetSystem: UInt8,
        targetComponent: UInt8
    ) {
        self.command = command
        self.result = result
        self.progress = progress
        self.detail = detail
        self.targetSystem = targetSystem
        self.targetComponent = targetComponent
    }

    /// MAV_RESULT_ACCEPTED.
    public static let accepted: UInt8 = 0
    /// MAV_RESULT_DENIED.
    public static let denied: UInt8 = 2
    /// MAV_RESULT_UNSUPPORTED.
    public static let unsupported: UInt8 = 3
}

extension CommandAck {
    public init(from reader: inout PayloadReader) {
        command = reader.integer()
        result = reader.integer()
        progress = reader.integer()
        detail = reader.integer()
        targetSystem = reader.integer()
        targetComponent = reader.integer()
    }

    public func write(to writer: inout PayloadWriter) {
        writer.write(command)
        writer.write(result)
        writer.write(progress)
        writer.write(detail)
        writer.write(targetSystem)
        writer.write(targetComponent)
    }
}
