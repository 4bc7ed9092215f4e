// Where a vehicle is.

/// GLOBAL_POSITION_INT (33): a place, filtered by the autopilot.
public struct GlobalPositionInt: MAVLinkMessage {
    public static let id: UInt32 = 33
    public static let crcExtra: UInt8 = 104
    public static let length = 28

    /// Since the sender's start.
    public var bootMilliseconds: UInt32
    /// Of 1e-7 degree (WGS 84).
    public var latitude: Int32
    /// Of 1e-7 degree.
    public var longitude: Int32
    /// Millimetres above mean sea level.
    public var altitude: Int32
    /// Millimetres above home.
    public var relativeAltitude: Int32
    /// Speed, cm/s.
    public var north: Int16
    /// Speed, cm/s.
    public var east: Int16
    /// Speed, cm/s.
    public var down: Int16
    /// Hundredths of a degree from north; 65,535: unknown.
    public var heading: UInt16

    public init(
        bootMilliseconds: UInt32, latitude: Int32, longitude: Int32, altitude: Int32, relativeAltitude: Int32,
        north: Int16, east: Int16, down: Int16, heading: UInt16
    ) {
        self.bootMilliseconds = bootMilliseconds
        self.latitude = latitude
        self.longitude = longitude
        self.altitude = altitude
        self.relativeAltitude = relativeAltitude
        self.north = north
        self.east = east
        self.down = down
        self.heading = heading
    }
}

extension GlobalPositionInt {
    public init(from reader: inout PayloadReader) {
        bootMilliseconds = reader.integer()
        latitude = reader.integer()
        longitude = reader.integer()
        altitude = reader.integer()
        relativeAltitude = reader.integer()
        north = reader.integer()
        east = reader.integer()
        down = reader.integer()
        heading = reader.integer()
    }

    public func write(to writer: inout PayloadWriter) {
        writer.write(bootMilliseconds)
        writer.write(latitude)
        writer.write(longitude)
        writer.write(altitude)
        writer.write(relativeAltitude)
        writer.write(north)
        writer.write(east)
        writer.write(down)
        writer.write(heading)
    }
}
