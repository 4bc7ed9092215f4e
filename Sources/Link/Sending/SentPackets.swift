// What was in the packets that were sent.

/// Something that a packet told and that counts as known once the packet came.
public enum SentItem: Hashable, Sendable {
    case track(number: Int)
    case alert(number: Int)
    /// `newestTrack`: as it told.
    case context(camera: Int, newestTrack: Int)
    case clock(epochsBack: Int)
    case tally
    case health(camera: Int)
    case pose
    /// An object's announcement.
    case object(Int)
    case piece(object: Int, Int)
    case chip(track: Int)
    /// `version`: of those that were told of the track.
    case ellipse(track: Int, version: Int)
    case text
}

/// Packets of the last minutes, so that a receipt says what came.
struct SentPackets {
    private struct Sent {
        let counter: Int
        let items: [SentItem]
        let bytes: Int
        let at: Int
    }

    /// The oldest first.
    private var packets: [Sent] = []
    /// Packets that nobody said came, of those old enough to tell.
    private(set) var loss = 0.0

    private static let most = 2048
    /// How much the loss of a packet that is judged changes the mean.
    private static let weight = 0.02
    /// Milliseconds before the newest packet that came within which others may still be under way.
    private static let grace = 3000

    /// - Parameter bytes: with what the carrier adds.
    mutating func note(_ number: PacketNumber, _ items: [SentItem], bytes: Int, at now: Int) {
        let counter = Int(number.counter)
        if packets.count >= Self.most { packets.removeFirst() }
        packets.append(Sent(counter: counter, items: items, bytes: bytes, at: now))
    }

    /// What came, and when the newest of it was sent.
    struct Received {
        var items: [SentItem] = []
        var sentAt: Int?
        var bytes = 0
    }

    /// What a receipt is the first to say came. Complexity: O(packets).
    mutating func received(_ receipt: ReceiptRecord) -> Received {
        let told = Set(receipt.counters)
        let came = packets.filter { told.contains($0.counter & ReceiptRecord.counterMask) }
        guard let newest = came.last else { return Received() }
        judge(came: Set(came.map(\.counter)), upTo: newest.at - Self.grace)
        return Received(items: came.flatMap(\.items), sentAt: newest.at, bytes: came.reduce(0) { $0 + $1.bytes })
    }

    /// Counts those that came and those that are long gone; each once.
    private mutating func judge(came: Set<Int>, upTo time: Int) {
        for packet in packets {
            if came.contains(packet.counter) {
                loss -= loss * Self.weight
            } else if packet.at < time {
                loss += (1 - loss) * Self.weight
            }
        }
        packets.removeAll { came.contains($0.counter) || $0.at < time }
    }
}
