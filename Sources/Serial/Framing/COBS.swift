// Packets on a stream of bytes, with zeros between them.

/// Consistent Overhead Byte Stuffing (Cheshire and Baker, 1999): a packet without zeros in it, and a zero behind it.
/// For radios that carry any bytes, such as SiK, RFD900 and E22 in transparent mode.
public enum COBS {
    /// Longer packets are refused on both sides.
    public static let mostBytes = 1200

    /// Bytes that a packet takes at most: 1 in 254 more, and two.
    public static func mostEncodedBytes(_ count: Int) -> Int { count + count / 254 + 2 }

    /// - Returns: `nil` for an empty packet and for more than 1200 bytes.
    public static func encoded(_ packet: [UInt8]) -> [UInt8]? {
        guard (1...mostBytes).contains(packet.count) else { return nil }
        var bytes: [UInt8] = [0]
        bytes.reserveCapacity(mostEncodedBytes(packet.count))
        // Where the count of the block stands that is being written.
        var place = 0
        for (index, byte) in packet.enumerated() {
            if byte != 0 { bytes.append(byte) }
            let count = bytes.count - place
            let isFull = count == 255 && index < packet.count - 1
            if byte == 0 || isFull {
                bytes[place] = UInt8(truncatingIfNeeded: count)
                place = bytes.count
                bytes.append(0)
            }
        }
        bytes[place] = UInt8(truncatingIfNeeded: bytes.count - place)
        bytes.append(0)
        return bytes
    }

    /// - Parameter block: without the zero behind it.
    /// - Returns: `nil` for what no packet becomes.
    static func decoded(_ block: [UInt8]) -> [UInt8]? {
        var packet: [UInt8] = []
        packet.reserveCapacity(block.count)
        var place = 0
        while place < block.count {
            let count = Int(block[place])
            guard count > 0, place + count <= block.count else { return nil }
            packet += block[place + 1..<place + count]
            place += count
            if count < 255, place < block.count { packet.append(0) }
        }
        return packet.isEmpty || packet.count > mostBytes ? nil : packet
    }
}

/// Takes any pieces of a stream and gives its packets. Noise spoils the packet that it hits; a packet's own check must
/// tell.
///
/// Keeps at most 1206 bytes.
public struct COBSReader: Sendable {
    private var block: [UInt8] = []
    private var isTooLong = false
    /// Blocks that are none of ours.
    public private(set) var broken = 0

    public init() {}

    /// The packets that end in these bytes. Complexity: O(bytes).
    public mutating func read(_ bytes: some Sequence<UInt8>) -> [[UInt8]] {
        var packets: [[UInt8]] = []
        for byte in bytes {
            if byte != 0 {
                if block.count < COBS.mostEncodedBytes(COBS.mostBytes) { block.append(byte) } else { isTooLong = true }
                continue
            }
            if !block.isEmpty {
                if !isTooLong, let packet = COBS.decoded(block) { packets.append(packet) } else { broken += 1 }
            }
            block.removeAll(keepingCapacity: true)
            isTooLong = false
        }
        return packets
    }
}
