// What a camera sees.

/// CAMERA_FOV_STATUS (271): where a camera is, looks, and how wide. Numbers of `Int32.max` are unknown.
public struct CameraFOVStatus: MAVLinkMessage {
    public static let id: UInt32 = 271
    public static let crcExtra: UInt8 = 22
    public static let length = 53

    /// Since the sender's start.
    public var bootMilliseconds: UInt32
    /// Of the camera, 1e-7 degree.
    public var latitude: Int32
    /// Of the camera, 1e-7 degree.
    public var longitude: Int32
    /// Of the camera, millimetres above mean sea level.
    public var altitude: Int32
    /// Of the image's middle, 1e-7 degree; `Int32.min`: it is sky.
    public var imageLatitude: Int32
    /// As its latitude.
    public var imageLongitude: Int32
    /// Millimetres above mean sea level.
    public var imageAltitude: Int32
    /// The camera's: w, x, y, z.
    public var orientation: [Float]
    /// Degrees; not a number: unknown.
    public var horizontalView: Float
    /// Degrees; not a number: unknown.
    public var verticalView: Float
    /// 1 to 6 for cameras that an autopilot speaks for; else 0.
    public var cameraDevice: UInt8

    public init(
        bootMilliseconds: UInt32, latitude: Int32, longitude: Int32, altitude: Int32, imageLatitude: Int32,
        imageLongitude: Int32, imageAltitude: Int32, orientation: [Float], horizontalView: Float, verticalView: Float,
        cameraDevice: UInt8
    ) {
        self.bootMilliseconds = bootMilliseconds
        self.latitude = latitude
        self.longitude = longitude
        self.altitude = altitude
        self.imageLatitude = imageLatitude
        self.imageLongitude = imageLongitude
        self.imageAltitude = imageAltitude
        self.orientation = orientation
        self.horizontalView = horizontalView
        self.verticalView = verticalView
        self.cameraDevice = cameraDevice
    }
}

extension CameraFOVStatus {
    public init(from reader: inout PayloadReader) {
        bootMilliseconds = reader.integer()
        latitude = reader.integer()
        longitude = reader.integer()
        altitude = reader.integer()
        imageLatitude = reader.integer()
        imageLongitude = reader.integer()
        imageAltitude = reader.integer()
        orientation = reader.floats(4)
        horizontalView = reader.float()
        verticalView = reader.float()
        cameraDevice = reader.integer()
    }

    public func write(to writer: inout PayloadWriter) {
        writer.write(bootMilliseconds)
        writer.write(latitude)
        writer.write(longitude)
        writer.write(altitude)
        writer.write(imageLatitude)
        writer.write(imageLongitude)
        writer.write(imageAltitude)
        writer.write(orientation, count: 4)
        writer.write(horizontalView)
        writer.write(verticalView)
        writer.write(cameraDevice)
    }
}
