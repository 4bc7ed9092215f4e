// What a pipeline knows of its work, to be shown.
import Capture
import Publishing
import Vision

/// Of one source since the start.
public struct SourceFigures: Sendable {
    public let name: String
    /// What the source itself counts.
    public var counts = SourceCounts()
    /// Never looked at: a newer frame took the place. Of sources whose latest frame counts.
    public var skipped = 0
    /// Never looked at because the engine was behind. Of sources whose every frame counts; each is an alarm.
    public var overruns = 0
    /// Pictures found broken of which the source said nothing.
    public var garbled = 0
    /// Frames without a picture.
    public var unreadable = 0
    /// Frames with a result.
    public var results = 0
    /// Of pictures that are looked at part by part.
    public var tilesLooked = 0
    /// Left out because nothing changed in them.
    public var tilesSkipped = 0
    public var detections: [String: Int] = [:]
    /// By rule.
    public var events: [String: Int] = [:]
    /// Objects that are followed now.
    public var tracks = 0
    /// Of an inspection.
    public var parts = PartFigures()
    public var faults: Set<ViewFault> = []
    /// The camera gives no pictures now and is being opened again.
    public var isLost = false
    public var hasEnded = false
    /// Why the source ended, where that was none of its own.
    public var failure: String?
    public var latencies: [Stage: LatencyHistogram] = [:]
    /// Of the last half minute or minute.
    public var recent = RecentLatencies()

    /// Frames that came damaged, whoever found it.
    public var allDamaged: Int { counts.damaged + garbled }
    /// Frames without a picture, whoever found it.
    public var allUnreadable: Int { counts.unreadable + unreadable }

    init(name: String) { self.name = name }
}

/// Of parts, by their verdict.
public struct PartFigures: Sendable, Equatable {
    public var passed = 0
    /// Seen, and bad.
    public var failed = 0
    /// Bad because nobody looked at them.
    public var missed = 0

    public var count: Int { passed + failed + missed }

    mutating func add(_ part: PartVerdict) {
        if !part.wasInspected {
            missed += 1
        } else if part.verdict.isGood {
            passed += 1
        } else {
            failed += 1
        }
    }
}

/// Of the whole pipeline.
public struct PipelineFigures: Sendable {
    public var sources: [SourceFigures]
    /// Results that a sink could not take.
    public var sinkFailures = 0
    /// By name, in the order of the configuration.
    public var outlets: [(name: String, figures: OutletFigures)] = []
}

/// The latencies of a while ago are forgotten: what is shown is what is.
public struct RecentLatencies: Sendable {
    private var now: [Stage: LatencyHistogram] = [:]
    private var before: [Stage: LatencyHistogram] = [:]
    private var since: UInt64 = 0

    private static let span: UInt64 = 30_000_000_000

    mutating func add(_ stage: Stage, nanoseconds: UInt64, at time: UInt64) {
        if time &- since > Self.span {
            before = now
            now = [:]
            since = time
        }
        now[stage, default: LatencyHistogram()].add(nanoseconds: nanoseconds)
    }

    /// Seconds.
    public func percentile(_ share: Double, of stage: Stage) -> Double? {
        // In the first moments of a span there is little to go by.
        let recent = now[stage] ?? LatencyHistogram()
        return (recent.count >= 20 ? recent : before[stage] ?? recent).percentile(share)
    }
}
