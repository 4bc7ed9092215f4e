// Which track.

/// The last 10 bits of a track's running number. Who knows roughly where the numbers are knows the whole.
public struct TrackTag: BitCodable {
    public let low: Int

    static let bits = 10

    public init(of number: Int) { low = number & (1 << Self.bits - 1) }

    /// The number with these bits that is nearest to one that is known; of two as near the larger, and none below 0.
    public func number(near known: Int) -> Int {
        let count = 1 << Self.bits
        let candidate = known & ~(count - 1) | low
        if candidate - known > count / 2 { return max(candidate - count, low) }
        return known - candidate >= count / 2 ? candidate + count : candidate
    }

    init(from reader: inout BitReader) throws(LinkError) { low = try reader.number(bits: Self.bits) }
    func write(to writer: inout BitWriter) { writer.write(low, bits: Self.bits) }
}
