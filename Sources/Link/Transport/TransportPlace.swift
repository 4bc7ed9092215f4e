// Where packets go, as people write it.
import Glibc

/// `udp:HOST:PORT`.
public struct TransportPlace: Hashable, Sendable, CustomStringConvertible {
    public let host: String
    public let port: Int

    /// - Throws: `TransportError.place` for what is none.
    public init(_ text: String) throws(TransportError) {
        guard text.hasPrefix("udp:") else { throw .place(text, "begins with no transport that is known: udp:") }
        let rest = text.dropFirst(4)
        guard let colon = rest.lastIndex(of: ":"), let port = Int(rest[rest.index(after: colon)...]),
            (0...65535).contains(port)
        else { throw .place(text, "ends in no port: udp:HOST:PORT") }
        var host = rest[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { throw .place(text, "names no host: udp:HOST:PORT") }
        (self.host, self.port) = (String(host), port)
    }

    public var description: String { "udp:" + (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }

    /// Nobody but this machine can reach it.
    public var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

    func resolved(isPassive: Bool) throws(TransportError) -> [(family: Int, bytes: [UInt8])] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        hints.ai_flags = isPassive ? AI_PASSIVE : 0
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &hints, &list)
        guard status == 0 else { throw .failed(description, String(cString: gai_strerror(status))) }
        defer { freeaddrinfo(list) }
        var found: [(family: Int, bytes: [UInt8])] = []
        var next = list
        while let entry = next {
            if let address = entry.pointee.ai_addr {
                let bytes = UnsafeRawBufferPointer(start: address, count: Int(entry.pointee.ai_addrlen))
                found.append((Int(entry.pointee.ai_family), Array(bytes)))
            }
            next = entry.pointee.ai_next
        }
        return found
    }
}

/// Why packets cannot go somewhere.
public enum TransportError: Error, Hashable, Sendable, CustomStringConvertible {
    case place(String, String)
    case failed(String, String)

    public var description: String {
        switch self {
        case .place(let text, let reason): "'\(text)' \(reason)"
        case .failed(let place, let reason): "\(place): \(reason)"
        }
    }
}
