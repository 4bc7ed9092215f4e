// Something seen, put on the ground.
import Link

/// A place on the ground and how its errors come about.
public struct GroundSighting: Hashable, Sendable {
    public var place: EarthPlace
    /// Metres above mean sea level.
    public var height: Double
    /// Of all errors.
    public var covariance: GroundCovariance
    public var warnings: [GroundWarning]
    /// Metres from the camera.
    public var distance: Double
    /// Degrees between the line of sight and the ground.
    public var incidence: Double
    /// Metres of mean sea level above the ellipsoid; `nil` where it is not known.
    public var geoidHeight: Double?

    /// Metres north and east that one standard deviation of each error moves the place, of those that other looks of
    /// the flight share.
    var shared: [SIMD2<Double>]
    /// Of those that they do not.
    var passing: GroundCovariance

    public func ellipse(probability: Double = 0.9) -> ErrorEllipse { covariance.ellipse(probability: probability) }

    /// As the link tells it, by the heights that an area counts.
    ///
    /// - Returns: its height is `nil` where the area counts from the ellipsoid and the geoid is not known.
    public func position(datum: Area.Datum = .meanSeaLevel) -> GroundPosition {
        let position = GroundPosition(
            place: place, height: height, error: covariance.radius95, ellipse: covariance.ellipse(probability: 0.95),
            doubts: warnings.doubts, datum: .meanSeaLevel, geoidHeight: geoidHeight)
        return position.counted(from: datum)
    }
}

/// The errors that looks of a flight share.
enum SharedError: Int, CaseIterable {
    /// Turns about the camera's axes: boresight, the gimbal's or autopilot's drift, which turn round with the heading.
    case ahead, right, down
    case yaw
    case north, east, height
    case terrain
    case time

    /// Seconds after which it is another one; `nil`: it stays. Satellites' and sensors' drift.
    var memory: Double? {
        switch self {
        case .ahead, .right, .down, .yaw: 600
        case .north, .east, .height: 300
        case .terrain, .time: nil
        }
    }
}
