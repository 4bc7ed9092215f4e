// A cable between two programs that a test can cut.
import Foundation
import Synchronization

/// Hands bytes on between those who connect to `port` and a server of this machine.
public final class Relay: Sendable {
    public let port: Int
    private let listening: Int32
    private let ends = Mutex<[Int32]>([])

    /// - Parameter refusal: what is said, in the server's place and as the last word, to who begins with these bytes;
    ///   `nil`: they are handed on.
    public init(to server: Int, refusal: @escaping @Sendable ([UInt8]) -> [UInt8]? = { _ in nil }) throws {
        listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let listening = listening
        var address = Self.address(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listening, $0, size) == 0 && listen(listening, 16) == 0 && getsockname(listening, $0, &size) == 0
            }
        }
        guard isListening else { throw PeerError(text: "no port for a relay") }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [weak self] in
            while true {
                let client = accept(listening, nil, nil)
                guard client >= 0, let self else { return }
                var first = [UInt8](repeating: 0, count: 256)
                let count = recv(client, &first, first.count, Int32(MSG_PEEK))
                if let words = refusal(Array(first.prefix(max(count, 0)))) {
                    _ = send(client, words, words.count, Int32(MSG_NOSIGNAL))
                    shutdown(client, Int32(SHUT_RDWR))
                    close(client)
                    continue
                }
                let other = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                var address = Self.address(server)
                let isConnected = withUnsafeMutablePointer(to: &address) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        connect(other, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                    }
                }
                guard isConnected else {
                    close(client)
                    close(other)
                    continue
                }
                ends.withLock { $0 += [client, other] }
                for (from, to) in [(client, other), (other, client)] {
                    Thread.detachNewThread { Self.copy(from, to) }
                }
            }
        }
    }

    deinit {
        shutdown(listening, Int32(SHUT_RDWR))
        close(listening)
        cut()
    }

    private static func address(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }

    private static func copy(_ from: Int32, _ to: Int32) {
        var bytes = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = recv(from, &bytes, bytes.count, 0)
            guard count > 0, send(to, bytes, count, Int32(MSG_NOSIGNAL)) == count else { break }
        }
        shutdown(from, Int32(SHUT_RDWR))
        shutdown(to, Int32(SHUT_RDWR))
    }

    /// Ends all connections; new ones can be made. Descriptors stay with this, so that none is taken for another.
    public func cut() { for end in ends.withLock({ $0 }) { shutdown(end, Int32(SHUT_RDWR)) } }
}
