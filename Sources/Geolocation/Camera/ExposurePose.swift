// Where a camera was when a picture was taken.
import Link
import MAVLink

/// A camera's place and turn at one time.
public struct ExposurePose: Hashable, Sendable {
    /// Of the camera.
    public var place: EarthPlace
    /// Metres above mean sea level.
    public var altitude: Double
    /// From the camera (ahead, right, down in the picture) to north, east, down.
    public var rotation: Quaternion
    /// Metres above where the vehicle started, by its barometer; `nil` where nobody tells.
    public var heightAboveHome: Double?
    /// m/s to north, east and down.
    public var velocity: SIMD3<Double>
    public var errors: PoseErrors
    /// Metres of mean sea level above the ellipsoid; `nil` where it is not known.
    public var geoidHeight: Double?

    /// - Parameters:
    ///   - place: where satellite receiver or map say the camera is.
    ///   - rotation: from the camera (ahead, right, down in the picture) to north, east, down.
    public init(
        place: EarthPlace, altitude: Double, rotation: Quaternion, heightAboveHome: Double? = nil,
        velocity: SIMD3<Double> = .zero, errors: PoseErrors, geoidHeight: Double? = nil
    ) {
        (self.place, self.altitude, self.rotation) = (place, altitude, rotation)
        (self.heightAboveHome, self.velocity, self.errors) = (heightAboveHome, velocity, errors)
        self.geoidHeight = geoidHeight
    }

    /// A height above mean sea level as one above the ellipsoid (WGS 84); `nil` where the geoid is not known here.
    public func ellipsoidHeight(of height: Double) -> Double? { geoidHeight.map { height + $0 } }

    /// Degrees down from the horizon that the camera's axis looks.
    public var depression: Double { -rotation.pitch / Ellipsoid.radian }

    /// Degrees, metres, seconds and pixels beyond which an error means nothing.
    private static let largestError = 10_000.0
    private static let fastest = 1000.0

    var isUsable: Bool {
        let parts = [errors.tilt, errors.yaw, errors.horizontal, errors.vertical, errors.time]
        let deviations = parts.flatMap { [$0.lasting, $0.passing] } + [errors.pixel]
        // What is no number is in no range.
        guard deviations.allSatisfy({ (0...Self.largestError).contains($0) }) else { return false }
        let isSlow = [velocity.x, velocity.y, velocity.z].allSatisfy { abs($0) < Self.fastest }
        return isSlow && abs(place.latitude) <= 89.9 && abs(place.longitude) <= 180 && abs(altitude) < 100_000
    }
}
