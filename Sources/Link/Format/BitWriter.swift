// Numbers of any number of bits, one behind the other.

/// Writes bits into bytes, the most significant first.
struct BitWriter {
    private(set) var bytes: [UInt8] = []
    /// Bits that are written; the rest of the last byte is zero.
    private(set) var count = 0

    /// Writes the lower `bits` bits of `value`. Complexity: O(bits / 8).
    mutating func write(_ value: UInt64, bits: Int) {
        precondition((0...64).contains(bits) && (bits == 64 || value >> UInt64(bits) == 0))
        var left = bits
        while left > 0 {
            if count & 7 == 0 { bytes.append(0) }
            let room = 8 - count & 7
            let taken = min(room, left)
            let part = UInt8(truncatingIfNeeded: value >> UInt64(left - taken)) & UInt8(0xff >> (8 - taken))
            bytes[bytes.count - 1] |= part << UInt8(room - taken)
            count += taken
            left -= taken
        }
    }

    mutating func write(_ value: Int, bits: Int) { write(UInt64(value), bits: bits) }

    /// Two's complement.
    mutating func write(signed value: Int, bits: Int) {
        precondition(value >= -(1 << (bits - 1)) && value < 1 << (bits - 1))
        write(UInt64(bitPattern: Int64(value)) & (1 << UInt64(bits) - 1), bits: bits)
    }

    mutating func write(bytes more: [UInt8]) { for byte in more { write(Int(byte), bits: 8) } }

    /// Goes on with the next byte.
    mutating func fillByte() { count = bytes.count * 8 }
}
