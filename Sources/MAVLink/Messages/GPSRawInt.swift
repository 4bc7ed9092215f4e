// What a satellite receiver says.

/// GPS_RAW_INT (24): a fix, as the receiver gives it.
public struct GPSRawInt: MAVLinkMessage {
    public static let id: UInt32 = 24
    public static let crcExtra: UInt8 = 24
    public static let length = 52

    /// Since 1970 or since the sender's start: its size tells which.
    public var microseconds: UInt64
    /// Of 1e-7 degree (WGS 84).
    public var latitude: Int32
    /// Of 1e-7 degree.
    public var longitude: Int32
    /// Millimetres above mean sea level.
    public var altitude: Int32
    /// Hundredths; 65,535: unknown.
    public var horizontalDilution: UInt16
    /// Hundredths; 65,535: unknown.
    public var verticalDilution: UInt16
    /// Over ground, cm/s; 65,535: unknown.
    public var speed: UInt16
    /// Over ground, hundredths of a degree; 65,535: unknown.
    public var course: UInt16
    /// GPS_FIX_TYPE: 2 and 3 of as many dimensions, 5 and 6 RTK, 0 and 1 none.
    public var fix: UInt8
    /// In use; 255: unknown.
    public var satellites: UInt8
    /// Millimetres above the ellipsoid.
    public var ellipsoidAltitude: Int32
    /// Millimetres; 0: unknown.
    public var horizontalAccuracy: UInt32
    /// Millimetres; 0: unknown.
    public var verticalAccuracy: UInt32
    /// mm/s; 0: unknown.
    public var speedAccuracy: UInt32
    /// 1e-5 degree; 0: unknown.
    public var headingAccuracy: UInt32
    /// Hundredths of a degree from north; 0: there is none, 65,535: unknown, 36,000: north.
    public var yaw: UInt16

    public init(
        microseconds: UInt64, latitude: Int32, longitude: Int32, altitude: Int32, horizontalDilution: UInt16,
        verticalDilution: UInt16, speed: UInt16, course: UInt16, fix: UInt8, satellites: UInt8,
        ellipsoidAltitude: Int32, horizontalAccuracy: UInt32, verticalAccuracy: UInt32, speedAccuracy: UInt32,
        headingAccuracy: UInt32, yaw: UInt16
    ) {
        self.microseconds = microseconds
        self.latitude = latitude
        self.longitude = longitude
        self.altitude = altitude
        self.horizontalDilution = horizontalDilution
        self.verticalDilution = verticalDilution
        self.speed = speed
        self.course = course
        self.fix = fix
        self.satellites = satellites
        self.ellipsoidAltitude = ellipsoidAltitude
        self.horizontalAccuracy = horizontalAccuracy
        self.verticalAccuracy = verticalAccuracy
        self.speedAccuracy = speedAccuracy
        self.headingAccuracy = headingAccuracy
        self.yaw = yaw
    }
}

extension GPSRawInt {
    public init(from reader: inout PayloadReader) {
        microseconds = reader.integer()
        latitude = reader.integer()
        longitude = reader.integer()
        altitude = reader.integer()
        horizontalDilution = reader.integer()
        verticalDilution = reader.integer()
        speed = reader.integer()
        course = reader.integer()
        fix = reader.integer()
        satellites = reader.integer()
        ellipsoidAltitude = reader.integer()
        horizontalAccuracy = reader.integer()
        verticalAccuracy = reader.integer()
        speedAccuracy = reader.integer()
        headingAccuracy = reader.integer()
        yaw = reader.integer()
    }

    public func write(to writer: inout PayloadWriter) {
        writer.write(microseconds)
        writer.write(latitude)
        writer.write(longitude)
        writer.write(altitude)
        writer.write(horizontalDilution)
        writer.write(verticalDilution)
        writer.write(speed)
        writer.write(course)
        writer.write(fix)
        writer.write(satellites)
        writer.write(ellipsoidAltitude)
        writer.write(horizontalAccuracy)
        writer.write(verticalAccuracy)
        writer.write(speedAccuracy)
        writer.write(headingAccuracy)
        writer.write(yaw)
    }
}
