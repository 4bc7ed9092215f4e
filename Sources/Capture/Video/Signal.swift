// Something that one thread tells another.
import Glibc

/// Raised by one thread, waited for by another: a pipe with a byte in it, or none.
final class Signal: Sendable {
    private let (inlet, outlet): (Int32, Int32)

    init(_ name: String) throws(CaptureError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .system(name, call: "pipe", errno: errno) }
        (outlet, inlet) = (ends[0], ends[1])
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
    }

    deinit {
        close(inlet)
        close(outlet)
    }

    /// A pipe that is full says as much.
    func raise() { _ = withUnsafeBytes(of: UInt8(1)) { write(inlet, $0.baseAddress, 1) } }

    func lower() {
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { bytes in
            while read(outlet, bytes.baseAddress, bytes.count) == bytes.count {}
        }
    }

    /// Whether it was raised within so many milliseconds; stays so until it is lowered.
    func wait(_ milliseconds: Int) -> Bool {
        var waiting = pollfd(fd: outlet, events: Int16(POLLIN), revents: 0)
        return retrying { poll(&waiting, 1, Int32(clamping: milliseconds)) } > 0
    }
}
