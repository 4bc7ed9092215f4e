// What libmicrohttpd calls, and how answers are handed to it.
import CMicroHTTPD
import Glibc

enum Library {
    static let accept: MHD_AcceptPolicyCallback = { context, address, _ in
        guard let loop = loop(context) else { return .NO }
        return loop.accepts(SocketPlace.network(address)) ? .YES : .NO
    }

    static let connection: MHD_NotifyConnectionCallback = { context, connection, _, event in
        guard let loop = loop(context), let connection else { return }
        if event == .CONNECTION_NOTIFY_STARTED {
            prepare(arete_http_socket(connection))
            loop.began(connection)
        } else {
            loop.ended(connection)
        }
    }

    /// The first line of a request: what it asks for, as it was sent.
    static let line:
        @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, OpaquePointer?) -> UnsafeMutableRawPointer? = {
            context, text, connection in
            guard let loop = loop(context), let text, let connection else { return nil }
            let bytes = UnsafeBufferPointer(start: text, count: strlen(text)).map { UInt8(bitPattern: $0) }
            // Balanced by `completed`, which is called for each request whose line was told.
            return Unmanaged.passRetained(loop.began(RequestTarget(bytes), connection)).toOpaque()
        }

    static let completed: MHD_RequestCompletedCallback = { context, _, memory, _ in
        guard let loop = loop(context), let memory, let pointer = memory.pointee else { return }
        memory.pointee = nil
        loop.completed(Unmanaged<Exchange>.fromOpaque(pointer).takeRetainedValue())
    }

    /// Is called with the head alone, with each part of the body, and when all is there; after a pause once more.
    static let request: MHD_AccessHandlerCallback = { context, connection, _, method, _, bytes, size, memory in
        guard let loop = loop(context), let connection, let method, let pointer = memory?.pointee else { return .NO }
        let exchange = Unmanaged<Exchange>.fromOpaque(pointer).takeUnretainedValue()
        let limits = loop.limits
        guard exchange.head != nil else {
            let headers = headers(of: connection)
            exchange.head = (String(cString: method), headers)
            if let refusal = refusal(exchange, headers, limits) { return loop.send(refusal, exchange) }
            return .YES
        }
        if let size, size.pointee > 0 {
            defer { size.pointee = 0 }
            guard let bytes, size.pointee <= limits.bodyBytes - exchange.body.count, exchange.excess == 0 else {
                // A body without an announced length: its rest is passed over so that its sender sees why, within reason.
                exchange.excess += size.pointee
                exchange.body = []
                return exchange.excess > mostExcess ? .NO : .YES
            }
            exchange.body += UnsafeRawBufferPointer(start: bytes, count: size.pointee)
            return .YES
        }
        return exchange.excess > 0 ? loop.send(tooLong(limits), exchange) : loop.answer(exchange)
    }

    private static let mostExcess = 1 << 20
    private static let mostHeaders = 100

    private static func loop(_ context: UnsafeMutableRawPointer?) -> ServerLoop? {
        context.map { Unmanaged<ServerLoop>.fromOpaque($0).takeUnretainedValue() }
    }

    /// What the system keeps of bytes that a client does not read is bounded, too, and a client that is gone is noticed.
    private static func prepare(_ socket: Int32) {
        var room: Int32 = 256 << 10
        setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &room, socklen_t(MemoryLayout<Int32>.size))
        var milliseconds: UInt32 = 30_000
        setsockopt(
            socket, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &milliseconds, socklen_t(MemoryLayout<UInt32>.size))
    }

    // MARK: Requests

    private final class Fields {
        var list: [(name: String, value: String)] = []
    }

    private static func headers(of connection: OpaquePointer) -> HTTPHeaders {
        let fields = Fields()
        MHD_get_connection_values_n(
            connection, .HEADER_KIND,
            { context, _, name, nameSize, value, valueSize in
                guard let context, let name else { return .YES }
                let fields = Unmanaged<Fields>.fromOpaque(context).takeUnretainedValue()
                fields.list.append((Library.text(name, nameSize), value.map { Library.text($0, valueSize) } ?? ""))
                return fields.list.count > Library.mostHeaders ? .NO : .YES
            }, Unmanaged.passUnretained(fields).toOpaque())
        return HTTPHeaders(fields.list)
    }

    private static func text(_ start: UnsafePointer<CChar>, _ count: Int) -> String {
        String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }

    private static func refusal(_ exchange: Exchange, _ headers: HTTPHeaders, _ limits: HTTPLimits) -> HTTPResponse? {
        guard exchange.target != nil else { return .error(400, "the address is none") }
        guard headers.count <= mostHeaders else { return .error(431, "more than \(mostHeaders) headers") }
        guard headers.all("host").count <= 1 else { return .error(400, "more than one host") }
        let lengths = headers.all("content-length").count
        guard lengths + headers.all("transfer-encoding").count <= 1 else {
            // Where such a body ends, one in between may see otherwise, and take its rest for another request.
            return .error(400, "more than one length").with("Connection", "close")
        }
        if let length = headers["content-length"].flatMap({ Int($0) }), length > limits.bodyBytes {
            return tooLong(limits)
        }
        return nil
    }

    private static func tooLong(_ limits: HTTPLimits) -> HTTPResponse {
        .error(413, "the body is longer than \(limits.bodyBytes) bytes")
    }

    // MARK: Answers

    /// Bytes that are asked for at a time; what a connection has for its head bounds them, too.
    private static let partBytes = 16 << 10
    private static let eventBytes = 4 << 10

    /// `.NO` where the library refuses a header, and without memory.
    static func queue(_ response: HTTPResponse, _ exchange: Exchange) -> MHD_Result {
        guard let made = libraryResponse(response, exchange) else { return .NO }
        defer { MHD_destroy_response(made) }
        for (name, value) in response.headers {
            guard MHD_add_response_header(made, name, value) == .YES else { return .NO }
        }
        if exchange.loop.isFull { MHD_add_response_header(made, "Connection", "close") }
        for (name, value) in [("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store")]
        where response[name] == nil {
            MHD_add_response_header(made, name, value)
        }
        return MHD_queue_response(exchange.connection, UInt32(response.status), made)
    }

    private static func libraryResponse(_ response: HTTPResponse, _ exchange: Exchange) -> OpaquePointer? {
        switch response.body {
        case .bytes(let bytes):
            return bytes.withUnsafeBytes { bytes in
                MHD_create_response_from_buffer(
                    bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
            }
        case .parts(let parts):
            exchange.parts = parts
            return reader(exchange, blockBytes: partBytes)
        case .events(let stream):
            stream.attach { [weak loop = exchange.loop] in loop?.ring() }
            (exchange.stream, exchange.lastNews) = (stream, exchange.loop.now)
            return reader(exchange, blockBytes: eventBytes)
        case .later:
            return nil
        }
    }

    private static func reader(_ exchange: Exchange, blockBytes: Int) -> OpaquePointer? {
        let context = Unmanaged.passRetained(exchange)
        let made = MHD_create_response_from_callback(
            UInt64.max, blockBytes,
            { context, _, room, count in
                guard let context, let room else { return -2 }
                return Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
                    .read(into: UnsafeMutableRawBufferPointer(start: room, count: count))
            }, context.toOpaque(),
            { context in
                if let context { Unmanaged<Exchange>.fromOpaque(context).release() }
            })
        if made == nil { context.release() }
        return made
    }
}
