// How much comes from a sender, and how much is lost on the way.

/// Counts a sender's packets over the last seconds. Times are milliseconds of one clock that nobody sets. Complexity of all: O(1).
struct LinkMeter {
    private struct Bucket {
        var second = -1
        var bytes = 0
        var packets = 0
        /// The lowest and the highest number of packets that came.
        var numbers: ClosedRange<UInt64>?
    }

    private var buckets = [Bucket](repeating: Bucket(), count: LinkMeter.span)
    private var epoch: UInt32?

    /// Seconds that are looked at for losses, and for bytes.
    private static let span = 60
    private static let byteSpan = 10
    /// Packets of which a loss is told.
    private static let fewest = 5

    mutating func note(_ bytes: Int, _ epoch: UInt32, _ counter: UInt64, at now: Int) {
        if self.epoch != epoch {
            // Another run counts anew.
            for place in buckets.indices { (buckets[place].numbers, buckets[place].packets) = (nil, 0) }
            self.epoch = epoch
        }
        let second = now / 1000
        let place = second % Self.span
        if buckets[place].second != second { buckets[place] = Bucket(second: second) }
        buckets[place].bytes += bytes
        buckets[place].packets += 1
        let numbers = buckets[place].numbers ?? counter...counter
        buckets[place].numbers = min(numbers.lowerBound, counter)...max(numbers.upperBound, counter)
    }

    private func recent(_ seconds: Int, at now: Int) -> [Bucket] {
        let second = now / 1000
        return buckets.filter { $0.second >= 0 && second - $0.second < seconds }
    }

    /// Of packets, over the last ten seconds.
    func bytesPerSecond(at now: Int) -> Double {
        Double(recent(Self.byteSpan, at: now).reduce(0) { $0 + $1.bytes }) / Double(Self.byteSpan)
    }

    /// The part of the last minute's packets that did not come; `nil` where too few did.
    func loss(at now: Int) -> Double? {
        let all = recent(Self.span, at: now)
        let (packets, numbers) = (all.reduce(0) { $0 + $1.packets }, all.compactMap(\.numbers))
        guard packets >= Self.fewest, let first = numbers.map(\.lowerBound).min(),
            let last = numbers.map(\.upperBound).max()
        else { return nil }
        return max(0, 1 - Double(packets) / (Double(last - first) + 1))
    }
}
