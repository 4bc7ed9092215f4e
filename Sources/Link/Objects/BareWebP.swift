// Pictures without what both sides know.

/// A lossy WebP file (RFC 9649; its frame is that of RFC 6386) without the 27 bytes that follow from its size: the RIFF and chunk heads, the frame's start code and its sides.
public enum BareWebP {
    private static let startCode: [UInt8] = [0x9d, 0x01, 0x2a]
    private static let headBytes = 20
    private static let tagBytes = 3
    /// Bytes that are left out, but for one that fills a chunk of an odd length.
    public static let elided = 27

    /// `nil` for a file that is none, or has more than one picture in it: transparency, animation, metadata.
    public static func strip(_ file: [UInt8]) -> (bytes: [UInt8], width: Int, height: Int)? {
        guard file.count > headBytes + tagBytes + 7, Array(file[0..<4]) == Array("RIFF".utf8),
            Array(file[8..<16]) == Array("WEBPVP8 ".utf8)
        else { return nil }
        let size = Int(file[16]) | Int(file[17]) << 8 | Int(file[18]) << 16 | Int(file[19]) << 24
        let frame = file[headBytes...]
        guard size > tagBytes + 7, size <= frame.count, frame.count - size <= 1 else { return nil }
        let sides = frame.dropFirst(tagBytes + 3).prefix(4).map { Int($0) }
        // A key frame, and neither side scaled.
        guard Array(frame.dropFirst(tagBytes).prefix(3)) == startCode, file[headBytes] & 1 == 0, sides[1] < 64,
            sides[3] < 64
        else { return nil }
        let bytes = Array(file[headBytes..<headBytes + tagBytes] + file[headBytes + tagBytes + 7..<headBytes + size])
        return (bytes, sides[0] | sides[1] << 8, sides[2] | sides[3] << 8)
    }

    /// The file again, bit for bit; `nil` where it cannot be one.
    public static func file(_ bytes: [UInt8], width: Int, height: Int) -> [UInt8]? {
        guard bytes.count > tagBytes, (1..<1 << 14).contains(width), (1..<1 << 14).contains(height) else { return nil }
        let size = bytes.count + 7
        let filling = size % 2
        var file = Array("RIFF".utf8) + little(12 + size + filling, 4) + Array("WEBPVP8 ".utf8) + little(size, 4)
        file += bytes[..<tagBytes]
        file += startCode + little(width, 2) + little(height, 2)
        file += bytes[tagBytes...]
        return file + [UInt8](repeating: 0, count: filling)
    }

    private static func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
