// The way of notices to the thread that tells them.

/// Takes what threads have to report; the oldest makes way where too much comes at once.
final class Notices: Sendable {
    private let lanes: Lanes<ResultItem>
    private let lane: Int
    private let partsLane: Int

    init(_ lanes: Lanes<ResultItem>, lane: Int, partsLane: Int) {
        self.lanes = lanes
        self.lane = lane
        self.partsLane = partsLane
    }

    /// Whether it will be told: not once all sources have ended.
    @discardableResult
    func post(_ notice: Notice, of source: Int) -> Bool {
        if case .closed? = lanes.put(.notice(notice, source: source), in: lane, within: 0) { false } else { true }
    }

    /// A part that nobody looked at. Waits until it can be told: no part is forgotten.
    func post(missed part: Part, of source: Int) {
        while lanes.put(.missed(part, source: source), in: partsLane, within: 1000) == nil {}
    }

    /// Parts are recorded and wait to be told. Who has much to take needs no waking.
    func postRecorded() { _ = lanes.put(.recorded, in: partsLane, within: 0) }
}

/// What comes to the thread that makes results.
enum ResultItem: Sendable {
    case found(FoundFrame)
    case notice(Notice, source: Int)
    case missed(Part, source: Int)
    case recorded
}
