// The clock of frames' times: never set, and the same for the kernel and for us.
import Glibc

public enum MonotonicClock {
    public static var nanoseconds: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    public static var milliseconds: Int { Int(nanoseconds / 1_000_000) }

    /// A signal, as that to end, ends it early.
    public static func sleep(milliseconds: Int) {
        guard milliseconds > 0 else { return }
        var time = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
        nanosleep(&time, nil)
    }
}
