// A line for people.

/// STATUSTEXT (253): a text, or a piece of one, that ground stations show.
public struct StatusText: MAVLinkMessage {
    public static let id: UInt32 = 253
    public static let crcExtra: UInt8 = 83
    public static let length = 54

    /// MAV_SEVERITY: 0 emergency to 7 debug.
    public var severity: UInt8
    /// 50 bytes of UTF-8, cut anywhere; the rest is zeros.
    public var text: [UInt8]
    /// The same in all pieces of a text; 0 where it is the only one.
    public var number: UInt16
    /// From 0; one with a zero in its text is the last.
    public var piece: UInt8

    private static let textBytes = 50
    private static let mostPieces = 256

    /// A text in pieces.
    ///
    /// - Parameters:
    ///   - text: what is longer than 12,799 bytes is cut; zeros are left out.
    ///   - number: not 0, and another one for the next text.
    public static func pieces(of text: String, severity: UInt8, number: UInt16) -> [StatusText] {
        let bytes = text.utf8.filter { $0 != 0 }.prefix(textBytes * mostPieces - 1)
        guard bytes.count > textBytes else {
            return [StatusText(severity: severity, text: Array(bytes), number: 0, piece: 0)]
        }
        // Where the last one is full, an empty one follows, as a zero must tell the end.
        return (0...bytes.count / textBytes).map { index in
            let piece = bytes.dropFirst(index * textBytes).prefix(textBytes)
            return StatusText(
                severity: severity, text: Array(piece), number: number, piece: UInt8(truncatingIfNeeded: index))
        }
    }
}

extension StatusText {
    public init(from reader: inout PayloadReader) {
        severity = reader.integer()
        text = reader.bytes(Self.textBytes)
        number = reader.integer()
        piece = reader.integer()
    }

    public func write(to writer: inout PayloadWriter) {
        writer.write(severity)
        writer.write(text, count: Self.textBytes)
        writer.write(number)
        writer.write(piece)
    }
}
