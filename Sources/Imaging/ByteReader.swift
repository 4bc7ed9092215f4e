// Bounds-checked reading of numbers from hostile bytes.

/// Positions count from the start of the slice; whatever does not lie inside reads as nil.
struct ByteReader {
    private let bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    func byte(at position: Int) -> UInt8? {
        guard position >= 0, position < bytes.count else { return nil }
        return bytes[bytes.startIndex + position]
    }

    func slice(from position: Int, count: Int) -> ArraySlice<UInt8>? {
        guard position >= 0, count >= 0, position <= bytes.count, count <= bytes.count - position else { return nil }
        return bytes[bytes.startIndex + position..<bytes.startIndex + position + count]
    }

    func uint16(at position: Int, bigEndian: Bool) -> UInt16? {
        number(at: position, count: 2, bigEndian: bigEndian).map { UInt16($0) }
    }

    func uint32(at position: Int, bigEndian: Bool) -> UInt32? { number(at: position, count: 4, bigEndian: bigEndian) }

    private func number(at position: Int, count: Int, bigEndian: Bool) -> UInt32? {
        guard let part = slice(from: position, count: count) else { return nil }
        var value: UInt32 = 0
        if bigEndian {
            for byte in part { value = value << 8 | UInt32(byte) }
        } else {
            for byte in part.reversed() { value = value << 8 | UInt32(byte) }
        }
        return value
    }
}
