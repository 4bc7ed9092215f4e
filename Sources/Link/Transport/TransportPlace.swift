// Where something goes, as people write it.
import Glibc

/// `SCHEME:HOST:PORT` or `SCHEME://HOST:PORT`; an IPv6 address stands in brackets.
public struct TransportPlace: Hashable, Sendable, CustomStringConvertible {
    public let scheme: String
    public let host: String
    public let port: Int

    /// - Parameter ports: of the schemes that are known; `nil`: a port must be written.
    /// - Throws: `TransportError.place` for what is none.
    public init(_ text: String, ports: [String: Int?] = ["udp": nil]) throws(TransportError) {
        let known = ports.keys.sorted().map { $0 + ":" }.joined(separator: ", ")
        guard let end = text.firstIndex(of: ":"), let usual = ports[String(text[..<end])] else {
            throw .place(text, "begins with no transport that is known: \(known)")
        }
        scheme = String(text[..<end])
        var rest = text[text.index(after: end)...]
        if rest.hasPrefix("//") { rest = rest.dropFirst(2) }
        let form = "\(scheme):HOST:PORT"
        let isBare = rest.hasPrefix("[") ? rest.hasSuffix("]") : !rest.contains(":")
        var name = rest
        if isBare, let usual {
            port = usual
        } else {
            guard let colon = rest.lastIndex(of: ":"), let written = Int(rest[rest.index(after: colon)...]),
                (0...65535).contains(written)
            else { throw .place(text, "ends in no port: \(form)") }
            port = written
            name = rest[..<colon]
        }
        if name.hasPrefix("["), name.hasSuffix("]") { name = name.dropFirst().dropLast() }
        guard !name.isEmpty, !name.contains("/") else { throw .place(text, "names no host: \(form)") }
        host = String(name)
    }

    public var description: String { "\(scheme):\(address)" }

    /// `HOST:PORT`.
    var address: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }

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
    /// A serial port's own words, which name it.
    case serial(String)
    /// A key that signs messages cannot be used.
    case key(String)

    public var description: String {
        switch self {
        case .place(let text, let reason): "'\(text)' \(reason)"
        case .failed(let place, let reason): "\(place): \(reason)"
        case .serial(let reason), .key(let reason): reason
        }
    }
}
