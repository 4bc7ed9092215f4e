// Where a sender's camera is, as it is told.

/// A camera's place and the direction of its axis. Times are milliseconds of the epoch.
public struct CameraPose: Hashable, Sendable {
    public var place: EarthPlace
    /// Metres above mean sea level, and above the ellipsoid: areas count from one or the other.
    public var altitude: Double?
    public var ellipsoidHeight: Double?
    /// Degrees from north over east, and up from the horizon.
    public var yaw: Double
    public var pitch: Double
    /// Degrees from the left to the right of the picture; `nil` where that is not known.
    public var view: Double?
    public var seen: Int

    public init(
        place: EarthPlace, altitude: Double?, ellipsoidHeight: Double?, yaw: Double, pitch: Double, view: Double?,
        seen: Int
    ) {
        (self.place, self.altitude, self.ellipsoidHeight) = (place, altitude, ellipsoidHeight)
        (self.yaw, self.pitch, self.view, self.seen) = (yaw, pitch, view, seen)
    }

    /// `nil` outside the area, and for one that is so old that nobody could tell how old.
    func record(in area: Area, at now: Int) -> PoseRecord? {
        let age = Age(seconds: Double(now - seen) / 1000)
        guard !age.isOld, let grid = area.grid(place) else { return nil }
        let height = area.datum == .meanSeaLevel ? altitude : ellipsoidHeight
        return PoseRecord(
            age: age, place: grid, height: height.map { GridHeight($0 - Double(area.base)) } ?? .unknown, yaw: yaw,
            pitch: pitch, view: view)
    }
}
