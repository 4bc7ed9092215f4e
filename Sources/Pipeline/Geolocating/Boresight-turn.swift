// A calibration's mounting as a turn.
import MAVLink
import Vision

extension Boresight {
    /// From the camera to what carries it: forward, right, down.
    var turn: Quaternion? {
        let radian = Double.pi / 180
        return Quaternion(roll: roll * radian, pitch: pitch * radian, yaw: yaw * radian)
    }
}
