// A connection that carries bytes both ways.
import CCurl
import Credentials

/// A TCP stream to a server, with TLS or without. For one thread at a time.
public final class ByteStream {
    private let handle: OpaquePointer
    /// Where it goes, for messages.
    public let place: String

    public enum Encryption: Sendable {
        /// The server's certificate and name are verified.
        case tls(TLSCredentials)
        /// Only to this machine.
        case none
        /// Whoever is on the way can read and change everything.
        case noneAnywhere
    }

    /// Connects, and waits until that is done, but no longer than `seconds`.
    ///
    /// - Throws: `WebError`.
    public init(host: String, port: Int, encryption: Encryption, within seconds: Double) throws(WebError) {
        if let absence = arete_curl_absence() { throw .absent(String(cString: absence)) }
        place = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        let isHost =
            !host.isEmpty
            && host.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
                    || "-._:%".utf8.contains($0)
            }
        guard isHost, (1...65535).contains(port) else { throw .request("'\(place.prefix(80))' is no HOST:PORT") }
        var (scheme, credentials) = ("http", TLSCredentials.system)
        switch encryption {
        case .tls(let given): (scheme, credentials) = ("https", given)
        case .none:
            guard Loopback.contains(host) else {
                throw .request(
                    "\(host) is another machine: it needs TLS, or the explicit word that everybody may read and write")
            }
        case .noneAnywhere: break
        }
        let text = CText()
        var error = arete_curl_error()
        var files = text.copy(credentials)
        let opened = arete_curl_open(text.copy("\(scheme)://\(place)/"), milliseconds(seconds), &files, &error)
        guard let opened else { throw .failed(place, error.text) }
        handle = opened
    }

    deinit { arete_curl_close(handle) }

    /// To wait for with `poll`, and for nothing else. With TLS bytes can be here already: receive until nothing comes
    /// before waiting.
    public var descriptor: Int32 { arete_curl_socket(handle) }

    /// Gives bytes to the connection. Never waits.
    ///
    /// - Returns: how many it took. With TLS, what was not taken is to be offered again before anything else.
    /// - Throws: `WebError` where the connection has ended.
    public func send(_ bytes: some Collection<UInt8>) throws(WebError) -> Int {
        var error = arete_curl_error()
        let piece = Array(bytes.prefix(Self.portion))
        let count = arete_curl_send(handle, piece, piece.count, &error)
        guard count >= 0 else { throw .failed(place, error.text) }
        return count
    }

    private static let portion = 16384

    /// Bytes that have come, at most 16 KiB; none where nothing has. Never waits.
    ///
    /// - Throws: `WebError` where the connection has ended.
    public func receive() throws(WebError) -> [UInt8] {
        var error = arete_curl_error()
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.portion) { buffer, initialized in
            count = arete_curl_receive(handle, buffer.baseAddress, buffer.count, &error)
            initialized = max(count, 0)
        }
        guard count >= 0 else { throw .failed(place, error.text) }
        return bytes
    }
}
