// Makes PNG files of every colour type and depth by hand, with stored (uncompressed) data, so that the reader is tested against the format itself.

/// A PNG file put together chunk by chunk.
struct PNGBuilder {
    private(set) var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    init(width: Int, height: Int, depth: Int, colourType: Int, interlaced: Bool = false) {
        chunk(
            "IHDR", Self.long(width) + Self.long(height) + [UInt8(depth), UInt8(colourType), 0, 0, interlaced ? 1 : 0])
    }

    mutating func chunk(_ name: String, _ content: [UInt8]) {
        let body = Array(name.utf8) + content
        file += Self.long(content.count) + body + Self.long(Int(Self.crc(body)))
    }

    /// Rows as stored, each of them preceded by filter 0.
    mutating func image(_ rows: [[UInt8]]) {
        let raw: [UInt8] = rows.flatMap { (row: [UInt8]) -> [UInt8] in [0] + row }
        let count = [UInt8(raw.count & 255), UInt8(raw.count >> 8)]
        var a: UInt32 = 1
        var b: UInt32 = 0
        for byte in raw {
            a = (a + UInt32(byte)) % 65521
            b = (b + a) % 65521
        }
        let sum = Self.long(Int(b << 16 | a))
        var stored: [UInt8] = [0x78, 0x01, 0x01]
        stored += count
        stored += count.map { ~$0 }
        stored += raw
        chunk("IDAT", stored + sum)
        chunk("IEND", [])
    }

    static func long(_ value: Int) -> [UInt8] {
        [UInt8(value >> 24 & 255), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
    }

    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        var crc = UInt32.max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }
}
