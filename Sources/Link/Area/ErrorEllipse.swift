// An ellipse on the ground.

/// How far off a place may be, by direction, around that place.
public struct ErrorEllipse: Hashable, Sendable {
    /// Metres, half of each axis.
    public var major: Double
    public var minor: Double
    /// Degrees from north over east to the longer axis, 0 to 180.
    public var bearing: Double

    public init(major: Double, minor: Double, bearing: Double) {
        (self.major, self.minor, self.bearing) = (major, minor, bearing)
    }

    /// A step of either axis, and degrees of the longer one, from which on it is another ellipse.
    private static let step = 2.0.squareRoot()
    private static let turn = 20.0
    /// An ellipse that is rounder has no direction.
    private static let roundest = 1.2

    /// Whether who knows the other one is to be told of this one.
    func differs(from other: ErrorEllipse) -> Bool {
        func isFar(_ one: Double, _ two: Double) -> Bool {
            let (less, more) = (min(one, two), max(one, two))
            return !(more <= less * Self.step)
        }
        if isFar(major, other.major) || isFar(minor, other.minor) { return true }
        guard min(major / minor, other.major / other.minor) > Self.roundest else { return false }
        return abs((bearing - other.bearing).remainder(dividingBy: 180)) > Self.turn
    }
}
