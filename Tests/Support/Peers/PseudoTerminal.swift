// A serial line whose other end the test holds.
import Glibc

/// A pseudo terminal: a device that programs open as a serial port, and the end behind it.
public final class PseudoTerminal: @unchecked Sendable {
    private var descriptor: Int32
    /// The device to open.
    public let path: String

    public struct Failure: Error {}

    public init() throws {
        var slave: Int32 = -1
        var master: Int32 = -1
        guard openpty(&master, &slave, nil, nil, nil) == 0 else { throw Failure() }
        defer { close(slave) }
        var name = [CChar](repeating: 0, count: 128)
        guard ttyname_r(slave, &name, name.count) == 0 else { throw Failure() }
        path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        var settings = termios()
        tcgetattr(slave, &settings)
        cfmakeraw(&settings)
        tcsetattr(slave, TCSANOW, &settings)
        descriptor = master
        _ = fcntl(master, F_SETFL, O_NONBLOCK)
        _ = fcntl(master, F_SETFD, FD_CLOEXEC)
    }

    deinit { unplug() }

    /// As when somebody pulls the plug.
    public func unplug() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    /// Writes what fits.
    @discardableResult public func write(_ bytes: [UInt8]) -> Int {
        max(Glibc.write(descriptor, bytes, bytes.count), 0)
    }

    /// What is there, waiting for the first of it.
    public func read(within milliseconds: Int, most: Int = 4096) -> [UInt8] {
        var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&ready, 1, Int32(clamping: milliseconds)) > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: most)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return Array(bytes.prefix(max(count, 0)))
    }
}
