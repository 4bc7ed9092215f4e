// What is said over one connection to a TAK server, without the connection.

/// A client's side of a stream: it begins in XML, goes over to version 1 of the TAK protocol where the server offers
/// that, and shows signs of life. Times are milliseconds of any clock that only goes forward, except in events.
public struct TAKSession: Sendable {
    /// How events are written now.
    public enum Form: Sendable { case xml, protobuf }

    private enum State {
        case xml
        /// Nothing may be sent until the server has answered.
        case asked(at: Int)
        case protobuf
    }

    private let uid: String
    private var state = State.xml
    private var stream: TAKStream
    private var unsent: [UInt8] = []
    private var lastSent: Int
    private var lastReceived: Int
    /// When the connection took bytes for the last time, or when there were none.
    private var lastTaken: Int
    /// Some servers never answer signs of life: their silence says nothing.
    private var hasAnsweredPings = false
    private let mostUnsent: Int

    /// A server that does not answer a request is asked for nothing more (the protocol's own limit).
    private static let answerPatience = 60_000
    private static let pingInterval = 15_000
    private static let silencePatience = 60_000

    /// - Parameters:
    ///   - uid: of this client; its signs of life bear it.
    ///   - now: when the connection was made.
    ///   - mostBytes: of an event that comes, and of what waits to be sent.
    public init(uid: String, at now: Int, mostBytes: Int = 1 << 20) {
        self.uid = uid
        (lastSent, lastReceived, lastTaken) = (now, now, now)
        mostUnsent = mostBytes
        stream = TAKStream(mostBytes: mostBytes)
    }

    public var form: Form { if case .protobuf = state { .protobuf } else { .xml } }

    /// Takes what came over the connection. Returns the events in it, and what could not be read.
    ///
    /// - Parameter time: milliseconds since 1970, for what is answered.
    /// - Throws: `TAKError.stream` where the connection is of no more use.
    public mutating func receive(
        _ bytes: some Collection<UInt8>, at now: Int, time: Int
    ) throws(TAKError) -> (events: [CoTEvent], unreadable: [TAKError]) {
        stream.add(bytes)
        var (events, unreadable): ([CoTEvent], [TAKError]) = ([], [])
        while true {
            do throws(TAKError) {
                guard let event = try stream.next() else { break }
                lastReceived = now
                if !take(event, at: now, time: time) { events.append(event) }
            } catch {
                guard case .event = error else { throw error }
                unreadable.append(error)
            }
        }
        return (events, unreadable)
    }

    /// Whether an event belonged to the connection itself.
    private mutating func take(_ event: CoTEvent, at now: Int, time: Int) -> Bool {
        switch event.type {
        case .protocolSupport:
            let control = event.others.first { $0.name == "TakControl" }
            let versions = control?.children.filter { $0.name == "TakProtocolSupport" }.compactMap { $0["version"] }
            if case .xml = state, versions?.contains("1") == true { ask(event.uid, at: now, time: time) }
        case .protocolResponse:
            guard case .asked = state else { return true }
            let response = event.others.first { $0.name == "TakControl" }?.child("TakResponse")
            state = response?["status"] == "true" ? .protobuf : .xml
        // FreeTAKServer sends the sign of life itself back.
        case .pong, .ping: hasAnsweredPings = true
        default: return false
        }
        return true
    }

    private mutating func ask(_ uid: String, at now: Int, time: Int) {
        var request = CoTEvent(
            uid: uid, type: .protocolRequest, time: time, stale: time + Self.answerPatience, point: .nowhere)
        request.others = [XMLElement("TakControl", [], [XMLElement("TakRequest", [.init("version", "1")])])]
        unsent += Array(request.xml.utf8)
        lastSent = now
        state = .asked(at: now)
    }

    /// Puts an event among what is to be sent. Returns whether it was taken: not while the form is being agreed on, and
    /// not while too much waits already. Then the caller keeps it.
    public mutating func send(_ event: CoTEvent, at now: Int) -> Bool {
        if case .asked = state { return false }
        let bytes = form == .protobuf ? event.streamPacket : Array(event.xml.utf8)
        guard unsent.isEmpty || unsent.count + bytes.count <= mostUnsent else { return false }
        unsent += bytes
        lastSent = now
        return true
    }

    /// Shows a sign of life where nothing else was sent for a while. To be called each second or so.
    ///
    /// - Parameter time: milliseconds since 1970.
    /// - Throws: `TAKError.stream` where the server has been silent or has taken nothing for too long: connect anew.
    public mutating func advance(to now: Int, time: Int) throws(TAKError) {
        if case .asked(let asked) = state, now - asked > Self.answerPatience {
            throw .stream("the server offered version 1 of the TAK protocol and has not answered for 60 s")
        }
        guard !hasAnsweredPings || now - lastReceived <= Self.silencePatience else {
            throw .stream("the server has been silent for 60 s")
        }
        if unsent.isEmpty { lastTaken = now }
        guard now - lastTaken <= Self.silencePatience else { throw .stream("the server has taken nothing for 60 s") }
        guard now - lastSent >= Self.pingInterval, unsent.isEmpty else { return }
        let ping = CoTEvent(uid: uid + "-ping", type: .ping, time: time, stale: time + 20_000, point: .nowhere)
        _ = send(ping, at: now)
    }

    /// What the connection is to send next.
    public var outgoing: ArraySlice<UInt8> { unsent[...] }

    /// The connection has taken so many bytes of `outgoing`.
    public mutating func sent(_ count: Int, at now: Int) {
        guard count > 0 else { return }
        unsent.removeFirst(min(count, unsent.count))
        lastTaken = now
    }
}
