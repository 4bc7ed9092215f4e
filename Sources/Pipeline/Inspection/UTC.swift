// Times as people in other places read them.
import Capture
import Glibc

enum UTC {
    /// `2026-11-23T02:40:01.123Z` of a moment of the monotonic clock, in nanoseconds, by what the wall clock says now.
    static func text(monotonic: UInt64) -> String {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let age = Int64(bitPattern: MonotonicClock.nanoseconds &- monotonic)
        let nanoseconds = Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec) - age
        var seconds = time_t(nanoseconds / 1_000_000_000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 32)
        strftime(&text, text.count, "%Y-%m-%dT%H:%M:%S", &parts)
        let milliseconds = String(nanoseconds / 1_000_000 % 1000)
        let start = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return start + "." + String(repeating: "0", count: max(0, 3 - milliseconds.count)) + milliseconds + "Z"
    }
}
