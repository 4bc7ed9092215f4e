// What a camera is.

/// CAMERA_INFORMATION (259): what ground stations ask a camera first.
public struct CameraInformation: MAVLinkMessage {
    public static let id: UInt32 = 259
    public static let crcExtra: UInt8 = 92
    public static let length = 237

    /// Since the sender's start.
    public var bootMilliseconds: UInt32
    /// Development, patch, minor and major number, from the highest byte on; 0: unknown.
    public var firmware: UInt32
    /// Millimetres; not a number: unknown.
    public var focalLength: Float
    /// Millimetres; not a number: unknown.
    public var sensorWidth: Float
    /// Millimetres; not a number: unknown.
    public var sensorHeight: Float
    /// CAMERA_CAP_FLAGS, bits.
    public var flags: UInt32
    /// Pixels; 0: unknown.
    public var width: UInt16
    /// Pixels; 0: unknown.
    public var height: UInt16
    /// Of the file that describes its settings.
    public var definitionVersion: UInt16
    /// UTF-8, the rest zeros.
    public var vendor: [UInt8]
    /// UTF-8, the rest zeros.
    public var model: [UInt8]
    public var lens: UInt8
    /// Where the file lies; empty: there is none.
    public var definition: [UInt8]
    /// Its gimbal's component; 0: none.
    public var gimbalDevice: UInt8
    /// 1 to 6 for cameras that an autopilot speaks for; else 0.
    public var cameraDevice: UInt8

    public init(
        bootMilliseconds: UInt32, firmware: UInt32 = 0, focalLength: Float = .nan, sensorWidth: Float = .nan,
        sensorHeight: Float = .nan, flags: UInt32, width: UInt16, height: UInt16, definitionVersion: UInt16 = 0,
        vendor: String, model: String, lens: UInt8 = 0, definition: String = "", gimbalDevice: UInt8 = 0,
        cameraDevice: UInt8 = 0
    ) {
        self.bootMilliseconds = bootMilliseconds
        self.firmware = firmware
        self.focalLength = focalLength
        self.sensorWidth = sensorWidth
        self.sensorHeight = sensorHeight
        self.flags = flags
        self.width = width
        self.height = height
        self.definitionVersion = definitionVersion
        self.vendor = Array(vendor.utf8.prefix(32))
        self.model = Array(model.utf8.prefix(32))
        self.lens = lens
        self.definition = Array(definition.utf8.prefix(140))
        self.gimbalDevice = gimbalDevice
        self.cameraDevice = cameraDevice
    }

    /// CAMERA_CAP_FLAGS_HAS_TRACKING_RECTANGLE.
    public static let tracksRectangles: UInt32 = 1024
    /// CAMERA_CAP_FLAGS_HAS_TRACKING_GEO_STATUS.
    public static let tracksPlaces: UInt32 = 2048
}

extension CameraInformation {
    public init(from reader: inout PayloadReader) {
        bootMilliseconds = reader.integer()
        firmware = reader.integer()
        focalLength = reader.float()
        sensorWidth = reader.float()
        sensorHeight = reader.float()
        flags = reader.integer()
        width = reader.integer()
        height = reader.integer()
        definitionVersion = reader.integer()
        vendor = reader.bytes(32)
        model = reader.bytes(32)
        lens = reader.integer()
        definition = reader.bytes(140)
        gimbalDevice = reader.integer()
        cameraDevice = reader.integer()
    }

    public func write(to writer: inout PayloadWriter) {
        writer.write(bootMilliseconds)
        writer.write(firmware)
        writer.write(focalLength)
        writer.write(sensorWidth)
        writer.write(sensorHeight)
        writer.write(flags)
        writer.write(width)
        writer.write(height)
        writer.write(definitionVersion)
        writer.write(vendor, count: 32)
        writer.write(model, count: 32)
        writer.write(lens)
        writer.write(definition, count: 140)
        writer.write(gimbalDevice)
        writer.write(cameraDevice)
    }
}
