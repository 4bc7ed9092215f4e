// One request and its answer.
import CMicroHTTPD
import Glibc

/// Used on the server's thread alone, but for `made`.
final class Exchange: @unchecked Sendable {
    unowned let loop: ServerLoop
    let connection: OpaquePointer
    let client: ClientConnection?
    let target: RequestTarget?

    /// What the first call of the library told.
    var head: (method: String, headers: HTTPHeaders)?
    var body: [UInt8] = []
    /// Bytes of the body that were passed over.
    var excess = 0
    /// An answer that was made later.
    var made: HTTPResponse?
    var isSuspended = false
    var isOver = false
    var stream: EventStream?
    /// Seconds when a stream last told anything.
    var lastNews = 0
    var parts: (@Sendable () -> HTTPResponse.Part)?
    /// Of the last part, what did not fit yet.
    var rest: ArraySlice<UInt8> = []

    init(_ loop: ServerLoop, _ connection: OpaquePointer, _ client: ClientConnection?, _ target: RequestTarget?) {
        (self.loop, self.connection, self.client, self.target) = (loop, connection, client, target)
    }

    func request(isEncrypted: Bool) -> HTTPRequest? {
        guard let target, let head else { return nil }
        return HTTPRequest(
            method: head.method, target: target, headers: head.headers, body: body,
            address: client?.address ?? "unknown", network: client?.network, isEncrypted: isEncrypted)
    }

    func suspend() {
        isSuspended = true
        MHD_suspend_connection(connection)
    }

    func resume() {
        guard isSuspended else { return }
        isSuspended = false
        MHD_resume_connection(connection)
    }

    /// The library's count of bytes, or its signs for the end. `nothing` waits until the connection is resumed.
    func read(into room: UnsafeMutableRawBufferPointer) -> Int {
        stream == nil ? readParts(into: room) : readEvents(into: room)
    }

    private static let end = -1
    private static let failure = -2

    private func readEvents(into room: UnsafeMutableRawBufferPointer) -> Int {
        guard let stream, !loop.isStopping || stream.hasNews else { return Self.end }
        switch stream.take(into: room) {
        case .bytes(let count):
            lastNews = loop.now
            return count
        case .over: return Self.end
        case .dropped: return Self.failure
        case .nothing:
            suspend()
            return 0
        }
    }

    private func readParts(into room: UnsafeMutableRawBufferPointer) -> Int {
        while rest.isEmpty {
            guard !loop.isStopping, let parts else { return Self.failure }
            switch parts() {
            case .bytes(let bytes): rest = bytes[...]
            case .end: return Self.end
            case .failure: return Self.failure
            }
        }
        let count = min(room.count, rest.count)
        rest.withUnsafeBytes { room.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0.prefix(count))) }
        rest = rest.dropFirst(count)
        return count
    }
}
