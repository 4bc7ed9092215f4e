// Turns of vectors.
import Glibc
import MAVLink

extension Quaternion {
    func turned(_ direction: SIMD3<Double>) -> SIMD3<Double> {
        let turned = turned((x: direction.x, y: direction.y, z: direction.z))
        return SIMD3(turned.x, turned.y, turned.z)
    }

    var inverse: Quaternion { Quaternion(w: w, x: -x, y: -y, z: -z) ?? .none }

    /// A turn about an axis of length 1, radians.
    init(about axis: SIMD3<Double>, by angle: Double) {
        let sine = sin(angle / 2)
        self = Quaternion(w: cos(angle / 2), x: axis.x * sine, y: axis.y * sine, z: axis.z * sine) ?? .none
    }
}
