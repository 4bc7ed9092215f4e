// Waiting for something to come in.
import Glibc

public enum Readiness {
    /// Waits until one of these can be read, `milliseconds` at most. Those below 0 are none.
    public static func wait(for descriptors: [Int32], milliseconds: Int) {
        var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        poll(&entries, nfds_t(entries.count), Int32(clamping: max(milliseconds, 0)))
    }
}
