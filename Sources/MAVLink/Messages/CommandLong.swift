// A command to a component.

/// COMMAND_LONG (76): a command with seven numbers.
public struct CommandLong: MAVLinkMessage {
    public static let id: UInt32 = 76
    public static let crcExtra: UInt8 = 152
    public static let length = 33

    /// What they mean depends on the command.
    public var parameters: [Float]
    /// MAV_CMD.
    public var command: UInt16
    /// 0: all.
    public var targetSystem: UInt8
    /// 0: all.
    public var targetComponent: UInt8
    /// Counts repeats of the same command.
    public var confirmation: UInt8

    public init(
        parameters: [Float], command: UInt16, targetSystem: UInt8, targetComponent: UInt8, confirmation: UInt8 = 0
    ) {
        self.parameters = parameters
        self.command = command
        self.targetSystem = targetSystem
        self.targetComponent = targetComponent
        self.confirmation = confirmation
    }

    /// MAV_CMD_SET_MESSAGE_INTERVAL.
    public static let setMessageInterval: UInt16 = 511
    /// MAV_CMD_REQUEST_MESSAGE.
    public static let requestMessage: UInt16 = 512

    /// Asks for a message every so many microseconds; 0: as often as usual, -1: never.
    public static func interval(
        ofMessage id: UInt32, microseconds: Int, system: UInt8, component: UInt8
    ) -> CommandLong {
        CommandLong(
            parameters: [Float(id), Float(microseconds), 0, 0, 0, 0, 0], command: setMessageInterval,
            targetSystem: system, targetComponent: component)
    }
}

extension CommandLong {
    public init(from reader: inout PayloadReader) {
        parameters = reader.floats(7)
        command = reader.integer()
        targetSystem = reader.integer()
        targetComponent = reader.integer()
        confirmation = reader.integer()
    }

    public func write(to writer: inout PayloadWriter) {
        writer.write(parameters, count: 7)
        writer.write(command)
        writer.write(targetSystem)
        writer.write(targetComponent)
        writer.write(confirmation)
    }
}
