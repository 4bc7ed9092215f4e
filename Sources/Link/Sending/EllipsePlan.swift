// When a track's ellipse is told, with what makes its place doubtful.

/// What the other side may know of a track's ellipse. Times are milliseconds of the epoch.
struct EllipsePlan {
    /// What is told at once.
    struct Detail: Hashable {
        var ellipse: ErrorEllipse
        var doubts: PlaceDoubts

        func differs(from other: Detail) -> Bool { doubts != other.doubts || ellipse.differs(from: other.ellipse) }
    }

    private var told: (detail: Detail, at: Int)?
    private var count = 0
    private var isKnown = false
    /// Counts ellipses that were told: a receipt for one says nothing of the next.
    private(set) var version = 0

    /// Milliseconds after which it is said again as long as nobody has said that it came, so often at most.
    private static let pauses = [5000, 20_000, 60_000]
    /// Milliseconds between two ellipses of a track, however fast it changes.
    private static let leastPause = 2000

    func isDue(_ detail: Detail, at now: Int) -> Bool {
        guard let told else { return true }
        if detail.differs(from: told.detail) { return now - told.at >= Self.leastPause }
        guard !isKnown, count <= Self.pauses.count else { return false }
        return now - told.at >= Self.pauses[max(count, 1) - 1]
    }

    /// Since when it waits: what nobody was told of first.
    var toldAt: Int? { told?.at }

    /// The number that `note` will give an ellipse.
    func nextVersion(_ detail: Detail) -> Int {
        told.map { !detail.differs(from: $0.detail) } ?? false ? version : version + 1
    }

    mutating func note(_ detail: Detail, at now: Int) {
        let next = nextVersion(detail)
        if next != version { (version, count, isKnown) = (next, 0, false) }
        // What is repeated stays as it was told first, so that small steps add up.
        told = (count == 0 ? detail : told?.detail ?? detail, now)
        count += 1
    }

    mutating func know(_ version: Int) { if version == self.version { isKnown = true } }

    /// Who hears of the track anew, as they may where nobody answers, hears of its ellipse too.
    mutating func repeatOnce() { if !isKnown { count = min(count, Self.pauses.count) } }
}
