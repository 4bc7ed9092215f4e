// How a camera is fixed to what carries it.
import MAVLink

/// A camera on a gimbal or on the vehicle itself.
public struct CameraMount: Hashable, Sendable {
    public enum Carrier: Hashable, Sendable {
        /// One that reports how it is turned: without a report there is no position.
        case gimbal
        /// Fixed to the vehicle: it turns with it.
        case vehicle
    }

    public var carrier: Carrier
    /// From the camera (ahead, right, down in the picture) to the carrier (forward, right, down).
    public var boresight: Quaternion
    /// Metres from the satellite receiver's antenna to the camera, along the vehicle's forward, right and down.
    public var lever: SIMD3<Double>

    public init(carrier: Carrier, boresight: Quaternion = .none, lever: SIMD3<Double> = .zero) {
        (self.carrier, self.boresight, self.lever) = (carrier, boresight, lever)
    }

    /// Fixed to the vehicle, looking straight down; the picture's upper edge is ahead.
    public static let downward = CameraMount(
        carrier: .vehicle, boresight: Quaternion(roll: 0, pitch: -.pi / 2, yaw: 0) ?? .none)
}
