// How fast the link really is.

/// Learns from receipts what a link carries: a radio that is slower than somebody wrote keeps packets waiting, and each comes later than the one before. Times are milliseconds of
/// the sender's epoch.
///
/// Loss alone says nothing of the rate: packets are lost behind a ridge too. So the rate follows the time that packets wait in the link, as LEDBAT's does
/// (RFC 6817): down at once to what came through, up again by little.
struct LearnedRate {
    /// Bytes a second, at most what was configured.
    private(set) var rate: Double
    private let most: Double
    /// The shortest time that a packet took, with its receipt, in these minutes and in those before.
    private var shortest = (now: Int.max, before: Int.max)
    private var memoryBegan = 0
    /// Bytes that came since a time.
    private var span: (cameAt: Int?, bytes: Int) = (nil, 0)
    private var changedAt = Int.min / 2

    /// Milliseconds that packets may wait in the link.
    private static let patience = 1500
    private static let memory = 300_000
    /// Milliseconds over which it can be told what came through.
    private static let shortestSpan = 2000
    /// Of what came through: the rest lets the queue shrink.
    private static let caution = 0.85
    /// By so much a receipt raises it.
    private static let growth = 1.03
    /// Bytes a second: a link on which nothing comes through cannot tell of better times.
    private static let least = 5.0

    init(most: Double) { (rate, self.most) = (most, most) }

    /// A receipt came.
    ///
    /// - Parameters:
    ///   - sentAt: when the newest packet that it names was sent.
    ///   - held: milliseconds that the receiver had it.
    ///   - bytes: of all packets that it is the first to name.
    ///   - loss: the part of packets that is lost on the way.
    mutating func note(sentAt: Int, held: Int, bytes: Int, loss: Double, at now: Int) {
        let cameAt = now - held
        let delay = cameAt - sentAt
        if now - memoryBegan > Self.memory { (shortest, memoryBegan) = ((.max, shortest.now), now) }
        shortest.now = min(shortest.now, delay)
        let wait = delay - min(shortest.now, shortest.before)
        guard let begin = span.cameAt else {
            span = (cameAt, 0)
            return
        }
        span.bytes += bytes
        guard cameAt - begin >= Self.shortestSpan else { return }
        let came = Double(span.bytes) / Double(cameAt - begin) * 1000 / (1 - min(loss, 0.9))
        span = (cameAt, 0)
        if wait > Self.patience {
            // What was sent before the last change still waits in the link.
            guard sentAt > changedAt else { return }
            rate = min(max(came * Self.caution, Self.least), rate)
            changedAt = now
        } else if wait < Self.patience / 2 {
            rate = min(rate * Self.growth, most)
        }
    }
}
