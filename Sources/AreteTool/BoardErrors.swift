// What keeps a board from being measured, worded for who holds it.
import Vision

/// The board was in no picture.
struct BoardNotFound: Error, CustomStringConvertible {
    let source: String
    let pictures: Int
    let board: Chessboard

    var description: String {
        guard pictures > 0 else { return "\(source): no picture came" }
        return "\(source): no board of \(board.columns)x\(board.rows) inner corners in \(pictures) pictures:"
            + " all of it must be seen, with white around; --board tells other sizes"
    }
}

/// Why sightings of a board were not taken.
struct BoardRefusals {
    var moving = 0
    var blurred = 0
    /// In a place where it was seen before.
    var known = 0

    mutating func note(_ verdict: ViewCollection.Verdict) {
        switch verdict {
        case .taken: break
        case .moving: moving += 1
        case .blurred: blurred += 1
        case .known: known += 1
        }
    }
}

/// The board was seen, and not so that anything can be told from it.
struct BoardNotTaken: Error, CustomStringConvertible {
    let source: String
    let found: Int
    let pictures: Int
    let taken: Int
    let needed: Int
    let refusals: BoardRefusals

    var description: String {
        let start = "\(source): the board was seen in \(found) of \(pictures) pictures, "
        if refusals.blurred > refusals.moving, refusals.blurred >= refusals.known {
            return start + "and its edges were blurred: bring it into focus, with more light or a shorter exposure"
        }
        if refusals.moving > 0, refusals.moving >= refusals.known || taken == 0 {
            let never =
                taken == 0
                ? "and never held still" : "and held still in \(taken) of the \(needed) places that are needed"
            return start + never + ": hold it still for a second in each place, or take single pictures into a folder"
        }
        return start + "always in the same place (\(taken) of \(needed) needed): move and tilt it between"
    }
}
