// How many packets there were.

/// Lets a receiver count what was lost: counters have gaps of their own.
public struct TallyRecord: BitCodable {
    /// Packets that were sent in this epoch before this one, modulo 65,536.
    public let packets: Int

    private static let bits = 16

    public init(packets: Int) { self.packets = packets & (1 << Self.bits - 1) }

    /// Packets from an earlier tally to this one.
    public func packets(since earlier: TallyRecord) -> Int { (packets - earlier.packets) & (1 << Self.bits - 1) }

    init(from reader: inout BitReader) throws(LinkError) { packets = try reader.number(bits: Self.bits) }
    func write(to writer: inout BitWriter) { writer.write(packets, bits: Self.bits) }
}
