// What moves.

/// What kind of vehicle it is, as its autopilot says.
public enum VehicleKind: Hashable, Sendable {
    case rotorcraft
    case airplane
    case ground
    case water

    /// MAV_TYPE of an autopilot's sign of life. What is none of the others hovers, as most do.
    init(type: UInt8) {
        switch type {
        // Fixed wing, flapping wing, VTOL that fly on wings, parafoil.
        case 1, 16, 19...25, 28: self = .airplane
        // Ground rover.
        case 10: self = .ground
        // Surface boat, submarine.
        case 11, 12: self = .water
        default: self = .rotorcraft
        }
    }
}
