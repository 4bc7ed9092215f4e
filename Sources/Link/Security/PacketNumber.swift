// Which packet it is, and when it was sent.

/// Who sends.
public struct SenderID: Hashable, Sendable {
    public let value: UInt32

    public init(_ value: UInt32) { self.value = value }

    /// All that small packets tell of it.
    static let hintBits = 3
    var hint: Int { Int(value) & (1 << Self.hintBits - 1) }
}

/// An epoch and a counter in it: each pair is used once.
///
/// A sender's epoch is one more each time that it starts, and on its disk before its first packet goes out.
public struct PacketNumber: Hashable, Sendable, Comparable {
    public let epoch: UInt32
    /// Steps of 20 ms since the epoch began, or more where packets come faster: it tells when its packet was sent.
    public let counter: UInt64

    static let counterBits = 40
    /// All that small packets tell of it.
    static let lowBits = 16
    public static let mostCounter: UInt64 = 1 << UInt64(counterBits) - 1

    public static let millisecondsPerStep = 20

    public init(epoch: UInt32, counter: UInt64) { (self.epoch, self.counter) = (epoch, counter) }

    public var low: Int { Int(counter & (1 << UInt64(Self.lowBits) - 1)) }

    /// Milliseconds from the begin of the epoch until the packet was sent.
    public var milliseconds: Int { Int(counter) * Self.millisecondsPerStep }

    public static func < (a: PacketNumber, b: PacketNumber) -> Bool { (a.epoch, a.counter) < (b.epoch, b.counter) }
}

/// Gives each packet its number.
struct PacketCounter: Sendable {
    private let epoch: UInt32
    private var last: UInt64?

    /// Steps by which numbers may be ahead of the time: they tell it.
    private static let mostAhead: UInt64 = 50

    init(epoch: UInt32) { self.epoch = epoch }

    /// The number of a packet that is sent now; `nil` where it would be a second ahead, and when an epoch's numbers are used up, after 697
    /// years.
    mutating func next(at milliseconds: Int) -> PacketNumber? {
        let step = UInt64(max(milliseconds, 0) / PacketNumber.millisecondsPerStep)
        let counter = max(step, last.map { $0 + 1 } ?? 0)
        guard counter <= step + Self.mostAhead, counter <= PacketNumber.mostCounter else { return nil }
        last = counter
        return PacketNumber(epoch: epoch, counter: counter)
    }
}
