// From a vehicle's pose to its camera's.
import Link
import MAVLink

/// What is asked of a vehicle before its pose is believed.
public struct PoseRules: Hashable, Sendable {
    /// What a height of the vehicle counts from.
    public enum HeightSource: Hashable, Sendable {
        /// The autopilot's height above mean sea level.
        case meanSeaLevel
        /// Its height above home, on top of home's ground, metres above mean sea level. It has no satellite receiver's
        /// error, and the barometer's drift instead.
        case aboveHome(ground: Double)
    }

    /// Milliseconds from the farthest message that a pose stands on.
    public var longestAge: Int
    /// Metres, one standard deviation.
    public var largestError: Double
    public var heights: HeightSource
    /// What is taken where the vehicle does not tell; `nil`: `PoseErrors.gimbal` or `.vehicle`.
    public var errors: PoseErrors?

    public init(
        longestAge: Int = 1000, largestError: Double = 50, heights: HeightSource = .meanSeaLevel,
        errors: PoseErrors? = nil
    ) {
        (self.longestAge, self.largestError, self.heights, self.errors) = (longestAge, largestError, heights, errors)
    }

    /// Metres by which a barometer drifts in a flight: 1.8 m in four minutes in a flight of 2015.
    private static let drift = ErrorPart(lasting: 2, passing: 0.3)

    /// The camera's pose.
    ///
    /// - Throws: `GroundRefusal` for a pose that cannot be trusted.
    public func pose(of vehicle: VehiclePose, mount: CameraMount) throws(GroundRefusal) -> ExposurePose {
        if let fix = vehicle.fix, fix < 2 { throw .noFix }
        guard vehicle.age <= longestAge else { throw .old(milliseconds: vehicle.age, longest: longestAge) }
        if let error = vehicle.horizontalError, error > largestError {
            throw .inaccurate(metres: error, largest: largestError)
        }
        var carrier = vehicle.attitude
        if mount.carrier == .gimbal {
            guard let gimbal = vehicle.gimbal else { throw .noGimbal(hasReported: vehicle.hasGimbal) }
            carrier = gimbal
        }
        let place = EarthPlace(latitude: vehicle.place.latitude, longitude: vehicle.place.longitude)
        var errors = self.errors ?? (mount.carrier == .gimbal ? .gimbal : .vehicle)
        errors = errors.told(horizontal: vehicle.horizontalError, vertical: vehicle.verticalError)
        // Between two messages a vehicle neither moves nor turns quite evenly; a gimbal takes its turns away.
        let age = Double(vehicle.age) / 1000
        errors.time.passing += age * Self.unevenness
        if mount.carrier == .vehicle {
            let sway = Self.sway * age * age
            errors.tilt.passing = (errors.tilt.passing * errors.tilt.passing + sway * sway).squareRoot()
            errors.yaw.passing = (errors.yaw.passing * errors.yaw.passing + sway * sway).squareRoot()
        }
        var altitude = vehicle.place.altitude
        if case .aboveHome(let ground) = heights {
            altitude = ground + vehicle.place.height
            errors.vertical = Self.drift
        }
        let lever = vehicle.attitude.turned(mount.lever)
        let camera = LocalFrame(place, height: altitude).earth(lever)
        let pose = ExposurePose(
            place: camera.place, altitude: camera.height, rotation: carrier.after(mount.boresight),
            heightAboveHome: vehicle.place.height - lever.z,
            velocity: SIMD3(vehicle.place.north, vehicle.place.east, vehicle.place.down), errors: errors,
            geoidHeight: vehicle.geoidHeight)
        guard pose.isUsable else { throw .noPose }
        return pose
    }

    private static let unevenness = 0.1
    /// Degrees by a second squared, of which a straight line between two attitudes is wrong: a copter flown by hand.
    private static let sway = 14.0
}
