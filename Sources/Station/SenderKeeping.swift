// Which of several stations takes a sender's packets.
import Link

/// What a station knows of a sender whose packets another one takes: whether that one still does. Times are milliseconds of one clock that nobody sets.
struct SenderKeeping {
    /// A packet that the other one must have taken by then, or a later one.
    private var awaited: (number: PacketNumber, cameAt: Int)?

    /// Milliseconds for which a station that takes packets may say nothing of them: through a broker that is slow, or a database.
    static let patience = 8000

    /// Packets came here. Returns whether the other station takes no more.
    ///
    /// - Parameters:
    ///   - newest: of the packets.
    ///   - taken: the newest one that the other station took.
    mutating func isOver(_ newest: PacketNumber, taken: PacketNumber?, at now: Int) -> Bool {
        guard let awaited, taken.map({ $0 < awaited.number }) ?? true else {
            awaited = (newest, now)
            return false
        }
        return now - awaited.cameAt >= Self.patience
    }

    /// Nobody can take anything: the time does not count.
    mutating func forget() { awaited = nil }
}
