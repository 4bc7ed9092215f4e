// What systemd wants to hear of a service (sd_notify(3)).
import Capture
import Glibc

/// Tells the service manager that started this process how it is. Does nothing where none did.
public final class ServiceManager {
    private let socket: Int32
    private let address: [UInt8]
    /// Milliseconds between two signs of life that are asked for; `nil` where none are.
    public let watchdog: Int?
    private var lastSign = 0

    public convenience init() {
        func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
        // The manager names the process that it means; children inherit the variables.
        let isMeant = variable("WATCHDOG_PID").flatMap { Int32($0) }.map { $0 == getpid() } ?? true
        let microseconds = isMeant ? variable("WATCHDOG_USEC").flatMap { Int($0) } : nil
        self.init(path: variable("NOTIFY_SOCKET"), watchdogMicroseconds: microseconds)
    }

    /// - Parameter path: of a datagram socket; one that begins with `@` is in the abstract name space.
    init(path: String?, watchdogMicroseconds: Int?) {
        let path = path ?? ""
        var place = sockaddr_un()
        let room = MemoryLayout.size(ofValue: place.sun_path)
        guard path.hasPrefix("/") || path.hasPrefix("@"), path.utf8.count < room else {
            (socket, address, watchdog) = (-1, [], nil)
            return
        }
        place.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &place.sun_path) { $0.copyBytes(from: path.utf8) }
        if path.hasPrefix("@") { withUnsafeMutableBytes(of: &place.sun_path) { $0[0] = 0 } }
        // The path stands directly behind the family.
        let length = MemoryLayout<sa_family_t>.size + path.utf8.count
        address = withUnsafeBytes(of: place) { Array($0.prefix(length)) }
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        watchdog = watchdogMicroseconds.flatMap { $0 > 0 ? max($0 / 1000, 1) : nil }
    }

    deinit { if socket >= 0 { close(socket) } }

    public func ready() { send("READY=1") }
    public func stopping() { send("STOPPING=1") }
    public func status(_ line: String) { send("STATUS=\(line)") }

    /// A sign of life, if it is time for one: twice as often as asked for. The caller gives none while something hangs.
    public func live() {
        guard let watchdog else { return }
        let now = MonotonicClock.milliseconds
        guard now - lastSign >= watchdog / 2 else { return }
        lastSign = now
        send("WATCHDOG=1")
    }

    private func send(_ text: String) {
        guard socket >= 0 else { return }
        let bytes = Array(text.utf8)
        _ = address.withUnsafeBytes { address in
            sendto(
                socket, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT),
                address.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(address.count))
        }
    }
}
