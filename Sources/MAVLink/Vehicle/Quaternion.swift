// Turns in space.
import Glibc

/// A turn as a quaternion of length 1.
public struct Quaternion: Hashable, Sendable {
    public let w: Double
    public let x: Double
    public let y: Double
    public let z: Double

    public static let none = Quaternion(unit: (1, 0, 0, 0))

    private init(unit parts: (Double, Double, Double, Double)) { (w, x, y, z) = parts }

    /// Any length is made 1.
    ///
    /// - Returns: `nil` for zeros and for what is not finite.
    public init?(w: Double, x: Double, y: Double, z: Double) {
        let length = (w * w + x * x + y * y + z * z).squareRoot()
        guard length.isFinite, length > 1e-3 else { return nil }
        self.init(unit: (w / length, x / length, y / length, z / length))
    }

    /// w, x, y and z of a message.
    init?(_ parts: [Float]) {
        guard parts.count == 4 else { return nil }
        self.init(w: Double(parts[0]), x: Double(parts[1]), y: Double(parts[2]), z: Double(parts[3]))
    }

    /// The turn by `yaw` about down, then `pitch` about the right, then `roll` about the front, radians.
    ///
    /// - Returns: `nil` for what is not finite.
    public init?(roll: Double, pitch: Double, yaw: Double) {
        guard roll.isFinite, pitch.isFinite, yaw.isFinite else { return nil }
        let (sinR, cosR) = (sin(roll / 2), cos(roll / 2))
        let (sinP, cosP) = (sin(pitch / 2), cos(pitch / 2))
        let (sinY, cosY) = (sin(yaw / 2), cos(yaw / 2))
        self.init(
            w: cosR * cosP * cosY + sinR * sinP * sinY, x: sinR * cosP * cosY - cosR * sinP * sinY,
            y: cosR * sinP * cosY + sinR * cosP * sinY, z: cosR * cosP * sinY - sinR * sinP * cosY)
    }

    /// Radians from -pi to pi.
    public var yaw: Double { atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z)) }
    public var pitch: Double { asin(min(max(2 * (w * y - z * x), -1), 1)) }
    public var roll: Double { atan2(2 * (w * x + y * z), 1 - 2 * (x * x + y * y)) }

    /// First `other`, then this one.
    public func after(_ other: Quaternion) -> Quaternion {
        let w = self.w * other.w - self.x * other.x - self.y * other.y - self.z * other.z
        let x = self.w * other.x + self.x * other.w + self.y * other.z - self.z * other.y
        let y = self.w * other.y - self.x * other.z + self.y * other.w + self.z * other.x
        let z = self.w * other.z + self.x * other.y - self.y * other.x + self.z * other.w
        // Products of many turns stay turns.
        return Quaternion(w: w, x: x, y: y, z: z) ?? .none
    }

    /// A direction, turned.
    public func turned(_ direction: (x: Double, y: Double, z: Double)) -> (x: Double, y: Double, z: Double) {
        let (dx, dy, dz) = direction
        let tx = 2 * (y * dz - z * dy)
        let ty = 2 * (z * dx - x * dz)
        let tz = 2 * (x * dy - y * dx)
        return (
            dx + w * tx + (y * tz - z * ty), dy + w * ty + (z * tx - x * tz), dz + w * tz + (x * ty - y * tx)
        )
    }

    /// On the shortest way from this one to `other`, the part of it that is gone: 0 to 1.
    public func towards(_ other: Quaternion, _ part: Double) -> Quaternion {
        let product = w * other.w + x * other.x + y * other.y + z * other.z
        // Both signs mean the same turn; one of them is nearer.
        let sign: Double = product < 0 ? -1 : 1
        let cosine = min(abs(product), 1)
        var (mine, its) = (1 - part, part)
        // Very near to each other, a straight line is the arc.
        if cosine < 0.9999 {
            let angle = acos(cosine)
            (mine, its) = (sin((1 - part) * angle) / sin(angle), sin(part * angle) / sin(angle))
        }
        its *= sign
        return Quaternion(
            w: mine * w + its * other.w, x: mine * x + its * other.x, y: mine * y + its * other.y,
            z: mine * z + its * other.z) ?? self
    }
}
