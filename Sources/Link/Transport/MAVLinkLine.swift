// A vehicle's line, on which several components of one machine speak.
import MAVLink
import Synchronization

/// Brings out what its ends (`MAVLinkEnd`) send, in whole frames, gives each of them all that comes in, and gives the
/// sign of life of each component once a second. It never waits.
///
/// A shared one is for ends on threads of their own: somebody calls `turn` and `read` whenever its descriptor is
/// readable, and each end has a descriptor that wakes it. Else there is one end, which does that itself.
public final class MAVLinkLine: Sendable {
    /// A message of somebody else, and when it came.
    public struct Arrival: Sendable {
        public let frame: MAVLinkFrame
        public let peer: PacketPeer
        /// Milliseconds of the clock of `turn`.
        public let at: Int
    }

    fileprivate struct Component {
        var channel: MAVLinkChannel
        let heartbeat: Heartbeat
        var beatAt: Int?
    }

    fileprivate struct Inbox {
        var arrivals: [Arrival] = []
        let bell: Bell
    }

    fileprivate struct State {
        var wire: SerialWire?
        let socket: (any PacketPort)?
        let linePeer: PacketPeer
        var incoming: MAVLinkChannel
        /// Two ends that speak as the same component share one count of frames.
        var components: [MAVLinkFrame.Sender: Component] = [:]
        var inboxes: [Int: Inbox] = [:]
        var nextInbox = 0
        /// Who spoke last, where this listens in a network.
        var lastPeer: PacketPeer?
        var now = 0
        /// When a signed message came last, or one that the key refused.
        var acceptedAt = Int.min / 2
        var refusedAt = Int.min / 2
    }

    let isShared: Bool
    private let listens: Bool
    private let clock: LinkClock
    private let isSigned: Bool
    private let state: Mutex<State>

    private static let beatEvery = 1000
    /// Milliseconds for which it counts that messages were refused, or taken.
    private static let memory = 10_000
    /// Messages that wait for an end: of more, the oldest are lost to it.
    private static let mostArrivals = 512

    /// - Parameters:
    ///   - place: `mavlink:` and where.
    ///   - listens: as a station, to which others send.
    ///   - mayBeAway: a line or a network that cannot be opened now is tried again.
    ///   - clock: tells the world's time, which signatures hold.
    /// - Throws: `TransportError`, one line that says what is wrong.
    public init(
        _ place: PortPlace, listens: Bool, mayBeAway: Bool, isShared: Bool = false, clock: LinkClock = LinkClock()
    ) throws(TransportError) {
        // Where nobody knows what time it is, signed messages of others tell it.
        let signing = try place.signingKey().map { MAVLinkSigning(key: $0, link: 0, time: SigningTime(steps: 0)) }
        let nobody = MAVLinkChannel(sender: MAVLinkFrame.Sender(system: 0, component: 0), signing: signing)
        switch place.way {
        case .line(let path, let rate):
            var wire = SerialWire(path: path, rate: rate)
            if !mayBeAway { try wire.open(at: 0) }
            state = Mutex(
                State(wire: wire, socket: nil, linePeer: PacketPeer(description: path), incoming: nobody))
        case .network(let network):
            let socket = try network.open(listens: listens, mayBeAway: mayBeAway)
            let peer = PacketPeer(description: "\(network)")
            state = Mutex(State(wire: nil, socket: socket, linePeer: peer, incoming: nobody))
        case .broker: throw .place("\(place)", "is no vehicle's line")
        }
        (self.listens, self.isShared, self.clock, isSigned) = (listens, isShared, clock, signing != nil)
    }

    /// Becomes readable when something came; -1 while nothing is plugged in.
    public var descriptor: Int32 { state.withLock { $0.socket?.descriptor ?? $0.wire?.pollDescriptor ?? -1 } }

    /// Nothing waits in it.
    public var isIdle: Bool {
        state.withLock { state in
            state.wire?.flush()
            return state.wire?.isIdle ?? state.socket?.isReady ?? true
        }
    }

    /// Why nothing goes out or comes in now; `nil` where it does.
    public var trouble: String? {
        state.withLock { state in
            if let trouble = state.wire?.trouble ?? state.socket?.trouble { return trouble }
            let isRefused =
                state.now - state.refusedAt < Self.memory && state.now - state.acceptedAt >= Self.memory
            guard isRefused else { return nil }
            let isOld = state.incoming.refused.keys.allSatisfy { $0 == .old }
            return isOld
                ? "\(state.linePeer): what comes is signed with times long before this machine's: which clock is wrong?"
                : "\(state.linePeer): the key refuses all that comes: it is another one's, or it is not signed"
        }
    }

    /// Messages that came and that the key refused.
    public var refused: Int { state.withLock { $0.incoming.refused.values.reduce(0, +) } }

