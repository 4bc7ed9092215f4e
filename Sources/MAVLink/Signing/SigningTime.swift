// The times of signatures.

/// A time of 48 bits: steps of 10 microseconds since 1 January 2015 (UTC).
public struct SigningTime: Hashable, Comparable, Sendable {
    public let steps: UInt64

    private static let bits = 48
    private static let began: Int64 = 1_420_070_400_000_000
    /// One minute.
    static let patience: UInt64 = 6_000_000

    /// What does not fit is as late as can be.
    public init(steps: UInt64) { self.steps = min(steps, 1 << Self.bits - 1) }

    /// The begin of 2015 for all times before it.
    public init(unixMicroseconds: Int64) {
        let (since, isOver) = unixMicroseconds.subtractingReportingOverflow(Self.began)
        self.init(steps: isOver ? 0 : UInt64(max(since, 0)) / 10)
    }

    init(bytes: some Sequence<UInt8>) {
        steps = bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    var bytes: [UInt8] { (0..<6).map { UInt8(truncatingIfNeeded: steps >> (8 * $0)) } }

    var next: SigningTime { SigningTime(steps: steps + 1) }

    public static func < (one: SigningTime, other: SigningTime) -> Bool { one.steps < other.steps }
}
