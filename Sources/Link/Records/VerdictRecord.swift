// What an operator says of a track.

public struct VerdictRecord: BitCodable {
    public enum Verdict: Int, Sendable, CaseIterable {
        /// Somebody has seen it.
        case seen
        case confirmed
        /// It is nothing.
        case falseAlarm
        /// What was said before does not hold.
        case open
    }

    public var track: TrackTag
    public var verdict: Verdict

    private static let bits = 2

    public init(track: TrackTag, verdict: Verdict) { (self.track, self.verdict) = (track, verdict) }

    init(from reader: inout BitReader) throws(LinkError) {
        track = try TrackTag(from: &reader)
        verdict = Verdict(rawValue: try reader.number(bits: Self.bits)) ?? .open
    }

    func write(to writer: inout BitWriter) {
        track.write(to: &writer)
        writer.write(verdict.rawValue, bits: Self.bits)
    }
}
