// One client's connection, and how long it may take.
import Glibc

/// Used on the server's thread alone.
final class ClientConnection {
    enum Phase {
        /// From the connection's start to its first line, TLS and all.
        case new
        /// From a request's first line to its last byte.
        case reading
        case answering
        /// An answer without end.
        case streaming
        /// Between requests.
        case kept
    }

    let socket: Int32
    let address: String
    /// What is counted as one client.
    let network: String
    private(set) var phase = Phase.new
    private(set) var since: Int
    private(set) var isBrokenOff = false

    /// - Parameter now: seconds of a clock that only goes on.
    init(socket: Int32, address: String, network: String, now: Int) {
        (self.socket, self.address, self.network, since) = (socket, address, network, now)
    }

    func enter(_ phase: Phase, now: Int) { (self.phase, since) = (phase, now) }

    func isLate(now: Int, _ limits: HTTPLimits) -> Bool {
        let most =
            switch phase {
            case .new, .reading: limits.requestSeconds
            case .answering: limits.answerSeconds
            case .streaming: Int.max
            case .kept: limits.keptSeconds
            }
        return now - since > most
    }

    /// Whether others come first: it has not brought a whole request, and had its time.
    func makesWay(now: Int, _ limits: HTTPLimits) -> Bool {
        switch phase {
        case .new, .reading: now - since >= limits.graceSeconds
        case .answering, .streaming, .kept: false
        }
    }

    /// The server's library sees an end, and closes it.
    func breakOff() {
        isBrokenOff = true
        shutdown(socket, Int32(SHUT_RDWR))
    }
}
