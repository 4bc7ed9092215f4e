// A rule that fits an object.

/// What somebody asked to be told of: an alert, never put together with another one.
public struct EventRecord: BitCodable {
    /// The event's running number, which tells a repeated one from a new one.
    public let number: Int
    /// A number of the sender's table of rules.
    public let rule: Int
    public let track: TrackTag
    public let age: Age

    private static let numberBits = 32
    private static let ruleBits = 5

    public init(number: Int, rule: Int, track: TrackTag, age: Age) {
        self.number = number & (1 << Self.numberBits - 1)
        self.rule = min(max(rule, 0), 1 << Self.ruleBits - 1)
        (self.track, self.age) = (track, age)
    }

    init(from reader: inout BitReader) throws(LinkError) {
        number = try reader.number(bits: Self.numberBits)
        rule = try reader.number(bits: Self.ruleBits)
        track = try TrackTag(from: &reader)
        age = try Age(from: &reader)
    }

    func write(to writer: inout BitWriter) {
        writer.write(number, bits: Self.numberBits)
        writer.write(rule, bits: Self.ruleBits)
        track.write(to: &writer)
        age.write(to: &writer)
    }
}
