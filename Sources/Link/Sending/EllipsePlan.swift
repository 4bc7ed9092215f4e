// When a track's ellipse is told.

/// What the other side may know of a track's ellipse. Times are milliseconds of the epoch.
struct EllipsePlan {
    private var told: (ellipse: ErrorEllipse, at: Int)?
    private var count = 0
    private var isKnown = false
    /// Counts ellipses that were told: a receipt for one says nothing of the next.
    private(set) var version = 0

    /// Milliseconds after which it is said again as long as nobody has said that it came, so often at most.
    private static let pauses = [5000, 20_000, 60_000]
    /// Milliseconds between two ellipses of a track, however fast it changes.
    private static let leastPause = 2000

    func isDue(_ ellipse: ErrorEllipse, at now: Int) -> Bool {
        guard let told else { return true }
        if ellipse.differs(from: told.ellipse) { return now - told.at >= Self.leastPause }
        guard !isKnown, count <= Self.pauses.count else { return false }
        return now - told.at >= Self.pauses[max(count, 1) - 1]
    }

    /// Since when it waits: what nobody was told of first.
    var toldAt: Int? { told?.at }

    /// The number that `note` will give an ellipse.
    func nextVersion(_ ellipse: ErrorEllipse) -> Int {
        told.map { !ellipse.differs(from: $0.ellipse) } ?? false ? version : version + 1
    }

    mutating func note(_ ellipse: ErrorEllipse, at now: Int) {
        let next = nextVersion(ellipse)
        if next != version { (version, count, isKnown) = (next, 0, false) }
        // What is repeated stays as it was told first, so that small steps add up.
        told = (count == 0 ? ellipse : told?.ellipse ?? ellipse, now)
        count += 1
    }

    mutating func know(_ version: Int) { if version == self.version { isKnown = true } }

    /// Who hears of the track anew, as they may where nobody answers, hears of its ellipse too.
    mutating func repeatOnce() { if !isKnown { count = min(count, Self.pauses.count) } }
}
