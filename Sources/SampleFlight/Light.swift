// The light of the day, from colours of things to bytes of a picture.
import Glibc

/// A colour of light or of a thing: red, green and blue, 0 to 1 and beyond.
typealias Hue = SIMD3<Float>

struct Light: Sendable {
    /// From north over east and above the horizon, radians: a clear morning.
    static let bearing = 118 * Double.pi / 180
    static let elevation = 44 * Double.pi / 180
    /// North, east, up: to the sun.
    static let towards = Point(
        cos(elevation) * cos(bearing), cos(elevation) * sin(bearing), sin(elevation))
    static let sun: Float = 0.66
    static let sky: Float = 0.34

    /// What falls on ground of this normal.
    static func onGround(_ normal: Point) -> Float { shade + sun * 1.35 * Float(max((normal * towards).sum(), 0)) }

    /// What falls where the sun does not.
    static let shade = sky * 0.9 + 0.1

    /// As a camera writes it.
    static func level(_ light: Float) -> Float { 255 * pow(min(max(light, 0), 1), tone) }

    static let tone: Float = 0.66
}