    /// Time goes on. All who call this have the same clock.
    ///
    /// - Parameter now: milliseconds of a clock that nobody sets.
    /// - Returns: after how many milliseconds it wants to be called again.
    public func turn(at now: Int) -> Int {
        let time = isSigned ? clock.machineTime.map { $0.began + clock.now } : nil
        let worldTime = time.map { SigningTime(unixMicroseconds: Int64($0) * 1000) }
        return state.withLock { state in
            state.now = max(state.now, now)
            if let worldTime { state.incoming.signing?.advance(to: worldTime) }
            _ = state.wire?.turn(at: now)
            let reopening = state.socket?.turn(at: now) ?? .max
            var pause = min(state.wire?.pause ?? .max, reopening, Self.beatEvery)
            for (sender, var component) in state.components {
                let since = component.beatAt.map { now - $0 } ?? Self.beatEvery
                if since >= Self.beatEvery {
                    component.beatAt = now
                    component.channel.signing?.advance(to: state.incoming.signing?.time ?? SigningTime(steps: 0))
                    state.write(component.channel.frame(component.heartbeat), to: nil, listens)
                    state.components[sender] = component
                } else {
                    pause = min(pause, Self.beatEvery - since)
                }
            }
            return pause
        }
    }

    /// Takes what came, once: whoever floods a line with what is none holds nobody up.
    ///
    /// - Returns: whether there were bytes.
    public func read() -> Bool {
        let (bells, isSome) = state.withLock { state -> ([Bell], Bool) in
            let (bytes, peer): ([UInt8], PacketPeer)
            if let socket = state.socket {
                guard let found = socket.receive() else { return ([], false) }
                (bytes, peer) = found
            } else {
                (bytes, peer) = (state.wire?.read() ?? [], state.linePeer)
                if bytes.isEmpty { return ([], false) }
            }
            // Some routers give back what they get.
            let components = state.components
            let refused = state.incoming.refused
            let frames = state.incoming.read(bytes)
            if state.socket != nil { state.incoming.forgetRest() }
            if frames.contains(where: { $0.signature != nil }) { state.acceptedAt = state.now }
            if state.incoming.refused != refused { state.refusedAt = state.now }
            let arrivals = frames.filter { components[$0.sender] == nil }.map { frame in
                Arrival(frame: frame, peer: peer, at: state.now)
            }
            guard !arrivals.isEmpty else { return ([], true) }
            if state.socket != nil { state.lastPeer = peer }
            for place in state.inboxes.keys {
                state.inboxes[place]?.arrivals += arrivals
                let surplus = (state.inboxes[place]?.arrivals.count ?? 0) - Self.mostArrivals
                if surplus > 0 { state.inboxes[place]?.arrivals.removeFirst(surplus) }
            }
            return (state.inboxes.values.map(\.bell), true)
        }
        for bell in bells { bell.ring() }
        return isSome
    }

    // MARK: Ends

    func open(_ sender: MAVLinkFrame.Sender, _ heartbeat: Heartbeat, _ bell: Bell) -> Int {
        state.withLock { state in
            if state.components[sender] == nil {
                let channel = MAVLinkChannel(sender: sender, signing: state.incoming.signing)
                state.components[sender] = Component(channel: channel, heartbeat: heartbeat)
            }
            state.nextInbox += 1
            state.inboxes[state.nextInbox] = Inbox(bell: bell)
            return state.nextInbox
        }
    }

    func close(_ inbox: Int) { state.withLock { $0.inboxes[inbox] = nil } }

    /// What came for an end since this was last called.
    func take(_ inbox: Int) -> [Arrival] {
        state.withLock { state in
            defer { state.inboxes[inbox]?.arrivals = [] }
            return state.inboxes[inbox]?.arrivals ?? []
        }
    }

    /// - Returns: the bytes that went out.
    func send(
        from sender: MAVLinkFrame.Sender, to peer: PacketPeer?, _ frames: (inout MAVLinkChannel) -> [[UInt8]]
    ) -> Int {
        state.withLock { state in
            guard var component = state.components[sender] else { return 0 }
            component.channel.signing?.advance(to: state.incoming.signing?.time ?? SigningTime(steps: 0))
            let made = frames(&component.channel)
            state.components[sender] = component
            return made.reduce(0) { $0 + state.write($1, to: peer, listens) }
        }
    }
}

extension MAVLinkLine.State {
    @discardableResult fileprivate mutating func write(_ frame: [UInt8], to peer: PacketPeer?, _ listens: Bool) -> Int {
        if let socket {
            let peer = peer ?? lastPeer
            // Who listens does not know anybody yet.
            if listens && peer == nil || !socket.isReady { return 0 }
            socket.send(frame, to: listens ? peer : nil)
        } else {
            guard let wire, wire.pollDescriptor >= 0 else { return 0 }
            self.wire?.write(frame)
        }
        return frame.count
    }
}
