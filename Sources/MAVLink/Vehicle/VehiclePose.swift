// Where a vehicle was, and how its camera was turned.

/// A place of a vehicle, and its speed.
public struct VehiclePlace: Hashable, Sendable {
    /// Degrees (WGS 84).
    public var latitude: Double
    /// Degrees from -180 to 180.
    public var longitude: Double
    /// Metres above mean sea level.
    public var altitude: Double
    /// Metres above home.
    public var height: Double
    /// Speeds, m/s.
    public var north: Double
    public var east: Double
    public var down: Double
}

/// All that geolocation needs of one time.
public struct VehiclePose: Hashable, Sendable {
    public var place: VehiclePlace
    /// From the vehicle (forward, right, down) to north, east, down.
    public var attitude: Quaternion
    /// From the gimbal's camera (forward, right, down) to north, east, down; `nil` where no gimbal reports.
    public var gimbal: Quaternion?
    /// A gimbal has reported once: where it does not now, nobody knows how its camera is turned.
    public var hasGimbal: Bool
    /// Metres, as the satellite receiver estimates it (one standard deviation); `nil` where it does not.
    public var horizontalError: Double?
    public var verticalError: Double?
    /// Metres of mean sea level above the ellipsoid (WGS 84) here; `nil` where the receiver does not tell.
    public var geoidHeight: Double?
    /// GPS_FIX_TYPE as the receiver said it last: 0 and 1 none, 2 and 3 of as many dimensions, more better ones; `nil`
    /// where it has not lately.
    public var fix: Int?
    /// Milliseconds since 1970 (UTC); `nil` while the vehicle does not know.
    public var unixMilliseconds: Int?
    /// Milliseconds from the farthest sample that this stands on.
    public var age: Int
}
