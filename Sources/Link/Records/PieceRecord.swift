// A piece of an object.

/// A piece of what an `ObjectRecord` announced, or one that repairs the loss of others.
public struct PieceRecord: BitCodable {
    public let object: Int
    /// From 0; those from the object's `pieces` on are for repair.
    public let index: Int
    public let bytes: [UInt8]

    private static let numberBits = 8
    private static let countBits = 8
    public static let mostBytes = 1 << countBits

    /// `nil` for none or more than 256 bytes, or an index above 255.
    public init?(object: Int, index: Int, bytes: [UInt8]) {
        guard (1...Self.mostBytes).contains(bytes.count), (0..<1 << Self.numberBits).contains(index) else { return nil }
        (self.object, self.index, self.bytes) = (object & (1 << Self.numberBits - 1), index, bytes)
    }

    init(from reader: inout BitReader) throws(LinkError) {
        object = try reader.number(bits: Self.numberBits)
        index = try reader.number(bits: Self.numberBits)
        bytes = try reader.bytes(try reader.number(bits: Self.countBits) + 1)
    }

    func write(to writer: inout BitWriter) {
        writer.write(object, bits: Self.numberBits)
        writer.write(index, bits: Self.numberBits)
        writer.write(bytes.count - 1, bits: Self.countBits)
        writer.write(bytes: bytes)
    }
}
