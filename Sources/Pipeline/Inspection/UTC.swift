// When something of the monotonic clock was, by the wall's.
import Capture
import Glibc
import Times

extension UTC {
    /// `2026-11-23T02:40:01.123Z` of a moment of the monotonic clock, in nanoseconds, by what the wall clock says now.
    static func text(monotonic: UInt64) -> String {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let age = Int64(bitPattern: MonotonicClock.nanoseconds &- monotonic)
        let nanoseconds = Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec) - age
        return text(milliseconds: Int(nanoseconds / 1_000_000))
    }
}
