// The end of a track.

/// A tombstone: nothing follows with this number.
public struct GoneRecord: BitCodable {
    public enum Reason: Int, Sendable, CaseIterable {
        /// It was not seen for too long.
        case lost
        /// It was the same as another one.
        case merged
        /// Somebody said that it is nothing.
        case dismissed
        /// The sender stops.
        case stopped
    }

    public var track: TrackTag
    public var reason: Reason
    /// Since it was seen last.
    public var age: Age

    private static let reasonBits = 2

    public init(track: TrackTag, reason: Reason, age: Age) {
        (self.track, self.reason, self.age) = (track, reason, age)
    }

    init(from reader: inout BitReader) throws(LinkError) {
        track = try TrackTag(from: &reader)
        reason = Reason(rawValue: try reader.number(bits: Self.reasonBits)) ?? .lost
        age = try Age(from: &reader)
    }

    func write(to writer: inout BitWriter) {
        track.write(to: &writer)
        writer.write(reason.rawValue, bits: Self.reasonBits)
        age.write(to: &writer)
    }
}
