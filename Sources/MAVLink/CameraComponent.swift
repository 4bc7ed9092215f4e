// What a ground station needs to hear before it shows a camera.

/// Answers the commands that a camera gets (mavlink.io, "Camera Protocol v2"): it tells what it is, and that it does
/// nothing else.
public struct CameraComponent: Sendable {
    public let sender: MAVLinkFrame.Sender
    public var information: CameraInformation

    public init(sender: MAVLinkFrame.Sender, information: CameraInformation) {
        (self.sender, self.information) = (sender, information)
    }

    /// What to send back; nothing for commands to others. What goes to all and is not for cameras is left to those who
    /// do it.
    public func answers(to command: CommandLong, from asking: MAVLinkFrame.Sender) -> [any MAVLinkMessage] {
        guard [0, sender.system].contains(command.targetSystem),
            [0, sender.component].contains(command.targetComponent)
        else { return [] }
        func acknowledgement(_ result: UInt8) -> CommandAck {
            CommandAck(
                command: command.command, result: result, targetSystem: asking.system,
                targetComponent: asking.component)
        }
        let asksForUs =
            command.command == CommandLong.requestMessage
            && command.parameters.first.flatMap { UInt32(exactly: $0) } == CameraInformation.id
        if asksForUs { return [acknowledgement(CommandAck.accepted), information] }
        return command.targetComponent == 0 ? [] : [acknowledgement(CommandAck.unsupported)]
    }
}
