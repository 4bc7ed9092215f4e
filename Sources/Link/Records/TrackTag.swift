// Which track.

/// The last 10 bits of a track's running number. Who knows roughly where the numbers are knows the whole.
public struct TrackTag: BitCodable {
    public let low: Int

    static let bits = 10
    private static let count = 1 << bits

    public init(of number: Int) { low = number & (Self.count - 1) }

    /// The number with these bits that is nearest to one that is known; of two as near the larger.
    public func number(near known: Int) -> Int {
        let candidate = known & ~(Self.count - 1) | low
        let half = Self.count / 2
        if candidate - known > half { return max(candidate - Self.count, low) }
        if known - candidate >= half { return candidate + Self.count }
        return candidate
    }

    init(from reader: inout BitReader) throws(LinkError) { low = try reader.number(bits: Self.bits) }
    func write(to writer: inout BitWriter) { writer.write(low, bits: Self.bits) }
}
