// What lay in the spool for longer than an age can tell.

/// The ages behind it in its packet count from another time than that of the packet.
public struct EarlierRecord: BitCodable {
    /// How many epochs back that time is; 0: in this one.
    public var epochsBack: Int
    /// Seconds of that epoch.
    public var seconds: Int

    private static let epochBits = 8
    private static let secondBits = 26

    /// `nil` for more epochs or seconds (2 years) than can be told.
    public init?(epochsBack: Int, seconds: Int) {
        guard (0..<1 << Self.epochBits).contains(epochsBack), (0..<1 << Self.secondBits).contains(seconds) else {
            return nil
        }
        (self.epochsBack, self.seconds) = (epochsBack, seconds)
    }

    init(from reader: inout BitReader) throws(LinkError) {
        epochsBack = try reader.number(bits: Self.epochBits)
        seconds = try reader.number(bits: Self.secondBits)
    }

    func write(to writer: inout BitWriter) {
        writer.write(epochsBack, bits: Self.epochBits)
        writer.write(seconds, bits: Self.secondBits)
    }
}
