// Numbers of any number of bits out of bytes.

/// Reads what `BitWriter` wrote; never past the end.
struct BitReader {
    private let bytes: [UInt8]
    private(set) var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var left: Int { bytes.count * 8 - position }

    /// - Throws: `LinkError.short` where fewer bits are left. Complexity: O(bits / 8).
    mutating func read(bits: Int) throws(LinkError) -> UInt64 {
        guard bits <= left else { throw .short }
        var value: UInt64 = 0
        var wanted = bits
        while wanted > 0 {
            let room = 8 - position & 7
            let taken = min(room, wanted)
            let byte = bytes[position >> 3]
            let part = byte >> UInt8(room - taken) & UInt8(0xff >> (8 - taken))
            value = value << UInt64(taken) | UInt64(part)
            position += taken
            wanted -= taken
        }
        return value
    }

    mutating func number(bits: Int) throws(LinkError) -> Int { Int(try read(bits: bits)) }

    /// Two's complement.
    mutating func signed(bits: Int) throws(LinkError) -> Int {
        let value = try number(bits: bits)
        return value >> (bits - 1) == 0 ? value : value - 1 << bits
    }

    mutating func bytes(_ count: Int) throws(LinkError) -> [UInt8] {
        guard count * 8 <= left else { throw .short }
        var read: [UInt8] = []
        read.reserveCapacity(count)
        for _ in 0..<count { read.append(UInt8(try number(bits: 8))) }
        return read
    }

    /// All from the next byte on.
    ///
    /// - Throws: `LinkError.contradiction` where bits before it are set.
    mutating func restOfBytes() throws(LinkError) -> [UInt8] {
        guard try read(bits: -position & 7) == 0 else { throw .contradiction("filling that is not zero") }
        defer { position = bytes.count * 8 }
        return Array(bytes[(position >> 3)...])
    }
}
