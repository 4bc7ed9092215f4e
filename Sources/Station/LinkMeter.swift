// How much comes from a sender, and how much is lost on the way.
import Link

/// Counts a sender's packets over the last seconds. Times are milliseconds of one clock that nobody sets. Complexity of all: O(1).
struct LinkMeter {
    private struct Bucket {
        var second = -1
        var bytes = 0
    }

    private var buckets = [Bucket](repeating: Bucket(), count: LinkMeter.span)
    private var epoch: UInt32?
    /// Packets of this epoch that came, all and up to the newest tally.
    private var taken = 0
    private var tallied: (tally: TallyRecord, taken: Int)?
    private var lost: (part: Double, at: Int)?

    /// Seconds that are looked at for bytes.
    private static let span = 10
    /// Packets of which a loss is told.
    private static let fewest = 5
    /// Milliseconds for which it counts: tallies come each two minutes, and some are lost.
    private static let lasting = 600_000

    mutating func note(_ bytes: Int, _ epoch: UInt32, at now: Int) {
        // Another run counts anew.
        if self.epoch.map({ $0 < epoch }) ?? true { (self.epoch, taken, tallied) = (epoch, 0, nil) }
        if self.epoch == epoch { taken += 1 }
        let second = now / 1000
        let place = second % Self.span
        if buckets[place].second != second { buckets[place] = Bucket(second: second) }
        buckets[place].bytes += bytes
    }

    /// The sender says how many there were.
    mutating func note(_ tally: TallyRecord, at now: Int) {
        if let earlier = tallied {
            let sent = tally.packets(since: earlier.tally)
            // Few tell nothing yet: the earlier tally stays.
            guard sent >= Self.fewest else { return }
            lost = (max(0, 1 - Double(taken - earlier.taken) / Double(sent)), now)
        }
        tallied = (tally, taken)
    }

    /// Of packets, over the last ten seconds.
    func bytesPerSecond(at now: Int) -> Double {
        let second = now / 1000
        let recent = buckets.filter { $0.second >= 0 && second - $0.second < Self.span }
        return Double(recent.reduce(0) { $0 + $1.bytes }) / Double(Self.span)
    }

    /// The part of the packets between the last two tallies that did not come; `nil` where that is not known.
    func loss(at now: Int) -> Double? { lost.flatMap { now - $0.at <= Self.lasting ? $0.part : nil } }
}
