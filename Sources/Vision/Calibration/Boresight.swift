// How a camera is mounted on what carries it.
import Glibc

/// The fixed rotation from the camera to the body: forward is the camera's axis at 0, 0, 0; then turned by roll, pitch
/// and yaw, in degrees.
///
/// The body's axes are forward, right and down; azimuth counts from forward to the right, elevation from the horizon
/// up.
public struct Boresight: Hashable, Sendable {
    public let roll: Double
    public let pitch: Double
    public let yaw: Double
    /// Standard deviations of roll, pitch and yaw.
    public let deviations: [Double]
    /// The root of the mean squared angle between directions known and seen, in degrees.
    public let rms: Double
    public let observations: Int

    /// What is seen at `pixel`, as a direction of length 1 in the body's axes: forward, right, down.
    public func direction(_ pixel: SIMD2<Double>, through lens: Lens) -> SIMD3<Double>? {
        lens.ray(pixel).map { rotation.applied(to: Self.forward($0)) }
    }

    /// From forward, right and down of the camera to those of the body.
    var rotation: Rotation {
        let degree = Double.pi / 180
        return Rotation(SIMD3(0, 0, yaw * degree)).following(
            Rotation(SIMD3(0, pitch * degree, 0)).following(Rotation(SIMD3(roll * degree, 0, 0))))
    }

    /// A direction of the camera (right, down, ahead) as forward, right, down.
    static func forward(_ ray: SIMD3<Double>) -> SIMD3<Double> { SIMD3(ray.z, ray.x, ray.y) }
}
