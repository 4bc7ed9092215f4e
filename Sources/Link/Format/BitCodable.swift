// What can be said in bits.

/// Something with a fixed way into bits and back; docs/link-format.md has the bits.
protocol BitCodable: Hashable, Sendable {
    /// - Throws: `LinkError` where the bits are not what a sender of this version writes.
    init(from reader: inout BitReader) throws(LinkError)

    func write(to writer: inout BitWriter)
}

extension BitCodable {
    /// How long it is. Complexity: as writing it.
    var bitCount: Int {
        var writer = BitWriter()
        write(to: &writer)
        return writer.count
    }
}
