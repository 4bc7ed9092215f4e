// What a camera follows, on the ground.

/// CAMERA_TRACKING_GEO_STATUS (276): where the object is; what is not a number is unknown.
public struct CameraTrackingGeoStatus: MAVLinkMessage {
    public static let id: UInt32 = 276
    public static let crcExtra: UInt8 = 18
    public static let length = 50

    /// Of 1e-7 degree (WGS 84).
    public var latitude: Int32
    /// Of 1e-7 degree.
    public var longitude: Int32
    /// Metres above mean sea level.
    public var altitude: Float
    /// Metres.
    public var horizontalAccuracy: Float
    /// Metres.
    public var verticalAccuracy: Float
    /// Speed, m/s.
    public var north: Float
    /// Speed, m/s.
    public var east: Float
    /// Speed, m/s.
    public var down: Float
    /// m/s.
    public var speedAccuracy: Float
    /// Metres from the camera.
    public var distance: Float
    /// Radians from north over east.
    public var heading: Float
    /// Radians.
    public var headingAccuracy: Float
    /// CAMERA_TRACKING_STATUS_FLAGS, bits: 0 idle, 1 active, 2 error.
    public var status: UInt8
    /// 1 to 6 for cameras that an autopilot speaks for; else 0.
    public var cameraDevice: UInt8

    public init(
        latitude: Int32, longitude: Int32, altitude: Float, horizontalAccuracy: Float = .nan,
        verticalAccuracy: Float = .nan, north: Float = .nan, east: Float = .nan, down: Float = .nan,
        speedAccuracy: Float = .nan, distance: Float = .nan, heading: Float = .nan, headingAccuracy: Float = .nan,
        status: UInt8, cameraDevice: UInt8 = 0
    ) {
        self.latitude = latitude
        self.longitude = longitude
        self.altitude = altitude
        self.horizontalAccuracy = horizontalAccuracy
        self.verticalAccuracy = verticalAccuracy
        self.north = north
        self.east = east
        self.down = down
        self.speedAccuracy = speedAccuracy
        self.distance = distance
        self.heading = heading
        self.headingAccuracy = headingAccuracy
        self.status = status
        self.cameraDevice = cameraDevice
    }
}

extension CameraTrackingGeoStatus {
    public init(from reader: inout PayloadReader) {
        latitude = reader.integer()
        longitude = reader.integer()
        altitude = reader.float()
        horizontalAccuracy = reader.float()
        verticalAccuracy = reader.float()
        north = reader.float()
        east = reader.float()
        down = reader.float()
        speedAccuracy = reader.float()
        distance = reader.float()
        heading = reader.float()
        headingAccuracy = reader.float()
        status = reader.integer()
        cameraDevice = reader.integer()
    }

    public func write(to writer: inout PayloadWriter) {
        writer.write(latitude)
        writer.write(longitude)
        writer.write(altitude)
        writer.write(horizontalAccuracy)
        writer.write(verticalAccuracy)
        writer.write(north)
        writer.write(east)
        writer.write(down)
        writer.write(speedAccuracy)
        writer.write(distance)
        writer.write(heading)
        writer.write(headingAccuracy)
        writer.write(status)
        writer.write(cameraDevice)
    }
}
