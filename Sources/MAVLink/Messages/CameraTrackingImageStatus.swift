// What a camera follows, in its picture.

/// CAMERA_TRACKING_IMAGE_STATUS (275): a point or a rectangle, in parts of the picture from its left upper corner; what
/// is not a number is unknown.
public struct CameraTrackingImageStatus: MAVLinkMessage {
    public static let id: UInt32 = 275
    public static let crcExtra: UInt8 = 126
    public static let length = 32

    public var pointX: Float
    public var pointY: Float
    /// In parts of the width.
    public var radius: Float
    public var left: Float
    public var top: Float
    public var right: Float
    public var bottom: Float
    /// CAMERA_TRACKING_STATUS_FLAGS, bits: 0 idle, 1 active, 2 error.
    public var status: UInt8
    /// CAMERA_TRACKING_MODE: 0 none, 1 point, 2 rectangle.
    public var mode: UInt8
    /// CAMERA_TRACKING_TARGET_DATA, bits: 4 for what this message says.
    public var targetData: UInt8
    /// 1 to 6 for cameras that an autopilot speaks for; else 0.
    public var cameraDevice: UInt8

    public init(
        pointX: Float = .nan, pointY: Float = .nan, radius: Float = .nan, left: Float = .nan, top: Float = .nan,
        right: Float = .nan, bottom: Float = .nan, status: UInt8, mode: UInt8, targetData: UInt8 = 4,
        cameraDevice: UInt8 = 0
    ) {
        self.pointX = pointX
        self.pointY = pointY
        self.radius = radius
        self.left = left
        self.top = top
        self.right = right
        self.bottom = bottom
        self.status = status
        self.mode = mode
        self.targetData = targetData
        self.cameraDevice = cameraDevice
    }
}

extension CameraTrackingImageStatus {
    public init(from reader: inout PayloadReader) {
        pointX = reader.float()
        pointY = reader.float()
        radius = reader.float()
        left = reader.float()
        top = reader.float()
        right = reader.float()
        bottom = reader.float()
        status = reader.integer()
        mode = reader.integer()
        targetData = reader.integer()
        cameraDevice = reader.integer()
    }

    public func write(to writer: inout PayloadWriter) {
        writer.write(pointX)
        writer.write(pointY)
        writer.write(radius)
        writer.write(left)
        writer.write(top)
        writer.write(right)
        writer.write(bottom)
        writer.write(status)
        writer.write(mode)
        writer.write(targetData)
        writer.write(cameraDevice)
    }
}
