// How a gimbal says that it is turned.

/// A gimbal's turn in its own frame.
struct GimbalTurn: Blendable {
    var turn: Quaternion
    var frame: GimbalDeviceAttitudeStatus.Frame
    /// Radians from north to the vehicle's frame, as the gimbal knows it.
    var deltaYaw: Double?

    func blended(_ other: GimbalTurn, _ part: Double) -> GimbalTurn {
        // Between two frames there is nothing: the nearer one counts.
        guard frame == other.frame else { return part < 0.5 ? self : other }
        var yaw = deltaYaw
        if let mine = deltaYaw, let its = other.deltaYaw {
            yaw = mine + (its - mine).remainder(dividingBy: 2 * .pi) * part
        }
        return GimbalTurn(turn: turn.towards(other.turn, part), frame: frame, deltaYaw: yaw)
    }

    /// The turn to north, east, down (common.xml, GIMBAL_DEVICE_ATTITUDE_STATUS).
    ///
    /// - Parameter heading: the vehicle's, radians, for gimbals that do not know it.
    func toNorth(heading: Double) -> Quaternion {
        switch frame {
        case .earth: turn
        case .vehicle: (Quaternion(roll: 0, pitch: 0, yaw: deltaYaw ?? heading) ?? .none).after(turn)
        }
    }
}
