// Servers that a test plays itself, where no real one behaves so.
import Foundation
import Synchronization

/// Takes TCP connections on a free port of this machine, says `answer` to each after its first bytes came and `another`
/// after the next ones, and holds it open.
public final class Listener: Sendable {
    private let descriptor: Int32
    public let port: Int
    private let accepted = Mutex<[Int32]>([])
    private let answers: [[UInt8]]

    /// - Parameter answer: `nil` for one who never says anything.
    public init(answer: [UInt8]? = nil, another: [UInt8]? = nil) throws {
        answers = [answer, another].compactMap(\.self)
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 64) == 0
                    && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard status else { throw POSIXError(.EADDRINUSE) }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [weak self] in
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0, let self else { return }
                accepted.withLock { $0.append(connection) }
                var bytes = [UInt8](repeating: 0, count: 4096)
                for answer in answers {
                    _ = recv(connection, &bytes, bytes.count, 0)
                    _ = send(connection, answer, answer.count, Int32(MSG_NOSIGNAL))
                }
            }
        }
    }

    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
        for connection in accepted.withLock({ $0 }) { close(connection) }
    }

    /// How many connections were made so far.
    public var connections: Int { accepted.withLock { $0.count } }

    /// A port of this machine where nobody listens now.
    public static func freePort() throws -> Int { try Listener().port }
}
