// Which packets came.

/// What a receiver has, and has on its disk. Each is named: nothing counts as received that was not.
public struct ReceiptRecord: BitCodable {
    /// The last 8 bits of the sender's epoch.
    public let epoch: Int
    /// How long the newest of them was here when this was sent.
    public let held: Age
    /// The last 32 bits of each packet's counter, the newest first, each at most 65,536 after the next.
    public let counters: [Int]

    private static let epochBits = 8
    private static let counterBits = 32
    static let counterMask = 1 << counterBits - 1
    private static let countBits = 5
    public static let most = 1 << countBits
    private static let widthBits = 2
    static let farthest = 1 << 16
    /// Bits of the distance to the next, less 1.
    private static let widths = [4, 7, 10, 16]

    /// `nil` for none, more than 32, or some that do not fall.
    public init?(epoch: Int, held: Age, counters: [Int]) {
        guard (1...Self.most).contains(counters.count),
            zip(counters, counters.dropFirst()).allSatisfy({ $0 > $1 && $0 - $1 <= Self.farthest })
        else { return nil }
        self.epoch = epoch & (1 << Self.epochBits - 1)
        self.held = held
        self.counters = counters.map { $0 & (1 << Self.counterBits - 1) }
    }

    init(from reader: inout BitReader) throws(LinkError) {
        epoch = try reader.number(bits: Self.epochBits)
        held = try Age(from: &reader)
        let count = try reader.number(bits: Self.countBits) + 1
        var counters = [try reader.number(bits: Self.counterBits)]
        while counters.count < count {
            let width = Self.widths[try reader.number(bits: Self.widthBits)]
            let distance = try reader.number(bits: width) + 1
            counters.append((counters[counters.count - 1] - distance) & (1 << Self.counterBits - 1))
        }
        self.counters = counters
    }

    func write(to writer: inout BitWriter) {
        writer.write(epoch, bits: Self.epochBits)
        held.write(to: &writer)
        writer.write(counters.count - 1, bits: Self.countBits)
        writer.write(counters[0], bits: Self.counterBits)
        for (newer, older) in zip(counters, counters.dropFirst()) {
            let distance = (newer - older - 1) & (1 << Self.counterBits - 1)
            let place = Self.widths.firstIndex { distance >> $0 == 0 } ?? Self.widths.count - 1
            writer.write(place, bits: Self.widthBits)
            writer.write(distance, bits: Self.widths[place])
        }
    }
}
