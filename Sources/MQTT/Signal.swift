// One thread's word to another, as a descriptor.
import Glibc

/// Is raised or not.
final class Signal: Sendable {
    /// Can be read from while it is raised.
    let descriptor: Int32
    private let end: Int32

    init?() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        (descriptor, end) = (ends[0], ends[1])
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
    }

    deinit {
        close(descriptor)
        close(end)
    }

    /// One that is full is raised already.
    func raise() {
        var byte: UInt8 = 1
        _ = write(end, &byte, 1)
    }

    func lower() {
        var bytes = [UInt8](repeating: 0, count: 256)
        while read(descriptor, &bytes, bytes.count) == bytes.count {}
    }

    /// Whether it is raised now, or within so long.
    @discardableResult
    func wait(milliseconds: Int32) -> Bool {
        let end = Monotonic.seconds + Double(milliseconds) / 1000
        var left = milliseconds
        while true {
            var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let status = poll(&ready, 1, left)
            guard status < 0, errno == EINTR else { return status > 0 }
            left = Int32(clamping: Int(max(0, end - Monotonic.seconds) * 1000))
        }
    }
}

enum Monotonic {
    /// Of a clock that nobody sets.
    static var seconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
