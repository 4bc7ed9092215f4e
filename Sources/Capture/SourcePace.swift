// How fast a file's frames are given.

public enum SourcePace: Hashable, Sendable {
    /// With the times between frames that they were taken with; those without a time at once.
    case recorded
    case fastest
}

/// Keeps frames back until their turn has come.
struct FramePacer {
    private let pace: SourcePace
    /// What the monotonic clock showed when the first frame was given, less that frame's own time.
    private var shift: UInt64?

    init(_ pace: SourcePace) { self.pace = pace }

    /// Waits until the turn of a frame of this time has come; `false` when that takes longer than `milliseconds`.
    mutating func pause(before time: UInt64?, within milliseconds: Int) -> Bool {
        guard pace == .recorded, let time else { return true }
        let now = MonotonicClock.nanoseconds
        guard let shift else {
            shift = now &- time
            return true
        }
        let left = Int64(bitPattern: time &+ shift &- now) / 1_000_000
        // A clock that went back or jumped is not waited for.
        guard left > 0, left < 60_000 else { return true }
        MonotonicClock.sleep(milliseconds: min(Int(left), milliseconds))
        return left <= milliseconds
    }
}

extension SourcePace {
    /// The time of a file's frame of this number, counted from 0, at a steady rate; `nil` without a rate, or where that is none.
    static func time(of number: Int, rate: Double?) -> UInt64? {
        guard let rate, rate > 0 else { return nil }
        return UInt64(exactly: (Double(number) * 1e9 / rate).rounded(.down))
    }
}
