// A part's verdict.

/// What became of a part that was inspected.
public struct PartRecord: BitCodable {
    /// The last 32 bits of the part's number.
    public let number: Int
    public let isGood: Bool
    public let wasInspected: Bool
    /// The first reason why it is bad, as a number of the sender's table of rules; `nil` where it is good or the table has no such reason.
    public let reason: Int?
    public let age: Age

    private static let numberBits = 32
    private static let reasonBits = 5
    private static let noReason = 1 << reasonBits - 1

    public init(number: Int, isGood: Bool, wasInspected: Bool, reason: Int?, age: Age) {
        self.number = number & (1 << Self.numberBits - 1)
        (self.isGood, self.wasInspected, self.age) = (isGood, wasInspected, age)
        self.reason = reason.flatMap { (0..<Self.noReason).contains($0) ? $0 : nil }
    }

    init(from reader: inout BitReader) throws(LinkError) {
        number = try reader.number(bits: Self.numberBits)
        isGood = try reader.number(bits: 1) == 1
        wasInspected = try reader.number(bits: 1) == 1
        let told = try reader.number(bits: Self.reasonBits)
        reason = told == Self.noReason ? nil : told
        age = try Age(from: &reader)
    }

    func write(to writer: inout BitWriter) {
        writer.write(number, bits: Self.numberBits)
        writer.write(isGood ? 1 : 0, bits: 1)
        writer.write(wasInspected ? 1 : 0, bits: 1)
        writer.write(reason ?? Self.noReason, bits: Self.reasonBits)
        age.write(to: &writer)
    }
}
