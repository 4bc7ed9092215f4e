// Why something seen has no place, or one that is doubtful.
import Link

/// Why there is no place on the ground.
public enum GroundRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// The vehicle tells neither place nor attitude near that time, or what is none.
    case noPose
    case noFix
    case old(milliseconds: Int, longest: Int)
    /// Metres, one standard deviation.
    case inaccurate(metres: Double, largest: Double)
    case noGimbal(hasReported: Bool)
    /// The lens model has no direction for the pixel.
    case noDirection
    case aboveHorizon
    /// No ground within so many metres.
    case tooFar(metres: Double)
    /// Degrees between the line of sight and the ground.
    case grazing(degrees: Double)
    /// The pose is below the ground, by so many metres.
    case underground(metres: Double)
    /// The terrain model has no height where the line of sight goes, and why.
    case noTerrain(String)

    public var description: String {
        func whole(_ number: Double) -> String {
            number.magnitude < 1e9 ? "\(Int(number.rounded()))" : "very many"
        }
        return switch self {
        case .noPose: "the vehicle told neither its place nor its attitude near the time of the picture"
        case .noFix: "the vehicle has no satellite fix: its place is not known"
        case .old(let milliseconds, let longest):
            "the vehicle's last pose is \(milliseconds) ms from the picture, more than \(longest) ms"
        case .inaccurate(let metres, let largest):
            "the satellite receiver knows its place to \(whole(metres)) m only, worse than \(whole(largest)) m"
        case .noGimbal(let hasReported):
            hasReported
                ? "the gimbal does not report any more: nobody knows where its camera looks"
                : "no gimbal has reported: nobody knows where its camera looks"
        case .noDirection: "the camera's lens model has no direction for this pixel"
        case .aboveHorizon: "it is seen above the horizon"
        case .tooFar(let metres): "there is no ground within \(whole(metres)) m in that direction"
        case .grazing(let degrees):
            "the line of sight meets the ground at \(whole(degrees)) degrees only: its place could be anywhere along it"
        case .underground(let metres):
            "the camera would be \(whole(metres)) m below the ground: its height, or the ground's, is wrong"
        case .noTerrain(let why): why
        }
    }
}

/// What makes a place doubtful, beyond its ellipse.
public enum GroundWarning: Hashable, Sendable, CustomStringConvertible {
    /// The ground was taken as level at the height of home, and why.
    case flat(String)
    /// The line of sight passed over ground whose height is not known: it may have met that.
    case gap(String)
    /// The camera is so near to the ground that it may be on it, as far as their heights are known.
    case low
    /// A small error of the pose moves the place far, or past a ridge.
    case grazing

    public var description: String {
        switch self {
        case .flat(let why): "the ground is taken as level: \(why)"
        case .gap(let why): "the line of sight passes over unknown ground: \(why)"
        case .low: "the camera may be on the ground: their heights are not known well enough to tell"
        case .grazing: "the line of sight nearly grazes the ground: the place may be far off along it"
        }
    }
}

extension Sequence<GroundWarning> {
    /// As the link tells them: without their reasons.
    var doubts: PlaceDoubts {
        reduce(into: []) { doubts, warning in
            switch warning {
            case .flat: doubts.insert(.flat)
            case .gap: doubts.insert(.gap)
            case .low: doubts.insert(.low)
            case .grazing: doubts.insert(.grazing)
            }
        }
    }
}
