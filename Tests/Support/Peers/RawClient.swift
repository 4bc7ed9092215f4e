// A client that sends what it likes, as slowly as it likes.
import Foundation

public final class RawClient {
    public let descriptor: Int32
    public private(set) var received: [UInt8] = []

    public init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = UInt16(port).bigEndian
        inet_pton(AF_INET, "127.0.0.1", &place.sin_addr)
        let status = withUnsafePointer(to: place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw POSIXError(.ECONNREFUSED) }
    }

    deinit { close(descriptor) }

    public var text: String { String(decoding: received, as: UTF8.self) }

    /// Whether the system took all of it.
    @discardableResult public func send(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { room in
                Foundation.send(
                    descriptor, room.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Whether the other side has closed the connection within some seconds.
    public func isClosed(within seconds: Double) -> Bool { read(within: seconds) { _ in false } }

    /// Reads until it has this text.
    public func reads(_ word: String, within seconds: Double = 10) -> Bool {
        _ = read(within: seconds) { $0.text.contains(word) }
        return text.contains(word)
    }

    /// Returns whether the connection was closed before it had enough.
    private func read(within seconds: Double, until isEnough: (RawClient) -> Bool) -> Bool {
        let end = Date().addingTimeInterval(seconds)
        var part = [UInt8](repeating: 0, count: 65536)
        while !isEnough(self) {
            let left = end.timeIntervalSinceNow
            var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard left > 0, poll(&ready, 1, Int32(left * 1000) + 1) > 0 else { return false }
            let count = recv(descriptor, &part, part.count, 0)
            guard count > 0 else { return true }
            received += part.prefix(count)
        }
        return false
    }

    /// What a server answers to these bytes until it closes the connection.
    public static func answer(_ text: String, port: Int, within seconds: Double = 10) throws -> String {
        let client = try RawClient(port: port)
        client.send(text)
        guard client.isClosed(within: seconds) else { throw POSIXError(.ETIMEDOUT) }
        return client.text
    }

    /// The same for a request whose connection is to be closed.
    public static func ask(
        _ line: String, port: Int, headers: [String] = [], body: String = "", host: String = "localhost"
    ) throws -> String {
        let length = body.isEmpty ? [] : ["Content-Length: \(body.utf8.count)"]
        let head = ["\(line) HTTP/1.1", "Host: \(host)", "Connection: close"] + headers + length
        return try answer(head.joined(separator: "\r\n") + "\r\n\r\n" + body, port: port)
    }
}
