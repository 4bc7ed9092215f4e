// Which packets a sender is told came.

/// Collects packets that are on the disk and says when to tell of them. Times are milliseconds of the receiver's clock.
public struct ReceiptBook: Sendable {
    private struct Came {
        let number: PacketNumber
        let at: Int
        var told = 0
    }

    /// Rising.
    private var came: [Came] = []
    private var dueAt: Int?

    /// Milliseconds that the sender waits for a receipt: of what it repeats until it has one, and of the rest.
    private static let patience = (urgent: 300, usual: 5000)
    /// Receipts are lost too.
    private static let times = 2

    public init() {}

    /// Notes a packet. `isUrgent`: it told something that its sender repeats.
    public mutating func note(_ number: PacketNumber, isUrgent: Bool, at now: Int) {
        if let last = came.last, number.epoch > last.number.epoch { came = [] }
        guard came.last.map({ number.epoch == $0.number.epoch }) ?? true else { return }
        let place = came.lastIndex { $0.number < number }.map { $0 + 1 } ?? 0
        came.insert(Came(number: number, at: now), at: place)
        // As many as a receipt names wait for it at most: the next ones would push them out.
        let isFull = came.count { $0.told == 0 } >= ReceiptRecord.most / 2
        if came.count > ReceiptRecord.most { came.remove(at: came.firstIndex { $0.told > 0 } ?? 0) }
        let due = isFull ? now : now + (isUrgent ? Self.patience.urgent : Self.patience.usual)
        dueAt = min(dueAt ?? due, due)
    }

    /// When the next receipt is due; `nil`: nothing came since the last one.
    public var due: Int? { dueAt }

    /// What came, if it is time to say so.
    public mutating func receipt(at now: Int) -> ReceiptRecord? {
        guard let dueAt, dueAt <= now, let newest = came.last else { return nil }
        self.dueAt = nil
        var counters: [Int] = []
        for one in came.reversed() {
            // Farther back than a receipt can tell.
            if let last = counters.last, last - Int(one.number.counter) > ReceiptRecord.farthest { break }
            counters.append(Int(one.number.counter))
        }
        for index in came.indices { came[index].told += 1 }
        came.removeAll { $0.told >= Self.times }
        let held = Age(seconds: Double(now - newest.at) / 1000)
        return ReceiptRecord(epoch: Int(newest.number.epoch & 0xff), held: held, counters: counters)
    }
}
