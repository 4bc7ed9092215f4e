// A part on its way past the camera.

/// A part, before its verdict.
struct Part: Sendable, Equatable {
    /// Counts parts, from 1.
    let number: Int
    /// When it was noticed, in nanoseconds of the monotonic clock.
    let triggered: UInt64
}

/// What is said of a part.
public struct PartVerdict: Sendable {
    public var number: Int
    public var serial: String
    public var verdict: Verdict
    /// It was seen, well or badly.
    public var wasInspected: Bool
}

/// Whether a part is good.
public struct Verdict: Sendable, Equatable {
    /// Why it is bad; empty for a good part.
    public var reasons: [String]
    public var isGood: Bool { reasons.isEmpty }
}
