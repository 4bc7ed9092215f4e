// Packets over UDP.
import Glibc

/// A socket for datagrams.
public final class UDPSocket: PacketPort, Sendable {
    public let descriptor: Int32
    /// Where it listens: with port 0 wanted, the one that was given.
    public let address: String

    /// Longer ones are cut, and then none of ours.
    private static let mostBytes = 2048

    /// Listens at `udp:HOST:PORT`, or with `listens: false` sends there alone.
    ///
    /// - Throws: `TransportError`, one line that says what is wrong.
    public init(_ place: TransportPlace, listens: Bool) throws(TransportError) {
        let addresses = try place.resolved(isPassive: listens)
        var failure = "has no address"
        for address in addresses {
            let opened = socket(Int32(address.family), Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            guard opened >= 0 else {
                failure = String(cString: strerror(errno))
                continue
            }
            let status = address.bytes.withUnsafeBytes { bytes -> Int32 in
                guard let start = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return -1 }
                let count = socklen_t(bytes.count)
                return listens ? bind(opened, start, count) : connect(opened, start, count)
            }
            if status == 0 {
                descriptor = opened
                self.address = Self.name(of: opened)
                return
            }
            failure = String(cString: strerror(errno))
            close(opened)
        }
        throw .failed(place.description, failure)
    }

    deinit { close(descriptor) }

    private static func name(of descriptor: Int32) -> String {
        var storage = sockaddr_storage()
        var count = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = withUnsafeMutablePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &count) }
        }
        return status == 0 ? text(withUnsafeBytes(of: storage) { Array($0.prefix(Int(count))) }) : ""
    }

    private static func text(_ address: [UInt8]) -> String {
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        var port = [CChar](repeating: 0, count: 32)
        let status = address.withUnsafeBytes { bytes -> Int32 in
            guard let start = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return -1 }
            return getnameinfo(
                start, socklen_t(bytes.count), &host, socklen_t(host.count), &port, socklen_t(port.count),
                NI_NUMERICHOST | NI_NUMERICSERV)
        }
        guard status == 0 else { return "?" }
        let name = String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let number = String(decoding: port.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return name.contains(":") ? "[\(name)]:\(number)" : "\(name):\(number)"
    }

    public var isReady: Bool { true }
    public var trouble: String? { nil }
    public func turn(at now: Int) -> Int { .max }

    /// Sends a packet, to `peer` where it listens. What the network does not take now is lost, as others are.
    public func send(_ packet: [UInt8], to peer: PacketPeer? = nil) {
        guard let peer else {
            _ = Glibc.send(descriptor, packet, packet.count, Int32(MSG_DONTWAIT))
            return
        }
        _ = peer.bytes.withUnsafeBytes { bytes -> Int in
            guard let start = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return -1 }
            return sendto(
                descriptor, packet, packet.count, Int32(MSG_DONTWAIT), start, socklen_t(bytes.count))
        }
    }

    /// The next packet that has come, and who sent it.
    public func receive() -> (packet: [UInt8], peer: PacketPeer)? {
        var bytes = [UInt8](repeating: 0, count: Self.mostBytes)
        var storage = sockaddr_storage()
        var count = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let length = withUnsafeMutablePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                recvfrom(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT), $0, &count)
            }
        }
        // Who is not there yet says so by an error.
        guard length >= 0 else { return nil }
        let address = withUnsafeBytes(of: storage) { Array($0.prefix(Int(count))) }
        return (Array(bytes[..<length]), PacketPeer(bytes: address, description: Self.text(address)))
    }
}
