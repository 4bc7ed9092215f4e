// A sender with its memory and its link.
import Database

/// Keeps what must not be lost, and sends it until the station has it. For one thread at a time: whoever sees things hands them over and goes
/// on, whatever the link does.
public final class LinkPublisher {
    /// What happened since the last step.
    public struct Progress: Sendable {
        /// Alerts that are on this machine's disk now: no crash loses them.
        public var kept: [Int] = []
        /// Alerts and tracks that are on the station's disk now.
        public var acknowledged: Set<SentItem> = []
        public var sentBytes = 0
        /// Why nothing could be kept; what waits is kept later.
        public var failure: DatabaseError?
    }

    private let clock = LinkClock()
    private let spool: LinkSpool
    private let socket: UDPSocket
    private let sender: SenderID
    private var link: LinkSender
    private var opener = PacketOpener()
    private var nextAlert: Int
    private var alertEnd: Int
    private var trackEnd: Int
    private var unkept: [Int] = []
    private var unacknowledged: Set<SentItem> = []
    private var committedAt = 0
    private var worldTime: (began: Int, doubt: Int)?
    private var askedTimeAt = Int.min / 2

    /// Milliseconds between two commits: each costs a board's flash a write.
    private static let commitEvery = 250
    private static let timeEvery = 1000

    /// - Throws: `DatabaseError`, `SealingError` or `TransportError`: one line that says what to do.
    public init(
        _ profile: LinkProfile, _ pairing: Pairing, spool path: String, to place: TransportPlace,
        context: ContextRecord
    ) throws {
        socket = try UDPSocket(place, listens: false)
        sender = pairing.sender
        spool = try LinkSpool(path: path)
        let unsent = try spool.unsent()
        let firstTrack = try spool.reserve("tracks")
        nextAlert = try spool.reserve("alerts")
        (trackEnd, alertEnd) = (firstTrack + LinkSpool.reserved, nextAlert + LinkSpool.reserved)
        let sealer = PacketSealer(sender: pairing.sender, key: try pairing.keys(.up)[0], epoch: spool.epoch)
        link = LinkSender(profile, sealer: sealer, context: context, firstTrack: firstTrack)
        opener.add(pairing.sender, keys: try pairing.keys(.down))
        for track in unsent.tracks {
            link.restore(track.number, track.sighting, seen: track.seen)
            unacknowledged.insert(.track(number: track.number))
        }
        for alert in unsent.alerts {
            link.tell(alert)
            unacknowledged.insert(.alert(number: alert.number))
        }
        for clock in unsent.clocks { link.tell(clock: clock.epoch, began: clock.began, doubt: clock.doubt) }
    }

    private var time: LinkTime { LinkTime(epoch: spool.epoch, milliseconds: clock.now) }
    /// Alerts and tracks that no station has.
    public var waiting: Int { unacknowledged.count }
    public var loss: Double { link.loss }

    /// An object as it is seen now.
    ///
    /// - Throws: `DatabaseError` where its number cannot be brought to the disk.
    public func see(_ sighting: TrackSighting) throws(DatabaseError) {
        let time = time
        if link.newestTrack >= trackEnd - 100 { trackEnd = try spool.reserve("tracks") + LinkSpool.reserved }
        let number = link.see(sighting, at: time.milliseconds)
        guard !link.isKnown(track: number) else { return }
        unacknowledged.insert(.track(number: number))
        spool.put(number, sighting, seen: time)
    }

    /// An object that is not seen any more: its end is told.
    ///
    /// - Throws: `DatabaseError` as `tell`.
    public func lose(camera: Int, id: Int, _ reason: GoneRecord.Reason = .lost) throws(DatabaseError) {
        guard let number = link.number(camera: camera, id: id) else { return }
        try tell(.gone(track: number, reason))
        link.forget(camera: camera, id: id)
    }

    /// A rule that fits an object.
    ///
    /// - Throws: `DatabaseError` as `tell`.
    public func alert(_ rule: Int, camera: Int, id: Int) throws(DatabaseError) {
        guard let number = link.number(camera: camera, id: id) else { return }
        try tell(.rule(rule, track: number))
    }

    /// Something that happens now. It is kept with the next step's commit.
    ///
    /// - Throws: `DatabaseError` where its number cannot be brought to the disk.
    public func tell(_ kind: Alert.Kind) throws(DatabaseError) {
        if nextAlert >= alertEnd { alertEnd = try spool.reserve("alerts") + LinkSpool.reserved }
        let alert = Alert(number: nextAlert, kind, happened: time)
        nextAlert += 1
        spool.put(alert)
        link.tell(alert)
        unkept.append(alert.number)
        unacknowledged.insert(.alert(number: alert.number))
    }

    /// Sends what there is to send, takes what comes, keeps what is new. Returns after `milliseconds` at most.
    ///
    /// - Throws: `SealingError` where this machine cannot encrypt.
    public func step(within milliseconds: Int) throws(SealingError) -> Progress {
        var progress = Progress()
        tellTime()
        while let packet = try link.packet(at: clock.now) {
            socket.send(packet)
            progress.sentBytes += packet.count + link.profile.carrierBytes
        }
        var patience = min(milliseconds, link.pause(at: clock.now))
        while let (packet, _) = socket.receive(within: patience) {
            patience = 0
            guard let opened = try? opener.open(packet, at: clock.now) else { continue }
            link.take(Payload(bytes: opened.text).records, at: clock.now)
        }
        progress.acknowledged = link.takeAcknowledged()
        for item in progress.acknowledged {
            unacknowledged.remove(item)
            spool.remove(item)
        }
        if clock.now - committedAt >= Self.commitEvery { commit(&progress) }
        return progress
    }

    /// Brings all to the disk.
    public func finish() -> Progress {
        var progress = Progress()
        commit(&progress)
        return progress
    }

    private func commit(_ progress: inout Progress) {
        committedAt = clock.now
        do throws(DatabaseError) {
            try spool.commit()
            progress.kept = unkept
            unkept = []
        } catch {
            progress.failure = error
        }
    }

    /// Tells what time it is as soon as the machine knows, and again when somebody set it.
    private func tellTime() {
        guard clock.now - askedTimeAt >= Self.timeEvery else { return }
        askedTimeAt = clock.now
        guard let found = clock.worldTime else { return }
        if let known = worldTime, abs(known.began - found.began) <= max(known.doubt, 20), known.doubt <= 2 * found.doubt
        {
            return
        }
        worldTime = found
        link.tell(clock: spool.epoch, began: found.began, doubt: found.doubt)
        spool.put(clock: spool.epoch, began: found.began, doubt: found.doubt)
    }
}
