// A component of a vehicle, on a serial line or in a network.
import MAVLink

/// Sends a component's messages and takes those of others; gives its sign of life once a second. For one thread at a
/// time, and it never waits.
public final class MAVLinkEnd {
    private var wire: SerialWire?
    private let socket: UDPSocket?
    private let listens: Bool
    private var channel: MAVLinkChannel
    private let heartbeat: Heartbeat
    private var beatAt: Int?
    private var frames: [(frame: MAVLinkFrame, peer: PacketPeer)] = []
    /// Who spoke last, where this listens in a network.
    private var lastPeer: PacketPeer?
    private let linePeer: PacketPeer
    public private(set) var sentBytes = 0

    private static let beatEvery = 1000

    /// - Parameters:
    ///   - place: `mavlink:` and where.
    ///   - sender: of what its place does not name.
    ///   - type: what it says it is: `Heartbeat.camera` for instance.
    ///   - mayBeAway: a line that cannot be opened now is tried again.
    /// - Throws: `TransportError`, one line that says what is wrong.
    public init(
        _ place: PortPlace, sender: MAVLinkFrame.Sender, type: UInt8, listens: Bool, mayBeAway: Bool
    ) throws(TransportError) {
        switch place.way {
        case .line(let path, let rate):
            var wire = SerialWire(path: path, rate: rate)
            if !mayBeAway { try wire.open(at: 0) }
            (self.wire, socket, linePeer) = (wire, nil, PacketPeer(description: path))
        case .network(let network):
            (wire, socket) = (nil, try UDPSocket(network, listens: listens))
            linePeer = PacketPeer(description: "\(network)")
        }
        self.listens = listens
        channel = MAVLinkChannel(
            sender: MAVLinkFrame.Sender(
                system: place.system ?? sender.system, component: place.component ?? sender.component))
        heartbeat = Heartbeat(type: type)
    }

    public var sender: MAVLinkFrame.Sender { channel.sender }
    public var descriptor: Int32 { socket?.descriptor ?? wire?.pollDescriptor ?? -1 }
    /// Nothing waits in it.
    public var isReady: Bool { wire?.isIdle ?? true }
    public var trouble: String? { wire?.trouble }

    /// Time goes on.
    ///
    /// - Returns: after how many milliseconds it wants to be called again.
    public func turn(at now: Int) -> Int {
        _ = wire?.turn(at: now)
        let since = beatAt.map { now - $0 } ?? Self.beatEvery
        guard since >= Self.beatEvery else { return min(wire?.pause ?? .max, Self.beatEvery - since) }
        beatAt = now
        send(heartbeat)
        return min(wire?.pause ?? .max, Self.beatEvery)
    }

    /// - Parameter peer: where this listens in a network; `nil`: who spoke last.
    public func send(_ message: some MAVLinkMessage, to peer: PacketPeer? = nil) {
        write(channel.frame(message), to: peer)
    }

    /// A line for people. `severity`: 0 emergency to 7 debug.
    public func send(text: String, severity: UInt8) {
        for frame in channel.frames(text: text, severity: severity) { write(frame, to: nil) }
    }

    private func write(_ frame: [UInt8], to peer: PacketPeer?) {
        if let socket {
            let peer = peer ?? lastPeer
            // Who listens does not know anybody yet.
            if listens, peer == nil { return }
            socket.send(frame, to: listens ? peer : nil)
        } else {
            guard descriptor >= 0 else { return }
            wire?.write(frame)
        }
        sentBytes += frame.count
    }

    /// The next message of another component. Looks once at what came: whoever floods a line with what is none holds
    /// nobody up.
    public func receive() -> (frame: MAVLinkFrame, peer: PacketPeer)? {
        if frames.isEmpty {
            let (bytes, peer): ([UInt8], PacketPeer)
            if let socket {
                guard let found = socket.receive() else { return nil }
                (bytes, peer) = found
            } else {
                (bytes, peer) = (wire?.read() ?? [], linePeer)
                if bytes.isEmpty { return nil }
            }
            // Some routers give back what they get.
            frames = channel.read(bytes).filter { $0.sender != sender }.map { ($0, peer) }
            if !frames.isEmpty, socket != nil { lastPeer = peer }
        }
        return frames.isEmpty ? nil : frames.removeFirst()
    }
}
