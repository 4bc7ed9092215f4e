// How often something happened, and how often it may happen: exact bounds of a binomial share.
import Glibc

/// `count` of `total`, with the bounds of Clopper and Pearson (Biometrika 26, 1934), which hold whatever the true share is.
public struct Rate: Hashable, Sendable {
    public let count: Int
    public let total: Int

    /// `count` is taken as lying in 0...total.
    public init(_ count: Int, of total: Int) {
        self.total = max(total, 0)
        self.count = min(max(count, 0), self.total)
    }

    /// `nil` of nothing.
    public var share: Double? { total > 0 ? Double(count) / Double(total) : nil }

    /// The share that is not exceeded, with this confidence (one-sided); 1 where nothing was seen.
    public func upperBound(confidence: Double = 0.95) -> Double {
        guard count < total else { return 1 }
        // The share at which so few, or fewer, happen with a chance of 1 - confidence.
        return Self.bisect { share in
            Beta.regularized(1 - share, Double(total - count), Double(count + 1)) > 1 - confidence
        }
    }

    /// The share that is reached at least, with this confidence (one-sided); 0 where nothing was seen.
    public func lowerBound(confidence: Double = 0.95) -> Double {
        1 - Rate(total - count, of: total).upperBound(confidence: confidence)
    }

    /// Both bounds together, with this confidence (two-sided).
    public func interval(confidence: Double = 0.95) -> ClosedRange<Double> {
        let each = (1 + confidence) / 2
        let lower = lowerBound(confidence: each)
        return lower...max(lower, upperBound(confidence: each))
    }

    /// Where a condition that holds for small shares stops to hold.
    private static func bisect(_ isBelow: (Double) -> Bool) -> Double {
        var (low, high) = (0.0, 1.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if isBelow(middle) { low = middle } else { high = middle }
        }
        return high
    }
}

/// The incomplete beta function.
enum Beta {
    /// The regularized incomplete beta function of x in 0...1 for positive parameters, by its continued fraction (DLMF 8.17.22).
    static func regularized(_ x: Double, _ a: Double, _ b: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        let front = exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log1p(-x))
        return x < (a + 1) / (a + b + 2) ? front * fraction(x, a, b) / a : 1 - front * fraction(1 - x, b, a) / b
    }

    private static func logGamma(_ x: Double) -> Double {
        var sign: Int32 = 0
        return lgamma_r(x, &sign)
    }

    /// Evaluated forwards after Lentz. It needs some sqrt(max(a, b)) terms.
    private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        let least = 1e-300
        func kept(_ value: Double) -> Double { value.magnitude < least ? least : value }
        var upper = 1.0
        var lower = 1 / kept(1 - (a + b) * x / (a + 1))
        var value = lower
        for term in 1...100_000 {
            let m = Double(term)
            for factor in [
                m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
            ] {
                lower = 1 / kept(1 + factor * lower)
                upper = kept(1 + factor / upper)
                value *= lower * upper
            }
            if (lower * upper - 1).magnitude < 1e-14 { break }
        }
        return value
    }
}
