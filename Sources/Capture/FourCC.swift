// The names of frame formats.

/// Four characters that name how a frame's bytes lie, as V4L2 has them.
public struct FourCC: Hashable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    public let code: UInt32

    public init(code: UInt32) { self.code = code }

    /// Shorter names are filled with spaces; what is behind the fourth character is left out.
    public init(stringLiteral name: String) {
        let bytes = Array((name + "    ").utf8.prefix(4))
        code = bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// As v4l2-ctl writes it: the four characters, and `-BE` where the highest bit says big-endian.
    public var description: String {
        let characters = (0..<4).map { place -> Character in
            let byte = UInt8(truncatingIfNeeded: code >> (8 * UInt32(place))) & 0x7f
            return byte >= 32 && byte < 127 ? Character(Unicode.Scalar(byte)) : "?"
        }
        var name = String(characters)
        while name.hasSuffix(" ") { name.removeLast() }
        return code >> 31 == 1 ? name + "-BE" : name
    }
}
