// How fast the link really is.

/// Learns from receipts what a link carries: a radio that is slower than somebody wrote keeps packets waiting, and each comes later than the one before. Times are milliseconds of
/// the sender's epoch.
///
/// Loss alone says nothing of the rate: packets are lost behind a ridge too. So the rate follows the time that packets wait in the link, as LEDBAT's does
/// (RFC 6817): down at once to what came through, up again by little.
struct LearnedRate {
    /// Bytes a second, at most what was configured.
    var rate: Double { min(learned, allowed) }
    private let most: Double
    /// As receipts tell it.
    private var learned: Double
    /// As the radio's own buffer allows it, and when it told of that last.
    private var allowed: Double
    private var roomAt = Int.min / 2
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
    private static let caution = 0.8
    /// By so much a receipt raises it.
    private static let growth = 1.03
    /// Bytes a second: a link on which nothing comes through cannot tell of better times.
    private static let least = 5.0

    /// Parts of a radio's buffer that are free: below the first two it fills up, above the last it is as good as empty. ArduPilot has the same.
    private static let room = (full: 0.2, little: 0.5, plenty: 0.9)
    private static let slower = (full: 0.5, little: 0.85)
    private static let faster = 1.1
    /// Milliseconds after which nobody knows any more how full it is: such radios tell once a second.
    private static let roomMemory = 15_000

    init(most: Double) { (learned, allowed, self.most) = (most, most, most) }

    /// The radio at this end told which part of its buffer is free, 0 to 1.
    mutating func note(room: Double, at now: Int) {
        // It is all that waits here: from the rate that was used on.
        if room < Self.room.little {
            allowed = max(rate * (room < Self.room.full ? Self.slower.full : Self.slower.little), min(Self.least, most))
        } else if room > Self.room.plenty {
            allowed = min(allowed * Self.faster, most)
        }
        roomAt = now
    }

    /// Time goes on.
    mutating func advance(to now: Int) { if now - roomAt > Self.roomMemory { allowed = most } }

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
            learned = min(max(came * Self.caution, Self.least), learned)
            changedAt = now
        } else if wait < Self.patience / 2 {
            learned = min(learned * Self.growth, most)
        }
    }
}
