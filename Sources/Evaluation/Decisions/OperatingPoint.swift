// Precision, recall and F at one threshold, and the threshold where F is best.

/// What becomes of truths and findings when findings below a threshold do not count.
public struct Counts: Hashable, Sendable {
    /// Truths that a finding of their class answers.
    public var right = 0
    /// Findings that answer nothing.
    public var wrong = 0
    public var truths = 0

    public var precision: Rate { Rate(right, of: right + wrong) }
    public var recall: Rate { Rate(right, of: truths) }
    /// The harmonic mean of precision and recall; `nil` without truths and findings.
    public var f1: Double? {
        let sum = right + wrong + truths
        return sum > 0 ? 2 * Double(right) / Double(sum) : nil
    }

    static func + (left: Counts, right: Counts) -> Counts {
        Counts(
            right: left.right + right.right, wrong: left.wrong + right.wrong, truths: left.truths + right.truths)
    }
}

/// The counts at a threshold, each class for itself and all together.
public struct OperatingPoint: Sendable {
    public let threshold: Double
    public let classes: [Counts]
    public var all: Counts { classes.reduce(Counts(), +) }
}

extension AveragePrecision {
    private var lastBit: UInt32 { 1 << (overlaps.count - 1) }

    /// The counts at the caller's overlap of findings that score at least `threshold`. Complexity: O(findings).
    public func point(threshold: Double) -> OperatingPoint {
        OperatingPoint(
            threshold: threshold,
            classes: rankings.map { ranking in
                var counts = Counts(truths: ranking.truths)
                for (index, score) in ranking.scores.enumerated() {
                    guard Double(score) >= threshold else { break }
                    guard ranking.isIgnored[index] & lastBit == 0 else { continue }
                    if ranking.isMatched[index] & lastBit != 0 { counts.right += 1 } else { counts.wrong += 1 }
                }
                return counts
            })
    }

    /// The point with the greatest F over all classes; the highest threshold of several. `nil` where no finding is right.
    ///
    /// Its threshold is the shortest decimal number that gives these counts. Complexity: O(findings * log findings).
    public var bestPoint: OperatingPoint? {
        var best: (f1: Double, cut: Cut)?
        for cut in cuts {
            guard let f1 = cut.counts.f1, f1 > best?.f1 ?? 0 else { continue }
            best = (f1, cut)
        }
        return best.map { point($0.cut) }
    }

    /// The point with the lowest threshold that calls falsely at most `rate` times an image; `nil` where even the surest
    /// findings do so more often, and where there is nothing to find. Complexity: O(findings * log findings).
    public func point(falseCallsAnImage rate: Double) -> OperatingPoint? {
        let most = rate * Double(imageCount)
        guard rankings.contains(where: { $0.truths > 0 }) else { return nil }
        return cuts.last { Double($0.counts.wrong) <= most }.map(point)
    }

    private func point(_ cut: Cut) -> OperatingPoint {
        point(threshold: Self.shortest(above: cut.next, upTo: cut.score))
    }

    /// What counts down to a score.
    private struct Cut {
        let score: Double
        /// The next lower score that a finding has, 0 after the last.
        let next: Double
        let counts: Counts
    }

    /// One cut for each score that a finding has, highest first.
    private var cuts: [Cut] {
        let findings = scoredFindings.sorted { $0.score > $1.score }
        var counts = Counts(truths: rankings.reduce(0) { $0 + $1.truths })
        var cuts: [Cut] = []
        for (index, finding) in findings.enumerated() {
            if finding.isRight { counts.right += 1 } else { counts.wrong += 1 }
            let next = index + 1 < findings.count ? findings[index + 1].score : 0
            guard next < finding.score || index + 1 == findings.count else { continue }
            cuts.append(Cut(score: Double(finding.score), next: Double(next), counts: counts))
        }
        return cuts
    }

    /// All findings that count at the caller's overlap, class by class, with whether they are right.
    var scoredFindings: [(score: Float, isRight: Bool)] {
        rankings.flatMap { ranking in
            ranking.scores.indices.lazy.filter { ranking.isIgnored[$0] & lastBit == 0 }.map {
                (ranking.scores[$0], ranking.isMatched[$0] & lastBit != 0)
            }
        }
    }

    /// The number with the fewest digits after the point that is above `low` and at most `high`, both in 0...1.
    static func shortest(above low: Double, upTo high: Double) -> Double {
        var power = 1.0
        for _ in 0..<9 {
            power *= 10
            let candidate = (high * power).rounded(.down) / power
            if candidate > low, candidate <= high { return candidate }
        }
        return high
    }
}
