// The thread that all connections are served on.
import CMicroHTTPD
import Glibc
import Synchronization
import Threads

/// Waits for sockets and for news, and lets libmicrohttpd do its part. All that the library calls is called on this thread,
/// so nothing but the mailbox needs a lock.
final class ServerLoop: @unchecked Sendable {
    private struct Mail {
        var isStopping = false
        var made: [(Exchange, HTTPResponse)] = []
    }

    private(set) var port = 0
    let limits: HTTPLimits
    let isEncrypted: Bool
    let answer: @Sendable (HTTPRequest) -> HTTPResponse
    private let mail = Mutex(Mail())
    private let bell = ServerBell()
    private let slow: SlowAnswers
    private let thread = Mutex<SystemThread?>(nil)

    // What follows is the thread's own.
    private var daemon: OpaquePointer?
    private(set) var now = 0
    private(set) var isStopping = false
    /// A connection went. The library then looks for those that wait to be let in when it is run the next time, and not
    /// before.
    private var hasRoom = false
    private var clients: [OpaquePointer: ClientConnection] = [:]
    private var exchanges: [ObjectIdentifier: Exchange] = [:]

    init(
        address: String, port: Int, identity: TLSIdentity?, limits: HTTPLimits,
        answer: @escaping @Sendable (HTTPRequest) -> HTTPResponse
    ) throws(HTTPError) {
        (self.limits, self.answer, isEncrypted) = (limits, answer, identity != nil)
        slow = try SlowAnswers(threads: limits.workers)
        do throws(HTTPError) {
            guard bell.descriptor >= 0 else { throw HTTPError(description: "no descriptor is left") }
            let daemon = try Self.daemon(address, port, identity, limits, Unmanaged.passUnretained(self).toOpaque())
            (self.daemon, self.port) = (daemon, Int(arete_http_port(daemon)))
            let thread = try SystemThread.serving { [self] in run() }
            self.thread.withLock { $0 = thread }
        } catch {
            if let daemon { MHD_stop_daemon(daemon) }
            slow.stop()
            throw error
        }
    }

    private static func daemon(
        _ address: String, _ port: Int, _ identity: TLSIdentity?, _ limits: HTTPLimits,
        _ context: UnsafeMutableRawPointer
    ) throws(HTTPError) -> OpaquePointer {
        guard let place = SocketPlace(address, port: port) else { throw HTTPError(description: "no address") }
        if identity != nil, !arete_http_has_tls() {
            throw HTTPError(description: "this machine's libmicrohttpd has no TLS: Debian's libmicrohttpd12 has it")
        }
        errno = 0
        let daemon = place.withPointer { socketAddress in
            func start(_ certificate: UnsafePointer<CChar>?, _ key: UnsafePointer<CChar>?) -> OpaquePointer? {
                var settings = arete_http_settings(
                    address: socketAddress, is_ipv6: place.isIPv6, is_dual: address == "::",
                    connections: UInt32(limits.connections), patience: UInt32(limits.idleSeconds),
                    head_bytes: limits.headBytes, certificate: certificate, key: key, accept: Library.accept,
                    connection: Library.connection, line: Library.line, request: Library.request,
                    completed: Library.completed, context: context)
                return arete_http_start(&settings)
            }
            guard let identity else { return start(nil, nil) }
            return identity.certificate.withCString { certificate in
                identity.key.withCString { start(certificate, $0) }
            }
        }
        if let daemon { return daemon }
        let known = errno == 0 ? nil : String(cString: strerror(errno))
        let unknown = identity == nil ? "cannot listen" : "cannot listen, or the certificate or its key is refused"
        throw HTTPError(description: known ?? unknown)
    }

    // MARK: For any thread

    func ring() { bell.ring() }

    func stop() {
        mail.withLock { $0.isStopping = true }
        bell.ring()
        let thread = thread.withLock { thread -> SystemThread? in
            defer { thread = nil }
            return thread
        }
        thread?.join()
    }

    private func deliver(_ made: HTTPResponse, to exchange: Exchange) {
        mail.withLock { $0.made.append((exchange, made)) }
        bell.ring()
    }

    // MARK: The thread

    /// Milliseconds after which late clients are looked for while there are any.
    private static let tick: Int32 = 1000

    private func run() {
        guard let daemon else { return }
        now = Self.seconds()
        var lastTick = now
        let readiness = arete_http_readiness(daemon)
        while !isStopping {
            wait(readiness, daemon)
            now = Self.seconds()
            takeMail()
            wakeStreams()
            MHD_run(daemon)
            if now != lastTick {
                lastTick = now
                breakOffLate()
                comment()
            }
        }
        finish(daemon, readiness)
        self.daemon = nil
    }

    private func wait(_ readiness: Int32, _ daemon: OpaquePointer, most: Int32 = .max) {
        var milliseconds: UInt64 = 0
        var timeout = clients.isEmpty ? -1 : Self.tick
        if MHD_get_timeout(daemon, &milliseconds) == .YES {
            timeout = Int32(min(milliseconds, UInt64(Self.tick)))
        }
        if hasRoom { timeout = 0 }
        hasRoom = false
        if most != .max { timeout = min(timeout < 0 ? most : timeout, most) }
        var ready = [
            pollfd(fd: readiness, events: Int16(POLLIN), revents: 0),
            pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        poll(&ready, nfds_t(ready.count), timeout)
        if ready[1].revents != 0 { bell.silence() }
    }

    private static func seconds() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int(time.tv_sec)
    }

    private func takeMail() {
        let mail = mail.withLock { mail -> Mail in
            defer { mail.made = [] }
            return mail
        }
        isStopping = mail.isStopping
        for (exchange, response) in mail.made {
            if exchange.isOver {
                if case .events(let stream) = response.body { stream.detach() }
            } else {
                exchange.made = response
                exchange.resume()
            }
        }
    }

