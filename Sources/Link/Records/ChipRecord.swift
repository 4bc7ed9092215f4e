// A first look at a track.

/// A small picture of a track that fits one packet: WebP without its container. Always the last record of its packet, from the next byte on.
public struct ChipRecord: BitCodable {
    public var track: TrackTag
    /// Pixels.
    public let width: Int
    public let height: Int
    public let bytes: [UInt8]

    /// Sides that a first look may have.
    public static let sides = [16, 20, 24, 32, 40, 48, 64, 80]
    private static let sideBits = 3
    /// Of a picture so that its packet fits the smallest modem's frame.
    public static let usualBytes = 219

    /// `nil` for other sides, and without a picture.
    public init?(track: TrackTag, width: Int, height: Int, bytes: [UInt8]) {
        guard Self.sides.contains(width), Self.sides.contains(height), !bytes.isEmpty else { return nil }
        (self.track, self.width, self.height, self.bytes) = (track, width, height, bytes)
    }

    init(from reader: inout BitReader) throws(LinkError) {
        track = try TrackTag(from: &reader)
        width = Self.sides[try reader.number(bits: Self.sideBits)]
        height = Self.sides[try reader.number(bits: Self.sideBits)]
        bytes = try reader.restOfBytes()
        guard !bytes.isEmpty else { throw .short }
    }

    func write(to writer: inout BitWriter) {
        track.write(to: &writer)
        for side in [width, height] { writer.write(Self.sides.firstIndex(of: side) ?? 0, bits: Self.sideBits) }
        writer.fillByte()
        writer.write(bytes: bytes)
    }
}
