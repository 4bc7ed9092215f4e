// The sum that ends each frame.

/// CRC-16/MCRF4XX: the polynomial of X.25 in its reflected form, 0xFFFF at first, nothing added at the end.
struct MAVLinkChecksum {
    private(set) var value: UInt16 = 0xffff

    private static let polynomial: UInt16 = 0x8408

    private static let table: [UInt16] = (0..<256).map { index in
        (0..<8).reduce(UInt16(index)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ polynomial : sum >> 1 }
    }

    mutating func add(_ byte: UInt8) {
        value = value >> 8 ^ Self.table[Int(UInt8(truncatingIfNeeded: value) ^ byte)]
    }

    mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { add(byte) }
    }
}