    private func wakeStreams() {
        for exchange in exchanges.values {
            guard let stream = exchange.stream else { continue }
            if exchange.isSuspended {
                if stream.hasNews { exchange.resume() }
            } else if stream.isDropped {
                exchange.client?.breakOff()
            }
        }
    }

    private func breakOffLate() {
        for client in clients.values where client.isLate(now: now, limits) { client.breakOff() }
        if isFull { makeRoom(among: clients.values.filter { !$0.isBrokenOff }) }
    }

    /// Who has been asking for long makes way for others, so that nobody holds all places by being slow.
    ///
    /// - Returns: whether there is somebody who does.
    @discardableResult private func makeRoom(among clients: [ClientConnection]) -> Bool {
        let slow = clients.filter { $0.makesWay(now: now, limits) }.min { $0.since < $1.since }
        slow?.breakOff()
        return slow != nil
    }

    private func comment() {
        for exchange in exchanges.values {
            guard let stream = exchange.stream, now - exchange.lastNews >= limits.commentSeconds else { continue }
            exchange.lastNews = now
            stream.sendComment()
        }
    }

    /// Milliseconds that clients get to take the ends of their answers.
    private static let farewell = 200

    private func finish(_ daemon: OpaquePointer, _ readiness: Int32) {
        slow.stop()
        takeMail()
        isStopping = true
        for exchange in exchanges.values {
            if exchange.isSuspended, exchange.stream == nil, exchange.made == nil {
                exchange.made = Self.farewellAnswer
            }
            exchange.resume()
        }
        let pause: Int32 = 10
        for _ in 0..<Self.farewell / Int(pause) {
            MHD_run(daemon)
            guard !exchanges.isEmpty else { break }
            wait(readiness, daemon, most: pause)
        }
        for client in clients.values { client.breakOff() }
        MHD_stop_daemon(daemon)
        for exchange in exchanges.values { exchange.stream?.detach() }
        exchanges = [:]
        clients = [:]
    }

    private static var farewellAnswer: HTTPResponse { .error(503, "the server is being stopped") }

    // MARK: What the library tells

    /// Whether a client of this network may come.
    func accepts(_ network: String) -> Bool {
        guard !isStopping else { return false }
        let others = clients.values.filter { $0.network == network && !$0.isBrokenOff }
        return others.count < limits.connectionsPerAddress || makeRoom(among: others)
    }

    func began(_ connection: OpaquePointer) {
        let peer = arete_http_peer(connection)
        clients[connection] = ClientConnection(
            socket: arete_http_socket(connection), address: SocketPlace.text(peer), network: SocketPlace.network(peer),
            now: now)
        guard isFull else { return }
        // Who waits to be let in comes before who is slow, and before who may ask again.
        let others = clients.values.filter { !$0.isBrokenOff }
        if !makeRoom(among: others) { others.filter { $0.phase == .kept }.min { $0.since < $1.since }?.breakOff() }
    }

    /// No more clients are let in until one goes.
    var isFull: Bool { clients.count >= limits.connections }

    func ended(_ connection: OpaquePointer) {
        clients[connection] = nil
        hasRoom = true
    }

    func began(_ target: RequestTarget?, _ connection: OpaquePointer) -> Exchange {
        let client = clients[connection]
        client?.enter(.reading, now: now)
        let exchange = Exchange(self, connection, client, target)
        exchanges[ObjectIdentifier(exchange)] = exchange
        return exchange
    }

    func completed(_ exchange: Exchange) {
        exchange.isOver = true
        exchange.stream?.detach()
        exchange.client?.enter(.kept, now: now)
        exchanges[ObjectIdentifier(exchange)] = nil
    }

    /// Answers a request that came in full, at once or later.
    func answer(_ exchange: Exchange) -> MHD_Result {
        if let made = exchange.made { return send(made, exchange) }
        guard let request = exchange.request(isEncrypted: isEncrypted) else {
            return send(.error(400, "this is no request"), exchange)
        }
        let response = answer(request)
        guard case .later(let work) = response.body else { return send(response, exchange) }
        guard !isStopping else { return send(Self.farewellAnswer, exchange) }
        guard !slow.isEmpty else { return send(Self.made(work), exchange) }
        exchange.client?.enter(.answering, now: now)
        exchange.suspend()
        slow.add { [self] in deliver(Self.made(work), to: exchange) }
        return .YES
    }

    private static func made(_ work: () -> HTTPResponse) -> HTTPResponse {
        var response = work()
        while case .later(let more) = response.body { response = more() }
        return response
    }

    func send(_ response: HTTPResponse, _ exchange: Exchange) -> MHD_Result {
        var response = response
        if exchange.head?.method == "HEAD" {
            // The library sends the end of an answer in parts after a head, too.
            switch response.body {
            case .events(let stream):
                stream.detach()
                response.body = .bytes([])
            case .parts: response.body = .bytes([])
            case .bytes, .later: break
            }
        } else if case .events(let stream) = response.body,
            exchanges.values.count(where: { $0.stream != nil }) >= limits.streams
        {
            stream.detach()
            response = .error(503, "too many pages are told of changes already").with("Retry-After", "10")
        }
        if case .events = response.body {
            exchange.client?.enter(.streaming, now: now)
        } else {
            exchange.client?.enter(.answering, now: now)
        }
        if Library.queue(response, exchange) == .YES { return .YES }
        // A header that is none, or no memory.
        return Library.queue(.error(500, "the answer cannot be sent"), exchange)
    }
}
