// How well a pose is known.

/// An error in two parts, one standard deviation each.
public struct ErrorPart: Hashable, Sendable {
    /// Shared by the looks of a flight, for minutes: more looks do not take it away.
    public var lasting: Double
    /// Anew with each look.
    public var passing: Double

    public init(lasting: Double, passing: Double) { (self.lasting, self.passing) = (lasting, passing) }

    var total: Double { (lasting * lasting + passing * passing).squareRoot() }
}

/// The errors of a camera's pose. docs/geolocation.md says where the defaults come from.
public struct PoseErrors: Hashable, Sendable {
    /// Degrees, about each of the camera's axes.
    public var tilt: ErrorPart
    /// Degrees from north, besides `tilt`.
    public var yaw: ErrorPart
    /// Metres, on each of two axes.
    public var horizontal: ErrorPart
    /// Metres.
    public var vertical: ErrorPart
    /// Seconds between what the pose says and when the picture was taken.
    public var time: ErrorPart
    /// Pixels on each axis from what was meant to where the detection says it is.
    public var pixel: Double

    public init(
        tilt: ErrorPart, yaw: ErrorPart, horizontal: ErrorPart, vertical: ErrorPart, time: ErrorPart, pixel: Double
    ) {
        (self.tilt, self.yaw, self.horizontal, self.vertical) = (tilt, yaw, horizontal, vertical)
        (self.time, self.pixel) = (time, pixel)
    }

    /// A gimbal that reports how it is turned.
    public static let gimbal = PoseErrors(
        tilt: ErrorPart(lasting: 1.5, passing: 0.3), yaw: ErrorPart(lasting: 3, passing: 0.5),
        horizontal: ErrorPart(lasting: 2.5, passing: 0.5), vertical: ErrorPart(lasting: 5, passing: 0.5),
        time: ErrorPart(lasting: 0.05, passing: 0.02), pixel: 3)

    /// A camera fixed to the vehicle: the autopilot's attitude between two of its messages.
    public static let vehicle = PoseErrors(
        tilt: ErrorPart(lasting: 1.5, passing: 1), yaw: ErrorPart(lasting: 4, passing: 1),
        horizontal: ErrorPart(lasting: 2.5, passing: 0.5), vertical: ErrorPart(lasting: 5, passing: 0.5),
        time: ErrorPart(lasting: 0.05, passing: 0.02), pixel: 3)

    /// With what the satellite receiver says of itself, one standard deviation in metres.
    func told(horizontal: Double?, vertical: Double?) -> PoseErrors {
        var errors = self
        if let horizontal { errors.horizontal = Self.part(horizontal) }
        if let vertical { errors.vertical = Self.part(vertical) }
        return errors
    }

    /// Satellites' and the air's errors change within minutes: what changes faster is the smaller part. No receiver is
    /// better than 2 cm.
    private static func part(_ error: Double) -> ErrorPart {
        let error = max(error, 0.02)
        return ErrorPart(lasting: error, passing: min(0.2 * error, 1))
    }
}
