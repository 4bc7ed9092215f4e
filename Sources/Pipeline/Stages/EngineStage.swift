// From prepared pictures to findings.
import Capture

/// The one engine that all sources share, each in its turn. Works on a thread of its own.
final class EngineStage: @unchecked Sendable {
    private let network: Network
    private let frames: Lanes<PreparedFrame>
    private let results: Lanes<ResultItem>
    private let lane: Int
    private let ledger: Ledger
    private let notices: Notices
    /// By source; empty where pictures are looked at as a whole.
    private let views: [TiledView]

    init(
        _ network: Network, views: [TiledView], from frames: Lanes<PreparedFrame>, to results: Lanes<ResultItem>,
        lane: Int,
        _ ledger: Ledger, _ notices: Notices
    ) {
        self.network = network
        self.views = views
        self.frames = frames
        self.results = results
        self.lane = lane
        self.ledger = ledger
        self.notices = notices
    }

    private static let patience = 200

    /// Until all sources have ended and none of their frames is left.
    func work() {
        working: while true {
            ledger.beat(.engine)
            switch frames.take(within: Self.patience) {
            case .item(let frame, let source): look(at: frame, of: source)
            case .nothing: break
            case .end: break working
            }
        }
        results.end(lane)
        ledger.end(.engine)
    }

    private func look(at frame: PreparedFrame, of source: Int) {
        var times = frame.times
        times.started = MonotonicClock.nanoseconds
        let findings: Findings
        var tiles = TiledView.Work()
        do {
            switch frame.content {
            case .whole(let input, let transform):
                try network.compute(input)
                times.computed = MonotonicClock.nanoseconds
                findings = try network.findings(transform)
            case .tiled(let kept, let levels, let range):
                let found = try views[source].findings(in: kept.picture, levels, range: range, by: network)
                times.computed = MonotonicClock.nanoseconds
                findings = .detections(found.detections)
                tiles = found.work
            }
            times.decoded = MonotonicClock.nanoseconds
        } catch {
            ledger.change(source) { $0.unreadable += 1 }
            notices.post(.unreadable(frame: frame.head.number, reason: "\(error)"), of: source)
            if let part = frame.subject?.part { notices.post(missed: part, of: source) }
            return
        }
        let found = FoundFrame(
            source: source, head: frame.head, findings: findings, tiles: tiles, view: frame.view, times: times,
            subject: frame.subject, held: frame.held)
        // Slow sinks hold up the engine, whose lanes then overflow as their sources ask for.
        while results.put(.found(found), in: lane, within: Self.patience) == nil { ledger.beat(.engine) }
    }
}
