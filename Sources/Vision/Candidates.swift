/// A box as a decoder found it, before suppression.
struct Candidate: Hashable, Sendable {
    var corners: Corners
    var score: Float
    var classIndex: Int
    /// The place of the box in the output, which orders equal scores.
    var index: Int

    /// Higher scores first, then earlier places, then lower classes: a total order, so that results never depend on chance.
    func precedes(_ other: Candidate) -> Bool {
        if score != other.score { return score > other.score }
        if index != other.index { return index < other.index }
        return classIndex < other.classIndex
    }
}

/// The best candidates of one image, as many as a limit allows.
struct Candidates: Sendable {
    let threshold: Float
    let limit: Int
    private(set) var items: [Candidate] = []

    init(threshold: Float, limit: Int) {
        self.threshold = threshold
        self.limit = min(max(1, limit), 1_000_000)
    }

    /// Takes the box unless its score is too low or not a number, or it has no area. Amortized O(log limit).
    mutating func append(_ corners: Corners, score: Float, classIndex: Int, index: Int) {
        guard score >= threshold, corners.isProper else { return }
        items.append(Candidate(corners: corners, score: min(score, 1), classIndex: classIndex, index: index))
        if items.count >= 4 * limit { prune() }
    }

    private mutating func prune() {
        items.sort { $0.precedes($1) }
        items.removeLast(max(0, items.count - limit))
    }

    /// What is left when every box that overlaps a better one (of its class, or of any) by more than `overlap` is dropped:
    /// at most `count` boxes, best first. Complexity: O(kept * limit).
    consuming func suppressed(overlap: Float, classAgnostic: Bool, count: Int) -> [Candidate] {
        prune()
        var kept: [Candidate] = []
        for candidate in items {
            guard kept.count < count else { break }
            let isCovered = kept.contains { better in
                (classAgnostic || better.classIndex == candidate.classIndex)
                    && better.corners.overlap(with: candidate.corners) > overlap
            }
            if !isCovered { kept.append(candidate) }
        }
        return kept
    }
}
