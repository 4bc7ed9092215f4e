// The way of notices to the thread that tells them.

/// Takes what threads have to report; the oldest makes way where too much comes at once.
final class Notices: Sendable {
    private let lanes: Lanes<ResultItem>
    private let lane: Int

    init(_ lanes: Lanes<ResultItem>, lane: Int) {
        self.lanes = lanes
        self.lane = lane
    }

    func post(_ notice: Notice, of source: Int) {
        _ = lanes.put(.notice(notice, source: source), in: lane, within: 0)
    }
}

/// What comes to the thread that makes results.
enum ResultItem: Sendable {
    case found(FoundFrame)
    case notice(Notice, source: Int)
}
