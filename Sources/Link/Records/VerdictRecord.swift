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

    /// The running number; the way down may take long.
    public let track: Int
    public let verdict: Verdict

    private static let trackBits = 32
    private static let bits = 2

    public init(track: Int, verdict: Verdict) {
        (self.track, self.verdict) = (track & (1 << Self.trackBits - 1), verdict)
    }

    init(from reader: inout BitReader) throws(LinkError) {
        track = try reader.number(bits: Self.trackBits)
        verdict = Verdict(rawValue: try reader.number(bits: Self.bits)) ?? .open
    }

    func write(to writer: inout BitWriter) {
        writer.write(track, bits: Self.trackBits)
        writer.write(verdict.rawValue, bits: Self.bits)
    }
}
