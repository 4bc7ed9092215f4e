// Addresses as the system has them, and as people do.
import Glibc

/// Where to listen.
enum SocketPlace {
    case four(sockaddr_in)
    case six(sockaddr_in6)

    /// `nil` where `address` is no numeric address or `port` none.
    init?(_ address: String, port: Int) {
        guard let port = UInt16(exactly: port) else { return nil }
        if address.contains(":") {
            var place = sockaddr_in6()
            place.sin6_family = sa_family_t(AF_INET6)
            place.sin6_port = port.bigEndian
            guard inet_pton(AF_INET6, address, &place.sin6_addr) == 1 else { return nil }
            self = .six(place)
        } else {
            var place = sockaddr_in()
            place.sin_family = sa_family_t(AF_INET)
            place.sin_port = port.bigEndian
            guard inet_pton(AF_INET, address, &place.sin_addr) == 1 else { return nil }
            self = .four(place)
        }
    }

    var isIPv6: Bool {
        if case .six = self { return true }
        return false
    }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>) -> Result) -> Result {
        func call<Family>(_ family: Family) -> Result {
            withUnsafePointer(to: family) { $0.withMemoryRebound(to: sockaddr.self, capacity: 1, body) }
        }
        switch self {
        case .four(let place): return call(place)
        case .six(let place): return call(place)
        }
    }

    /// What counts as one client: an address, or the 64 bits of IPv6 within which one client may have any.
    static func network(_ address: UnsafePointer<sockaddr>?) -> String {
        guard let address, address.pointee.sa_family == sa_family_t(AF_INET6) else { return text(address) }
        return address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { six in
            let isMapped = text(address).contains(".")
            guard !isMapped else { return text(address) }
            var place = six.pointee
            withUnsafeMutableBytes(of: &place.sin6_addr) { bytes in
                for place in 8..<16 { bytes[place] = 0 }
            }
            place.sin6_scope_id = 0
            return SocketPlace.six(place).withPointer(text)
        }
    }

    /// The other side's address as numbers; one of IPv4 looks so even where it came to an address of IPv6.
    static func text(_ address: UnsafePointer<sockaddr>?) -> String {
        guard let address else { return "unknown" }
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let isIPv6 = address.pointee.sa_family == sa_family_t(AF_INET6)
        let size = isIPv6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
        guard getnameinfo(address, socklen_t(size), &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST) == 0 else {
            return "unknown"
        }
        let text = String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let mapped = "::ffff:"
        return text.hasPrefix(mapped) && text.contains(".") ? String(text.dropFirst(mapped.count)) : text
    }
}
