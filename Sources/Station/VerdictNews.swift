// Verdicts on their way to whom they concern.
import Link

/// What operators said of a sender's tracks, told some times over, as nothing says that it came; a track that goes on being told although it is a false alarm shows that it did not.
/// Times are milliseconds of the station's clock.
struct VerdictNews {
    private struct Told {
        var verdict: VerdictRecord.Verdict
        var dueAt: Int?
        /// How often it was told.
        var count = 0
        var toldAt: Int?
    }

    private var verdicts: [Int: Told] = [:]

    /// Milliseconds from one time to the next.
    private static let pauses = [10_000, 60_000]
    /// A sender may not have heard of it yet.
    private static let patience = 20_000
    private static let most = 256

    mutating func say(_ verdict: VerdictRecord.Verdict, of track: Int, at now: Int) {
        guard verdicts[track]?.verdict != verdict else { return }
        if verdicts.count >= Self.most, verdicts[track] == nil, let oldest = verdicts.min(by: { $0.key < $1.key }) {
            verdicts[oldest.key] = nil
        }
        verdicts[track] = Told(verdict: verdict, dueAt: now)
    }

    mutating func note(_ report: Report, at now: Int) {
        guard case .update(let track) = report, let told = verdicts[track.number], told.verdict == .falseAlarm,
            told.dueAt == nil, let toldAt = told.toldAt, now - toldAt > Self.patience
        else { return }
        verdicts[track.number]?.dueAt = now
    }

    /// What is to be told now, the newest tracks first.
    func due(at now: Int) -> [VerdictRecord] {
        verdicts.filter { $0.value.dueAt.map { $0 <= now } ?? false }.sorted { $0.key > $1.key }
            .map { VerdictRecord(track: $0.key, verdict: $0.value.verdict) }
    }

    /// It was told.
    mutating func tell(_ record: VerdictRecord, at now: Int) {
        guard var told = verdicts[record.track] else { return }
        (told.toldAt, told.dueAt) = (now, told.count < Self.pauses.count ? now + Self.pauses[told.count] : nil)
        told.count += 1
        verdicts[record.track] = told
    }
}
