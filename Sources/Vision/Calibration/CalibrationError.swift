// What keeps a calibration from being made or read, worded for who holds the board.
import JSON

public enum CalibrationError: Error, Hashable, Sendable {
    case tooFewViews(found: Int, needed: Int)
    /// The sightings fit many lenses.
    case undetermined
    /// More pictures of a plane than one, with the board in different places.
    case boardMoved
    case tooFewDirections(found: Int)
    /// Known directions that lie too near each other.
    case tooNarrow
    /// A pixel that the lens shows nothing at.
    case outsideLens(observation: Int)
    /// A file of a calibration, or of sightings, is wrong.
    case document(JSONError)
    case file(path: String, reason: String)
}

extension CalibrationError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .tooFewViews(let found, let needed):
            "the whole board was found in \(found) pictures where at least \(needed) are needed"
        case .undetermined:
            "these pictures fit many lenses: show the board tilted to different sides and in different places"
        case .boardMoved: "the board moved between the pictures: let it lie still on the plane"
        case .tooFewDirections(let found):
            "\(found) observations where at least 2, better 5 or more, are needed"
        case .tooNarrow: "the observed directions lie within a degree of each other: observe some far apart"
        case .outsideLens(let observation): "observation \(observation): the lens shows nothing at this pixel"
        case .document(let error): error.description
        case .file(let path, let reason): "\(path): \(reason)"
        }
    }
}
