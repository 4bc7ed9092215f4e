// The time of an epoch, and the world's.
import CPlatform
import Glibc

/// Counts milliseconds from the begin of an epoch by a clock that nobody sets and that runs on while the machine sleeps.
public struct LinkClock: Sendable {
    private let began: Int

    public init() { began = Self.milliseconds(CLOCK_BOOTTIME) }

    public var now: Int { Self.milliseconds(CLOCK_BOOTTIME) - began }

    /// When the epoch began, in milliseconds since 1970 (UTC), and how many milliseconds that may be off; `nil` where the machine does not know
    /// what time it is.
    public var worldTime: (began: Int, doubt: Int)? {
        let utc = Self.milliseconds(CLOCK_REALTIME)
        // A machine without a clock of its own begins long ago.
        guard utc > Self.leastTime else { return nil }
        let doubt = arete_clock_doubt()
        return (utc - now, doubt >= 0 ? doubt : Self.unkeptDoubt)
    }

    /// 2025: nothing was built before.
    static let leastTime = 1_735_689_600_000
    /// Of a clock that nobody keeps right: the largest that can be told.
    private static let unkeptDoubt = 32_768

    private static func milliseconds(_ clock: clockid_t) -> Int {
        var time = timespec()
        clock_gettime(clock, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}
