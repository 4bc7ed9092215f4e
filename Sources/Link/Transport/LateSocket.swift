// A place in the network that may not be there yet.

/// Sends datagrams to a place once it can be reached: without a network there is neither a route nor anybody who knows names. It never waits.
final class LateSocket: PacketPort {
    private let place: TransportPlace
    private var socket: UDPSocket?
    private var opening: SocketOpening?
    private(set) var trouble: String?
    private var nextTry = Int.min
    private var pause = LateSocket.pauses.first
    /// When something came in last, or it was opened.
    private var heardAt = 0
    private var wasHeard = false
    private var now = 0

    /// Milliseconds.
    private static let pauses = (first: 500, most: 30_000)
    /// Milliseconds of silence after which its name is asked for again: it may have moved.
    private static let silence = 300_000
    /// Milliseconds between two looks at whether it is open.
    private static let patience = 50

    init(_ place: TransportPlace) { self.place = place }

    var descriptor: Int32 { socket?.descriptor ?? -1 }
    var isReady: Bool { socket != nil }

    func turn(at now: Int) -> Int {
        self.now = now
        // Where nobody ever answered, silence says nothing.
        guard socket == nil || wasHeard && now - heardAt > Self.silence else { return .max }
        guard now >= nextTry else { return nextTry - now }
        let opening = self.opening ?? SocketOpening(place)
        self.opening = opening
        switch opening.take() {
        case nil: return Self.patience
        case .success(let opened):
            (socket, trouble, pause, heardAt, nextTry) = (opened, nil, Self.pauses.first, now, now)
        case .failure(let error):
            // What still works stays until there is another one.
            trouble = socket == nil ? "\(error); trying again" : nil
            nextTry = now + pause
            pause = min(pause * 2, Self.pauses.most)
        }
        self.opening = nil
        return socket == nil ? nextTry - now : .max
    }

    func send(_ packet: [UInt8], to peer: PacketPeer?) { socket?.send(packet, to: peer) }

    func receive() -> (packet: [UInt8], peer: PacketPeer)? {
        guard let came = socket?.receive() else { return nil }
        (heardAt, wasHeard) = (now, true)
        return came
    }
}

extension TransportPlace {
    /// Opens it.
    ///
    /// - Parameters:
    ///   - listens: as a station, to which others send.
    ///   - mayBeAway: a place that cannot be reached now is tried again, and the port says why.
    /// - Throws: `TransportError`, one line that says what is wrong.
    func open(listens: Bool, mayBeAway: Bool) throws(TransportError) -> any PacketPort {
        mayBeAway && !listens ? LateSocket(self) : try UDPSocket(self, listens: listens)
    }
}
