// What time it was when an epoch began.
import Glibc

/// Ties a sender's count to the world's time. A sender whose clock nobody has set sends none; one that learns the time sends it then, and all
/// that it said before has its time too.
public struct ClockRecord: BitCodable {
    /// How many epochs before the packet's own; 0: that one.
    public let epochsBack: Int
    /// Milliseconds since 1970 (UTC) at the begin of the epoch.
    public let began: Int
    private let doubtStep: Int

    private static let epochBits = 8
    private static let beganBits = 43
    private static let doubtBits = 4

    /// - Parameter doubt: milliseconds that `began` may be off.
    public init?(epochsBack: Int = 0, began: Int, doubt: Int) {
        guard (0..<1 << Self.epochBits).contains(epochsBack), (0..<1 << Self.beganBits).contains(began) else {
            return nil
        }
        (self.epochsBack, self.began) = (epochsBack, began)
        let bits = Int.bitWidth - max(doubt - 1, 0).leadingZeroBitCount
        doubtStep = min(bits, 1 << Self.doubtBits - 1)
    }

    /// Milliseconds, the next power of 2; 32,768 also stands for more.
    public var doubt: Int { 1 << doubtStep }

    init(from reader: inout BitReader) throws(LinkError) {
        epochsBack = try reader.number(bits: Self.epochBits)
        began = try reader.number(bits: Self.beganBits)
        doubtStep = try reader.number(bits: Self.doubtBits)
    }

    func write(to writer: inout BitWriter) {
        writer.write(epochsBack, bits: Self.epochBits)
        writer.write(began, bits: Self.beganBits)
        writer.write(doubtStep, bits: Self.doubtBits)
    }
}
