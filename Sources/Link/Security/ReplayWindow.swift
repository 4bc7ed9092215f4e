// Which packets of a sender came already.

/// Lets each packet in once, also when they come out of order.
public struct ReplayWindow: Sendable {
    /// The counters that came last, rising.
    private var recent: [UInt64] = []
    /// Of the newest epoch that a packet came from.
    private var epoch: UInt32
    /// Counters of that epoch up to here are refused.
    private var floor: UInt64?

    /// Packets of some minutes, also where one way is fast and another slow.
    private static let most = 8192

    /// - Parameter last: the newest packet of an earlier run; it and those before it are refused.
    public init(after last: PacketNumber? = nil) {
        epoch = last?.epoch ?? 0
        floor = last?.counter
    }

    /// Whether a packet was neither here before nor is too old to tell. Complexity: O(log n) for n that came last.
    public func isNew(_ number: PacketNumber) -> Bool {
        guard number.epoch == epoch else { return number.epoch > epoch }
        if let floor, number.counter <= floor { return false }
        let place = place(of: number.counter)
        // Before all of a full window.
        if place == 0, recent.count == Self.most { return false }
        return place == recent.count || recent[place] != number.counter
    }

    /// Notes a packet that is new and whose tag fits. Complexity: O(n).
    public mutating func note(_ number: PacketNumber) {
        if number.epoch > epoch { self = ReplayWindow(epoch: number.epoch) }
        recent.insert(number.counter, at: place(of: number.counter))
        if recent.count > Self.most { recent.removeFirst() }
    }

    private init(epoch: UInt32) { self.epoch = epoch }

    private func place(of counter: UInt64) -> Int {
        var (low, high) = (0, recent.count)
        while low < high {
            let middle = (low + high) / 2
            if recent[middle] < counter { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
