// A sign of life.

/// HEARTBEAT (0): what a component is, once a second.
public struct Heartbeat: MAVLinkMessage {
    public static let id: UInt32 = 0
    public static let crcExtra: UInt8 = 50
    public static let length = 9

    /// Of the autopilot.
    public var customMode: UInt32
    /// MAV_TYPE: 18 onboard controller, 30 camera.
    public var type: UInt8
    /// MAV_AUTOPILOT: 8 for what is none.
    public var autopilot: UInt8
    /// MAV_MODE_FLAG, bits.
    public var baseMode: UInt8
    /// MAV_STATE: 3 standby, 4 active.
    public var status: UInt8
    /// Of MAVLink; 3 for its second one.
    public var version: UInt8

    public init(
        customMode: UInt32 = 0, type: UInt8, autopilot: UInt8 = Heartbeat.noAutopilot, baseMode: UInt8 = 0,
        status: UInt8 = 4, version: UInt8 = 3
    ) {
        self.customMode = customMode
        self.type = type
        self.autopilot = autopilot
        self.baseMode = baseMode
        self.status = status
        self.version = version
    }

    /// MAV_TYPE_ONBOARD_CONTROLLER.
    public static let onboardController: UInt8 = 18
    /// MAV_TYPE_CAMERA.
    public static let camera: UInt8 = 30
    /// MAV_AUTOPILOT_INVALID: of all components but autopilots.
    public static let noAutopilot: UInt8 = 8
}

extension Heartbeat {
    public init(from reader: inout PayloadReader) {
        customMode = reader.integer()
        type = reader.integer()
        autopilot = reader.integer()
        baseMode = reader.integer()
        status = reader.integer()
        version = reader.integer()
    }

    public func write(to writer: inout PayloadWriter) {
        writer.write(customMode)
        writer.write(type)
        writer.write(autopilot)
        writer.write(baseMode)
        writer.write(status)
        writer.write(version)
    }
}
