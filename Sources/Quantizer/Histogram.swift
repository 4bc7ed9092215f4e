// How often the values of a tensor fall where.

/// Counts of values over bins of one width that lie symmetrically about zero.
///
/// The covered range doubles whenever a value lies outside, by joining pairs of bins: memory does not grow with the number of values.
public struct Histogram: Sendable {
    public static let binCount = 8192

    /// Bin i covers from `-limit + i * width`.
    public private(set) var counts: [UInt64]
    /// The bins cover -limit..<limit; a power of two.
    public private(set) var limit: Float
    public private(set) var minimum = Float.infinity
    public private(set) var maximum = -Float.infinity
    /// Values counted; those that are not finite are left out.
    public private(set) var total: UInt64 = 0
    public private(set) var notFinite: UInt64 = 0
    /// How many samples have their largest magnitude from 2^key on, below 2^(key+1).
    private(set) var peaks: [Int: Int] = [:]

    public init() {
        counts = [UInt64](repeating: 0, count: Self.binCount)
        limit = 0x1p-60
    }

    public var isEmpty: Bool { total == 0 }
    public var width: Float { limit / Float(Self.binCount / 2) }

    /// Counts `values`. Complexity: O(n).
    public mutating func add(_ values: UnsafeBufferPointer<Float>) {
        var (low, high) = (Float.infinity, -Float.infinity)
        var skipped: UInt64 = 0
        for value in values {
            guard value.isFinite else {
                skipped += 1
                continue
            }
            low = min(low, value)
            high = max(high, value)
        }
        notFinite += skipped
        guard low <= high else { return }
        minimum = min(minimum, low)
        maximum = max(maximum, high)
        let peak = max(-low, high)
        if peak > 0 { peaks[Int(peak.exponent), default: 0] += 1 }
        cover(peak)
        total += UInt64(values.count) - skipped
        let (scale, middle) = (1 / width, Float(Self.binCount / 2))
        counts.withUnsafeMutableBufferPointer { counts in
            for value in values where value.isFinite {
                // Inside by the choice of the limit; a value next below zero may round up to the middle.
                let bin = Int((value * scale + middle).rounded(.down))
                counts[min(max(bin, 0), Self.binCount - 1)] += 1
            }
        }
    }

    public mutating func add(_ values: [Float]) { values.withUnsafeBufferPointer { add($0) } }

    /// Counts what `other` has counted. Complexity: O(bins).
    public mutating func merge(_ other: Histogram) {
        notFinite += other.notFinite
        guard !other.isEmpty else { return }
        minimum = min(minimum, other.minimum)
        maximum = max(maximum, other.maximum)
        total += other.total
        peaks.merge(other.peaks, uniquingKeysWith: +)
        var other = other
        while limit < other.limit { double() }
        while other.limit < limit { other.double() }
        for index in counts.indices { counts[index] += other.counts[index] }
    }

    /// Widens the range until `magnitude` lies inside; what lies beyond 2^126 counts in the outermost bins.
    private mutating func cover(_ magnitude: Float) {
        while limit <= magnitude, limit < 0x1p126 {
            // Where nothing is counted there is nothing to move.
            if total == 0 { limit *= 2 } else { double() }
        }
    }

    private mutating func double() {
        let quarter = Self.binCount / 4
        var joined = [UInt64](repeating: 0, count: Self.binCount)
        for index in counts.indices { joined[quarter + index / 2] += counts[index] }
        counts = joined
        limit *= 2
    }

    /// Middle and count of each bin that is not empty, in ascending order. Complexity: O(bins).
    var filled: [Bin] {
        let width = width
        return counts.indices.compactMap { index in
            guard counts[index] > 0 else { return nil }
            let middle = (Float(index) + 0.5) * width - limit
            // Extremes are known better than by their bin.
            return Bin(value: min(max(middle, minimum), maximum), count: Double(counts[index]))
        }
    }

    struct Bin: Sendable {
        var value: Float
        var count: Double
    }

    /// The value below which a share of all values lies, to the width of a bin. Complexity: O(bins).
    func quantile(_ share: Double) -> Float {
        let wanted = share * Double(total)
        var seen = 0.0
        for (index, count) in counts.enumerated() where count > 0 {
            seen += Double(count)
            if seen >= wanted { return min(max((Float(index) + 0.5) * width - limit, minimum), maximum) }
        }
        return maximum
    }
}

extension Histogram: TensorStatistic {}
