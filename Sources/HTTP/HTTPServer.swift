// A small web server.
import CMicroHTTPD
import Glibc

/// Answers requests on a thread of its own (libmicrohttpd's) until it is let go.
public final class HTTPServer: @unchecked Sendable {
    /// What is asked for.
    public struct Request: Sendable {
        public let method: String
        public let path: String
    }

    public struct Response: Sendable {
        public var status: Int
        public var type: String
        public var body: [UInt8]

        public init(status: Int = 200, type: String = "text/plain; charset=utf-8", text: String) {
            self.status = status
            self.type = type
            body = Array(text.utf8)
        }
    }

    /// The port that it listens at.
    public let port: Int
    private let daemon: OpaquePointer
    private let handler: Unmanaged<Handler>

    private static let mostConnections: UInt32 = 32
    /// Seconds without a byte after which a connection is closed.
    private static let patience: UInt32 = 10

    /// - Parameters:
    ///   - address: of this machine, as numbers; whoever can reach it can ask.
    ///   - port: 0 takes any that is free.
    ///   - answer: is called on the server's thread, one request at a time.
    /// - Throws: `HTTPError` when the address is none or the port is taken.
    public init(
        address: String, port: Int, answer: @escaping @Sendable (Request) -> Response
    ) throws(HTTPError) {
        let handler = Unmanaged.passRetained(Handler(answer))
        let isIPv6 = address.contains(":")
        errno = 0
        let daemon = Self.withSocketAddress(address, port: port, isIPv6: isIPv6) { socketAddress in
            arete_http_start(
                socketAddress, isIPv6 ? 1 : 0, Self.mostConnections, Self.patience, Self.callback, handler.toOpaque())
        }
        guard let daemon, let daemon else {
            let reason = daemon == nil ? "no address" : errno == 0 ? "cannot listen" : String(cString: strerror(errno))
            handler.release()
            throw HTTPError(description: "\(address) port \(port): \(reason)")
        }
        self.daemon = daemon
        self.handler = handler
        self.port = Int(arete_http_port(daemon))
    }

    deinit {
        MHD_stop_daemon(daemon)
        handler.release()
    }

    /// `nil` where `address` is none.
    private static func withSocketAddress<Result>(
        _ address: String, port: Int, isIPv6: Bool, _ body: (UnsafePointer<sockaddr>) -> Result
    ) -> Result? {
        func call<Family>(_ family: Family) -> Result {
            withUnsafePointer(to: family) { $0.withMemoryRebound(to: sockaddr.self, capacity: 1, body) }
        }
        guard isIPv6 else {
            var place = sockaddr_in()
            place.sin_family = sa_family_t(AF_INET)
            place.sin_port = UInt16(port).bigEndian
            return inet_pton(AF_INET, address, &place.sin_addr) == 1 ? call(place) : nil
        }
        var place = sockaddr_in6()
        place.sin6_family = sa_family_t(AF_INET6)
        place.sin6_port = UInt16(port).bigEndian
        return inet_pton(AF_INET6, address, &place.sin6_addr) == 1 ? call(place) : nil
    }

    private final class Handler: Sendable {
        let answer: @Sendable (Request) -> Response
        init(_ answer: @escaping @Sendable (Request) -> Response) { self.answer = answer }
    }

    private static let callback: MHD_AccessHandlerCallback = { context, connection, path, method, _, _, size, memory in
        guard let context, let connection, let path, let method, let memory else { return .NO }
        // The first call brings the head alone; parts of a body, which nobody here wants, are let pass.
        if memory.pointee == nil {
            memory.pointee = context
            return .YES
        }
        if let size, size.pointee > 0 {
            size.pointee = 0
            return .YES
        }
        let handler = Unmanaged<Handler>.fromOpaque(context).takeUnretainedValue()
        let request = Request(method: String(cString: method), path: String(cString: path))
        return HTTPServer.send(handler.answer(request), connection)
    }

    private static func send(_ response: Response, _ connection: OpaquePointer) -> MHD_Result {
        let made = response.body.withUnsafeBytes { bytes in
            MHD_create_response_from_buffer(
                bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
        }
        guard let made else { return .NO }
        defer { MHD_destroy_response(made) }
        MHD_add_response_header(made, "Content-Type", response.type)
        MHD_add_response_header(made, "X-Content-Type-Options", "nosniff")
        MHD_add_response_header(made, "Cache-Control", "no-store")
        return MHD_queue_response(connection, UInt32(response.status), made)
    }
}

/// Why a server does not start.
public struct HTTPError: Error, Sendable, CustomStringConvertible {
    public let description: String
}
