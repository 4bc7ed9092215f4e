// What takes several packets.

/// Announces an object that comes in pieces: a larger picture, a scene, tables of names.
public struct ObjectRecord: BitCodable {
    public enum Kind: Int, Sendable, CaseIterable {
        /// A picture of a track.
        case chip
        /// What a camera sees, small.
        case scene
        /// The names of classes and rules.
        case names
        case log
    }

    /// Counts a sender's objects; begins anew after 255.
    public var number: Int
    public var kind: Kind
    /// Of a chip.
    public var track: TrackTag
    /// Bytes of the whole.
    public var size: Int
    /// Pieces that it was cut into, all but the last of the same size; repair pieces come on top.
    public var pieces: Int
    /// Pixels of a picture; else 0.
    public var width: Int
    public var height: Int
    /// The first bits of SHA-256 over the whole.
    public var check: Int

    private static let numberBits = 8
    private static let kindBits = 2
    private static let sizeBits = 14
    private static let pieceBits = 7
    private static let sideBits = 9
    private static let checkBits = 16
    public static let mostBytes = 1 << sizeBits - 1
    public static let mostPieces = 1 << pieceBits

    /// `nil` where something is larger than can be told.
    public init?(
        number: Int, kind: Kind, track: TrackTag, size: Int, pieces: Int, width: Int = 0, height: Int = 0, check: Int
    ) {
        let sides = 0..<1 << Self.sideBits
        guard (1...Self.mostBytes).contains(size), (1...min(Self.mostPieces, size)).contains(pieces),
            sides.contains(width), sides.contains(height)
        else { return nil }
        self.number = number & (1 << Self.numberBits - 1)
        (self.kind, self.track, self.size, self.pieces) = (kind, track, size, pieces)
        (self.width, self.height, self.check) = (width, height, check & (1 << Self.checkBits - 1))
    }

    public var pieceBytes: Int { (size + pieces - 1) / pieces }

    init(from reader: inout BitReader) throws(LinkError) {
        let number = try reader.number(bits: Self.numberBits)
        let kind = Kind(rawValue: try reader.number(bits: Self.kindBits)) ?? .log
        let track = try TrackTag(from: &reader)
        let size = try reader.number(bits: Self.sizeBits)
        let pieces = try reader.number(bits: Self.pieceBits) + 1
        let width = try reader.number(bits: Self.sideBits)
        let height = try reader.number(bits: Self.sideBits)
        let check = try reader.number(bits: Self.checkBits)
        guard
            let object = ObjectRecord(
                number: number, kind: kind, track: track, size: size, pieces: pieces, width: width, height: height,
                check: check)
        else { throw .contradiction("an object of \(size) bytes in \(pieces) pieces") }
        self = object
    }

    func write(to writer: inout BitWriter) {
        writer.write(number, bits: Self.numberBits)
        writer.write(kind.rawValue, bits: Self.kindBits)
        track.write(to: &writer)
        writer.write(size, bits: Self.sizeBits)
        writer.write(pieces - 1, bits: Self.pieceBits)
        writer.write(width, bits: Self.sideBits)
        writer.write(height, bits: Self.sideBits)
        writer.write(check, bits: Self.checkBits)
    }
}
