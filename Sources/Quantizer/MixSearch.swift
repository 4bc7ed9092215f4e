// Which layers stay in float so that accuracy holds at the least cost.

/// A search over sets of layers that stay wide.
///
/// Layers are widened in the order of what they do to the outputs for the time that they cost: one, two, four, ... until the score
/// holds, then by halving to the fewest, then each is tried as int8 again, the dearest first. Every score is remembered, so that a
/// search that was stopped goes on where it was: it asks the same questions again and knows the answers.
public struct MixSearch: Sendable {
    /// A layer that may stay wide.
    public struct Candidate: Sendable, Hashable {
        public var name: String
        /// Its share of the noise in the outputs, in any unit.
        public var noise: Double
        /// What it costs more in float.
        public var milliseconds: Double

        public init(name: String, noise: Double, milliseconds: Double) {
            self.name = name
            self.noise = noise
            self.milliseconds = milliseconds
        }
    }

    /// How good a model is, and what a run of it takes.
    public struct Scored: Sendable, Hashable {
        public var score: Double
        public var milliseconds: Double

        public init(score: Double, milliseconds: Double) {
            self.score = score
            self.milliseconds = milliseconds
        }
    }

    /// A set of wide layers and its model.
    public struct Mix: Sendable, Hashable {
        public var wide: Set<String>
        public var scored: Scored
    }

    private let candidates: [Candidate]
    private let costs: [String: Double]
    /// The least score that will do.
    public let target: Double
    private let evaluations: Int
    public private(set) var known: [Set<String>: Scored]
    /// The fastest mix that reaches the target; while there is none, the one with the best score.
    public private(set) var best: Mix?
    /// Milliseconds that layers of the best mix cost: with each in float against without, other layers alike.
    public private(set) var extraMilliseconds: [String: Double] = [:]
    private var asked = 0

    /// - Parameters:
    ///   - evaluations: sets that may be scored anew at most.
    ///   - known: models of an earlier search.
    public init(
        _ candidates: [Candidate], target: Double, evaluations: Int, known: [Set<String>: Scored] = [:]
    ) {
        // A cost that is not measurable is small, not nothing.
        self.candidates = candidates.sorted {
            ($0.noise / max($0.milliseconds, 1e-3), $1.name) > ($1.noise / max($1.milliseconds, 1e-3), $0.name)
        }
        costs = Dictionary(candidates.map { ($0.name, max($0.milliseconds, 0)) }, uniquingKeysWith: max)
        self.target = target
        self.evaluations = evaluations
        self.known = known
        for (wide, scored) in known.sorted(by: { $0.key.sorted().joined() < $1.key.sorted().joined() }) {
            let mix = Mix(wide: wide, scored: scored)
            if best.map({ mix.isBetter(than: $0, target: target) }) ?? true { best = mix }
        }
    }

    /// Searches. `score` judges the model with a set of wide layers; `found` hears of every model and whether it is the best so far.
    public mutating func run<Failure: Error>(
        _ score: (Set<String>) throws(Failure) -> Scored, found: (MixSearch, Bool) throws(Failure) -> Void
    ) throws(Failure) {
        var holding = candidates.count
        var failing = -1
        var count = 0
        while true {
            guard let value = try ask(first(count), score, found) else { return }
            if value >= target {
                holding = count
                break
            }
            failing = count
            guard count < candidates.count else { return }
            count = min(max(count * 2, 1), candidates.count)
        }
        while holding - failing > 1 {
            let middle = (holding + failing) / 2
            guard let value = try ask(first(middle), score, found) else { return }
            if value >= target { holding = middle } else { failing = middle }
        }
        var wide = first(holding)
        for name in wide.sorted(by: { (costs[$0] ?? 0, $0) > (costs[$1] ?? 0, $1) }) {
            let less = wide.subtracting([name])
            guard let value = try ask(less, score, found) else { return }
            if value >= target {
                wide = less
            } else if let with = known[wide], let without = known[less] {
                extraMilliseconds[name] = with.milliseconds - without.milliseconds
            }
        }
    }

    /// The most rewarding layers whose cost stays within `milliseconds` together, the most rewarding first.
    public static func affordable(_ candidates: [Candidate], milliseconds: Double) -> Set<String> {
        var left = milliseconds
        var wide: Set<String> = []
        for candidate in MixSearch(candidates, target: 0, evaluations: 0).candidates {
            let cost = max(candidate.milliseconds, 0)
            guard cost <= left else { continue }
            left -= cost
            wide.insert(candidate.name)
        }
        return wide
    }

    private func first(_ count: Int) -> Set<String> { Set(candidates.prefix(count).map(\.name)) }

    /// The score of a set, from memory where it is known; `nil` once enough sets were scored.
    private mutating func ask<Failure: Error>(
        _ wide: Set<String>, _ score: (Set<String>) throws(Failure) -> Scored,
        _ found: (MixSearch, Bool) throws(Failure) -> Void
    ) throws(Failure) -> Double? {
        let value: Scored
        if let remembered = known[wide] {
            value = remembered
        } else {
            guard asked < evaluations else { return nil }
            asked += 1
            value = try score(wide)
            known[wide] = value
        }
        let mix = Mix(wide: wide, scored: value)
        let isBetter = best.map { mix.isBetter(than: $0, target: target) } ?? true
        if isBetter { best = mix }
        try found(self, isBetter)
        return value.score
    }
}

extension MixSearch.Mix {
    func isBetter(than other: MixSearch.Mix, target: Double) -> Bool {
        let (ours, theirs) = (scored, other.scored)
        return switch (ours.score >= target, theirs.score >= target) {
        case (true, false): true
        case (false, true): false
        case (true, true): (ours.milliseconds, -ours.score) < (theirs.milliseconds, -theirs.score)
        case (false, false): ours.score > theirs.score
        }
    }
}
