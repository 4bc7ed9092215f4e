// How long something took, of any number of times in bounded memory.

/// Durations counted by size: 32 classes to each doubling, so that percentiles are within 3 %. From 1 us to some 70 s; others count as
/// the nearest of these.
public struct LatencyHistogram: Sendable, Equatable {
    public private(set) var count = 0
    /// Seconds of all together.
    public private(set) var sum = 0.0
    private var counts: [UInt32] = []

    private static let classBits = 5
    private static let classes = (27 << classBits)
    /// Nanoseconds of the first class; 2^10 is 1.024 us.
    private static let leastBits = 10

    public init() {}

    public mutating func add(nanoseconds: UInt64) {
        if counts.isEmpty { counts = [UInt32](repeating: 0, count: Self.classes) }
        let place = Self.place(of: nanoseconds)
        if counts[place] < .max { counts[place] += 1 }
        count += 1
        sum += Double(nanoseconds) * 1e-9
    }

    /// Seconds that `share` of all did not exceed; `nil` where there are none. Complexity: O(classes).
    public func percentile(_ share: Double) -> Double? {
        guard count > 0 else { return nil }
        let wanted = max(1, (share * Double(count)).rounded(.up))
        var seen = 0.0
        for place in counts.indices where counts[place] > 0 {
            let before = seen
            seen += Double(counts[place])
            guard seen >= wanted else { continue }
            // Those of one class are taken as spread evenly over it.
            let (low, high) = (Self.start(of: place), Self.start(of: place + 1))
            return (low + (high - low) * (wanted - before) / Double(counts[place])) * 1e-9
        }
        return nil
    }

    /// How many took no longer than 2^exponent nanoseconds. Complexity: O(classes).
    public func count(upToPowerOfTwo exponent: Int) -> Int {
        let end = min(max((exponent - Self.leastBits) << Self.classBits, 0), Self.classes)
        return counts.prefix(end).reduce(0) { $0 + Int($1) }
    }

    private static func place(of nanoseconds: UInt64) -> Int {
        let value = max(nanoseconds, 1 << UInt64(leastBits))
        let exponent = 63 - value.leadingZeroBitCount
        let fraction = Int(value >> UInt64(exponent - classBits)) & (1 << classBits - 1)
        return min((exponent - leastBits) << classBits + fraction, classes - 1)
    }

    /// Nanoseconds from which a class begins.
    private static func start(of place: Int) -> Double {
        let exponent = place >> classBits + leastBits
        let fraction = Double(place & (1 << classBits - 1)) / Double(1 << classBits)
        return Double(UInt64(1) << UInt64(exponent)) * (1 + fraction)
    }
}
