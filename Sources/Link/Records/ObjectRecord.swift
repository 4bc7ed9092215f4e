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
    }

    /// Counts a sender's objects; begins anew after 255.
    public let number: Int
    public let kind: Kind
    /// Of a picture: how good, from 0 to 3.
    public let level: Int
    /// Of a chip; of a scene the camera's number.
    public let track: TrackTag
    /// Bytes of the whole.
    public let size: Int
    /// Pieces that it was cut into, all but the last of the same size; repair pieces come on top.
    public let pieces: Int
    /// Pixels of a picture; else 0.
    public let width: Int
    public let height: Int
    /// The first bits of SHA-256 over the whole.
    public let check: Int

    private static let numberBits = 8
    private static let kindBits = 3
    private static let levelBits = 2
    private static let sizeBits = 14
    private static let pieceBits = 7
    private static let sideBits = 9
    public static let checkBits = 16
    public static let mostBytes = 1 << sizeBits - 1
    public static let mostPieces = 1 << pieceBits

    /// `nil` where something is larger than can be told.
    public init?(
        number: Int, kind: Kind, level: Int = 0, track: TrackTag, size: Int, pieces: Int, width: Int = 0,
        height: Int = 0, check: Int
    ) {
        let sides = 0..<1 << Self.sideBits
        guard (1...Self.mostBytes).contains(size), (1...Self.mostPieces).contains(pieces),
            Self.isCut(size, into: pieces), sides.contains(width), sides.contains(height),
            (0..<1 << Self.levelBits).contains(level)
        else { return nil }
        self.number = number & (1 << Self.numberBits - 1)
        (self.kind, self.level) = (kind, level)
        (self.track, self.size, self.pieces) = (track, size, pieces)
        (self.width, self.height, self.check) = (width, height, check & (1 << Self.checkBits - 1))
    }

    public var isPicture: Bool { kind == .chip || kind == .scene }

    static func check(_ bytes: [UInt8]) throws(SealingError) -> Int {
        Int(try Digest.first32(of: bytes) >> UInt32(32 - checkBits))
    }

    /// Of each piece but the last.
    public var pieceBytes: Int { Self.pieceBytes(size, pieces) }

    private static func pieceBytes(_ size: Int, _ pieces: Int) -> Int { (size + pieces - 1) / pieces }

    /// No piece is empty, and none larger than a record takes.
    private static func isCut(_ size: Int, into pieces: Int) -> Bool {
        let bytes = pieceBytes(size, pieces)
        return bytes <= PieceRecord.mostBytes && (pieces - 1) * bytes < size
    }

    init(from reader: inout BitReader) throws(LinkError) {
        let number = try reader.number(bits: Self.numberBits)
        guard let kind = Kind(rawValue: try reader.number(bits: Self.kindBits)) else {
            throw .contradiction("an object of a kind that is none")
        }
        let level = try reader.number(bits: Self.levelBits)
        let track = try TrackTag(from: &reader)
        let size = try reader.number(bits: Self.sizeBits)
        let pieces = try reader.number(bits: Self.pieceBits) + 1
        let width = try reader.number(bits: Self.sideBits)
        let height = try reader.number(bits: Self.sideBits)
        let check = try reader.number(bits: Self.checkBits)
        guard
            let object = ObjectRecord(
                number: number, kind: kind, level: level, track: track, size: size, pieces: pieces, width: width,
                height: height,
                check: check)
        else { throw .contradiction("an object of \(size) bytes in \(pieces) pieces") }
        self = object
    }

    func write(to writer: inout BitWriter) {
        writer.write(number, bits: Self.numberBits)
        writer.write(kind.rawValue, bits: Self.kindBits)
        writer.write(level, bits: Self.levelBits)
        track.write(to: &writer)
        writer.write(size, bits: Self.sizeBits)
        writer.write(pieces - 1, bits: Self.pieceBits)
        writer.write(width, bits: Self.sideBits)
        writer.write(height, bits: Self.sideBits)
        writer.write(check, bits: Self.checkBits)
    }
}
