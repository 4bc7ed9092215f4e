// How far off a place may be.
import Glibc
import Link

/// How errors north and east go together, square metres.
public struct GroundCovariance: Hashable, Sendable {
    public var north: Double
    public var east: Double
    /// North with east.
    public var both: Double

    public static let none = GroundCovariance(north: 0, east: 0, both: 0)

    public init(north: Double, east: Double, both: Double) {
        (self.north, self.east, self.both) = (north, east, both)
    }

    /// An error along one line, one standard deviation, metres.
    init(along way: SIMD2<Double>) {
        self.init(north: way.x * way.x, east: way.y * way.y, both: way.x * way.y)
    }

    static func + (one: Self, two: Self) -> Self {
        Self(north: one.north + two.north, east: one.east + two.east, both: one.both + two.both)
    }

    static func * (one: Self, factor: Double) -> Self {
        Self(north: one.north * factor, east: one.east * factor, both: one.both * factor)
    }

    /// Squared distance in standard deviations; infinite where there is no deviation.
    func squaredDeviations(_ way: SIMD2<Double>) -> Double {
        let determinant = north * east - both * both
        guard determinant > 0 else { return .infinity }
        return (east * way.x * way.x - 2 * both * way.x * way.y + north * way.y * way.y) / determinant
    }

    /// Standard deviations along the axes of the ellipse, the longer one first, and its bearing, radians.
    private var axes: (major: Double, minor: Double, bearing: Double) {
        let (middle, half) = ((north + east) / 2, (north - east) / 2)
        let reach = (half * half + both * both).squareRoot()
        return (
            max(middle + reach, 0).squareRoot(), max(middle - reach, 0).squareRoot(), atan2(both, half) / 2
        )
    }

    /// The ellipse that holds the true place with a probability of 0 to 1, if errors are normal.
    public func ellipse(probability: Double) -> ErrorEllipse {
        let axes = axes
        let factor = (-2 * log(1 - min(max(probability, 0), 0.999_999))).squareRoot()
        let degrees = axes.bearing * 180 / .pi
        return ErrorEllipse(
            major: axes.major * factor, minor: axes.minor * factor, bearing: degrees < 0 ? degrees + 180 : degrees)
    }

    /// Metres within which 95 of 100 true places lie.
    ///
    /// Leenhouts' polynomial (Navigation 32, 1985), as FGDC-STD-007.1 of 1998 has it: right to 0.2 %.
    public var radius95: Double {
        let axes = axes
        guard axes.major > 0 else { return 0 }
        let flatness = axes.minor / axes.major
        let factor = 1.960_790 + flatness * (0.004_071 + flatness * (0.114_276 + flatness * 0.371_625))
        return factor * axes.major
    }
}
