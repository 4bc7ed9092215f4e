// What lay in the spool for longer than an age can tell.

/// The ages behind it in its packet count from another time than that of the packet, and the tags belong to the numbers of that time.
public struct EarlierRecord: BitCodable {
    /// How many epochs back that time is; 0: in this one.
    public let epochsBack: Int
    /// Seconds of that epoch.
    public let seconds: Int
    /// Of the running numbers of all tracks behind it, without their last 10 bits.
    public let trackBase: Int

    private static let epochBits = 8
    private static let secondBits = 26
    private static let trackBits = 22

    /// `nil` for more epochs or seconds (2 years) than can be told.
    public init?(epochsBack: Int, seconds: Int, track: Int) {
        guard (0..<1 << Self.epochBits).contains(epochsBack), (0..<1 << Self.secondBits).contains(seconds) else {
            return nil
        }
        (self.epochsBack, self.seconds) = (epochsBack, seconds)
        trackBase = (track >> TrackTag.bits & (1 << Self.trackBits - 1)) << TrackTag.bits
    }

    init(from reader: inout BitReader) throws(LinkError) {
        epochsBack = try reader.number(bits: Self.epochBits)
        seconds = try reader.number(bits: Self.secondBits)
        trackBase = try reader.number(bits: Self.trackBits) << TrackTag.bits
    }

    func write(to writer: inout BitWriter) {
        writer.write(epochsBack, bits: Self.epochBits)
        writer.write(seconds, bits: Self.secondBits)
        writer.write(trackBase >> TrackTag.bits, bits: Self.trackBits)
    }
}
