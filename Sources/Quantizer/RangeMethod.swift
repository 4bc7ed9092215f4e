// How the range of a tensor is chosen from what calibration saw.
import Glibc
import Tensors

/// A way to choose the range that the steps of a byte span.
public enum RangeMethod: Hashable, Sendable {
    /// All that was seen; where a curve follows, what it needs of that: the least squared error behind it.
    case minMax
    /// All but a share of the values at either end: 99.99 leaves out one in ten thousand at each.
    case percentile(Double)
    /// The range that keeps the most of the distribution's information (Kullback-Leibler divergence).
    case entropy
    /// The range with the least squared error after the function that follows.
    case squaredError

    public static let names = ["minmax", "percentile", "entropy", "mse"]

    public var name: String {
        switch self {
        case .minMax: "minmax"
        case .percentile: "percentile"
        case .entropy: "entropy"
        case .squaredError: "mse"
        }
    }

    /// - Parameter percent: what `percentile` keeps.
    public init?(name: String, percent: Double) {
        switch name {
        case "minmax": self = .minMax
        case "percentile": self = .percentile(percent)
        case "entropy": self = .entropy
        case "mse": self = .squaredError
        default: return nil
        }
    }

    /// The range for what `histogram` counted, which is not empty. It always holds zero.
    /// - Parameter following: the function that alone reads the tensor.
    /// Complexity: O(bins), times some tens for entropy and squared error.
    func range(of histogram: Histogram, _ element: ElementType, following: PointFunction? = nil) -> ActivationRange {
        let full = ActivationRange(low: min(histogram.minimum, 0), high: max(histogram.maximum, 0))
        switch self {
        case .minMax: return following?.isCurved == true ? Self.leastSquares(histogram, full, element, following) : full
        case .percentile(let percent):
            let share = min(max(percent / 100, 0.5), 1)
            return ActivationRange(
                low: min(histogram.quantile(1 - share), 0), high: max(histogram.quantile(share), 0))
        case .entropy:
            return RangeSearch(full) { Self.divergence(histogram.filled, $0, element) }.best
        case .squaredError: return Self.leastSquares(histogram, full, element, following)
        }
    }

    private static func leastSquares(
        _ histogram: Histogram, _ full: ActivationRange, _ element: ElementType, _ following: PointFunction?
    ) -> ActivationRange {
        let bins = histogram.filled
        let wanted = bins.map { following?($0.value) ?? $0.value }
        return RangeSearch(full) { squaredError(bins, wanted, $0, element, following) }.best
    }

    /// The squared error over all values between what shall follow and what follows the rounded values.
    static func squaredError(
        _ bins: [Histogram.Bin], _ wanted: [Float], _ range: ActivationRange, _ element: ElementType,
        _ following: PointFunction?
    ) -> Double {
        guard let levels = Levels(range, element) else { return .infinity }
        let results = (0..<levels.count).map { following?(levels.value($0)) ?? levels.value($0) }
        var sum = 0.0
        for (bin, wanted) in zip(bins, wanted) {
            let difference = Double(results[levels.index(of: bin.value)] - wanted)
            sum += bin.count * difference * difference
        }
        return sum
    }

    /// The divergence of the distribution as its levels tell it from the distribution itself, values outside moved to the ends.
    static func divergence(_ bins: [Histogram.Bin], _ range: ActivationRange, _ element: ElementType) -> Double {
        guard let levels = Levels(range, element) else { return .infinity }
        // What is outside counts in the last bin inside, as clipping puts it there; the levels do not know of it.
        var clipped: [(level: Int, told: Double, true: Double)] = []
        var (below, above) = (0.0, 0.0)
        for bin in bins {
            if bin.value < range.low {
                below += bin.count
            } else if bin.value > range.high {
                above += bin.count
            } else {
                clipped.append((levels.index(of: bin.value), bin.count, bin.count))
            }
        }
        guard !clipped.isEmpty else { return .infinity }
        clipped[0].true += below
        clipped[clipped.count - 1].true += above
        var mass = [Double](repeating: 0, count: levels.count)
        var members = mass
        for entry in clipped {
            mass[entry.level] += entry.told
            members[entry.level] += 1
        }
        let (told, whole) = (clipped.reduce(0) { $0 + $1.told }, clipped.reduce(0) { $0 + $1.true })
        guard told > 0 else { return .infinity }
        return clipped.reduce(0) { sum, entry in
            let p = entry.true / whole
            let q = mass[entry.level] / members[entry.level] / told
            return q > 0 ? sum + p * log(p / q) : sum
        }
    }
}

/// Looks for the best range inside the full one: both ends together, then one end after the other over its whole way, then finely.
struct RangeSearch {
    private(set) var best: ActivationRange
    private var least: Double

    init(_ full: ActivationRange, cost: (ActivationRange) -> Double) {
        best = full
        least = cost(full)
        let shares = (1...Self.steps).map { Float($0) / Float(Self.steps) }
        for share in shares { attempt(full.scaled(share, share), inside: full, cost) }
        // One end may lie far out and the other not: values behind a swish have no share of their range in common.
        for _ in 0..<2 {
            let low = best.low
            for share in shares { attempt(ActivationRange(low: low, high: full.high * share), inside: full, cost) }
            let high = best.high
            for share in shares { attempt(ActivationRange(low: full.low * share, high: high), inside: full, cost) }
        }
        for width in [Float(0.05), 0.015] {
            let factors = (-5...5).filter { $0 != 0 }.map { 1 + Float($0) * width }
            let start = best
            for factor in factors { attempt(start.scaled(factor, 1), inside: full, cost) }
            let lowered = best
            for factor in factors { attempt(lowered.scaled(1, factor), inside: full, cost) }
        }
    }

    /// Places of an end from zero to the farthest value seen.
    private static let steps = 40

    private mutating func attempt(
        _ range: ActivationRange, inside full: ActivationRange, _ cost: (ActivationRange) -> Double
    ) {
        guard range.low >= full.low, range.high <= full.high else { return }
        let found = cost(range)
        if found < least { (best, least) = (range, found) }
    }
}

extension ActivationRange {
    fileprivate func scaled(_ low: Float, _ high: Float) -> ActivationRange {
        ActivationRange(low: self.low * low, high: self.high * high)
    }
}
