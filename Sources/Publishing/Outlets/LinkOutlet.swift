// Out over a thin link.
import Database
import Link

/// Keeps what must not be lost, and sends it until the station has it.
public final class LinkOutlet: Outlet {
    public struct Options: Sendable {
        public var profile: LinkProfile
        /// Of the spool, which outlives crashes.
        public var spool: String
        /// Where places are counted from; `nil`: none are told.
        public var area: Area?
        /// The first bits of SHA-256 of the model's file.
        public var model: UInt32
        /// What pictures are taken from; `nil`: none are told.
        public var album: Album?
        /// Milliseconds from one scene of a camera to its next; `nil`: they are told when they are asked for.
        public var sceneEvery: Int?
        /// Each thing that is kept or acknowledged is held until it is asked for.
        public var tellsEach: Bool

        public init(
            profile: LinkProfile, spool: String, area: Area? = nil, model: UInt32 = 0, album: Album? = nil,
            sceneEvery: Int? = nil, tellsEach: Bool = false
        ) {
            (self.profile, self.spool, self.area, self.model) = (profile, spool, area, model)
            (self.album, self.sceneEvery, self.tellsEach) = (album, sceneEvery, tellsEach)
        }
    }

    private let clock: LinkClock
    private let options: Options
    private let use: PairingUse
    private let spool: LinkSpool
    private let port: any PacketPort
    private var link: LinkSender
    private var opener = PacketOpener()
    private var pictures: PictureList
    private var names = NameTables()
    private var namesAt = 0
    private var area: Area?
    /// Alerts that wait until more important ones have come.
    private var backlog = AlertBacklog(most: 100_000)
    private var unkept: [Int] = []
    private var kept: [Int] = []
    private var acknowledged: Set<SentItem> = []
    private var unacknowledged: Set<SentItem> = []
    private var committedAt = 0
    /// Why something is not told as it should be: each as long as it lasts.
    private var diskTrouble, sealingTrouble, namesTrouble, areaTrouble, pictureTrouble: String?
    private var worldTime: (began: Int, doubt: Int)?
    private var askedTimeAt = Int.min / 2
    private var counts = OutletFigures()

    /// Milliseconds between two commits: each costs a board's flash a write.
    private static let commitEvery = 250
    /// Packets that are taken in a turn.
    private static let mostReceives = 64
    /// Alerts that are repeated at a time.
    private static let mostTold = 256
    private static let timeEvery = 1000
    /// Of names that nobody can ask for.
    private static let namesEvery = 1_800_000

    /// - Parameters:
    ///   - path: of the pairing's file.
    ///   - store: what it tells of.
    /// - Throws: `PairingError`, `DatabaseError` or `SealingError`: one line that says what to do.
    public init(_ options: Options, pairing path: String, over port: any PacketPort, of store: TrackStore) throws {
        (self.options, self.port, clock, area) = (options, port, store.clock, options.area)
        pictures = PictureList(sceneEvery: options.sceneEvery)
        let pairing = try Pairing(path: path)
        use = try PairingUse(of: path)
        spool = try LinkSpool(path: options.spool, after: use.lastEpoch)
        try use.begin(spool.epoch)
        let unsent = try spool.unsent()
        let sealer = PacketSealer(sender: pairing.sender, key: try pairing.keys(.up)[0], epoch: spool.epoch)
        link = LinkSender(options.profile, sealer: sealer, newestTrack: store.newestTrack)
        opener.add(
            pairing.sender, keys: try pairing.keys(.down), last: try spool.lastFromStation(), cameAt: clock.now)
        link.tell(CameraView(camera: 0, area: options.area, model: options.model), at: clock.now)
        for track in unsent.tracks {
            link.restore(track.number, track.sighting, seen: track.seen)
            unacknowledged.insert(.track(number: track.number))
        }
        for alert in unsent.alerts {
            _ = backlog.put(alert)
            unacknowledged.insert(.alert(number: alert.number))
        }
        for clock in unsent.clocks { link.tell(clock: clock.epoch, began: clock.began, doubt: clock.doubt) }
    }

    public var name: String { options.profile.name }
    public var lacks: [String] {
        let pictures = options.album == nil ? "pictures" : "pictures of parts"
        return [
            pictures, "serials of parts", "all reasons of a part but the first", "sizes in millimetres",
            "times finer than 0.2 s",
        ]
    }
    public var descriptors: [Int32] { [port.descriptor] }

    public var figures: OutletFigures {
        var figures = counts
        figures.waiting = unacknowledged.count
        figures.dropped += spool.dropped
        figures.loss = link.loss
        let troubles = [diskTrouble, sealingTrouble, port.trouble, areaTrouble, namesTrouble, pictureTrouble]
        figures.trouble = troubles.lazy.compactMap { $0 }.first
        return figures
    }

    /// Alerts that are on this machine's disk, since this was last asked: no crash loses them.
    public func takeKept() -> [Int] {
        defer { kept = [] }
        return kept
    }

    /// What is on the station's disk, since this was last asked.
    public func takeAcknowledged() -> Set<SentItem> {
        defer { acknowledged = [] }
        return acknowledged
    }

    // MARK: What there is to tell

    public func take(_ changes: StoreChanges) {
        if let vehicle = changes.vehicle { tell(vehicle) }
        if let names = changes.names { tell(names) }
        for track in changes.tracks { see(track) }
        for event in changes.events { tell(event) }
        for health in changes.health { tell(health) }
        counts.dropped += changes.missed
    }

    private func tell(_ names: NameTables) {
        self.names = names
        _ = areTold(area)
        // Who answers asks for them.
        if !options.profile.hasWayBack { sendNames() }
    }

    /// Tells what the tracks of all cameras stand on. Returns whether all was taken.
    private func areTold(_ area: Area?) -> Bool {
        // Where there is no SHA-256, nothing is sent anyway, and that is told.
        let hash = (try? Digest.first32(of: names.bytes)) ?? 0
        let count = max(names[.cameras].count, 1)
        let taken = (0..<min(count, CameraView.most)).map { camera in
            link.tell(CameraView(camera: camera, area: area, names: hash, model: options.model), at: clock.now)
        }
        areaTrouble =
            count > CameraView.most
            ? "more than \(CameraView.most) cameras: those behind look as if they were the first"
            : taken.contains(false)
                ? "areas change too fast: places outside the last one are told in some minutes" : nil
        return !taken.contains(false)
    }

    /// Where nobody has said where places are told from, it is where the vehicle is.
    private func tell(_ vehicle: StoredVehicle) {
        if options.area == nil, area?.reaches(vehicle.place) != true,
            let new = Area(around: vehicle.place, ground: vehicle.pose.place.altitude - vehicle.pose.place.height),
            areTold(new)
        {
            area = new
        }
        guard let camera = vehicle.camera else { return }
        link.tell(
            CameraPose(
                place: vehicle.place, altitude: vehicle.pose.place.altitude, ellipsoidHeight: vehicle.ellipsoidHeight,
                yaw: camera.yaw * 180 / .pi, pitch: camera.pitch * 180 / .pi, view: vehicle.view,
                seen: vehicle.time))
    }

    private func sendNames() {
        namesAt = clock.now
        let isTaken = try? link.tell(.names, names.bytes, isWished: true, at: clock.now)
        namesTrouble = isTaken == true ? nil : "the names of cameras, classes and rules are too many for this link"
    }

    private func fulfil(_ wish: RequestRecord) {
        switch wish {
        case .names: sendNames()
        case .chip, .scene:
            if options.album != nil { return pictures.wish(wish) }
            link.tell(text: "no pictures are kept")
        default: break
        }
    }

    private func see(_ track: StoredTrack) {
        // What waits on the disk counts heights as the area does: those that follow a vehicle count from the sea's level.
        let sighting = track.sighting.counted(from: area?.datum ?? .meanSeaLevel)
        link.see(track.number, sighting, at: track.lastSeen)
        pictures.see(track)
        if track.end != nil { link.forget(track.number) }
        guard !link.isKnown(track: track.number) else { return }
        unacknowledged.insert(.track(number: track.number))
        spool.put(track.number, sighting, seen: time(track.lastSeen))
    }

    private func tell(_ event: StoredEvent) {
        if case .rule(_, _, let track) = event.kind { pictures.hasAlert(track.number) }
        let kind: Alert.Kind =
            switch event.kind {
            case .rule(let rule, _, let track): .rule(rule, track: track.number)
            case .gone(let track, let reason): .gone(track: track.number, reason)
            case .part(let part):
                .part(
                    number: part.number, isGood: part.isGood, wasInspected: part.wasInspected,
                    reason: part.reasons.first.flatMap { names[.reasons].firstIndex(of: $0) })
            }
        let alert = Alert(number: event.number, kind, happened: time(event.time))
        spool.put(alert)
        tell(alert)
        if options.tellsEach { unkept.append(alert.number) }
        unacknowledged.insert(.alert(number: alert.number))
    }

    private func tell(_ health: CameraHealth) {
        link.tell(
            HealthRecord(
                camera: health.camera, faults: health.faults, rate: health.rate, waiting: unacknowledged.count,
                free: health.free, temperature: health.temperature, battery: nil))
    }

    /// Of many that nobody has had for long, the most important ones are repeated, of these the newest.
    private func tell(_ alert: Alert) {
        link.tell(alert)
        guard link.alertCount > Self.mostTold, let waiting = link.takeBack(), let least = backlog.put(waiting) else {
            return
        }
        end(.alert(number: least.number))
        counts.dropped += 1
    }

    private func time(_ milliseconds: Int) -> LinkTime { LinkTime(epoch: spool.epoch, milliseconds: milliseconds) }

    // MARK: The link

    public func turn() -> Int {
        // Before the port, which may ask for a name for long.
        if clock.now - committedAt >= Self.commitEvery { commit() }
        _ = port.turn(at: clock.now)
        tellTime()
        receive()
        while link.alertCount < Self.mostTold, let alert = backlog.take() { link.tell(alert) }
        if !options.profile.hasWayBack, clock.now - namesAt >= Self.namesEvery { sendNames() }
        do throws(SealingError) {
            while port.isReady, let packet = try link.packet(at: clock.now) {
                port.send(packet, to: nil)
                counts.sentBytes += packet.count + options.profile.carrierBytes
                counts.sentMessages += 1
                sealingTrouble = nil
            }
        } catch {
            sealingTrouble = "\(error)"
        }
        // Work that takes a while: what is urgent has gone.
        tellPicture()
        // What there is to send is sent once the port takes it.
        let linkPause = port.isReady ? link.pause(at: clock.now) : .max
        let commitPause = max(committedAt + Self.commitEvery - clock.now, 1)
        return min(linkPause, port.turn(at: clock.now), commitPause)
    }

    /// One at a time: each is a piece of work.
    private func tellPicture() {
        guard let album = options.album else { return }
        let next = pictures.next(at: clock.now, underWay: link.bulkCount, scenes: album.sceneOrders) { album.has($0) }
        guard let picture = next else { return }
        do {
            if try !tell(picture, album), picture.isWished { link.tell(text: picture.absence) }
            pictureTrouble = nil
        } catch {
            pictureTrouble = "\(error)"
        }
    }

    /// Returns whether there is one.
    private func tell(_ picture: PictureList.Picture, _ album: Album) throws -> Bool {
        switch picture.subject {
        case .track(let number, let level):
            guard let portrait = album.portrait(of: number) else { return false }
            // Where one takes more pieces than there are numbers, a smaller one must do.
            for level in (0...level).reversed() {
                if link.isTelling(.chip, of: number, level: level) { return true }
                guard let file = try ChipMaker.chip(of: portrait, level: level) else { continue }
                let isTaken = try link.tell(
                    chip: file, of: number, level: level, isWished: picture.isWished, at: clock.now)
                if isTaken { return true }
            }
            return false
        case .scene(let camera):
            if link.isTelling(.scene, of: camera) { return true }
            guard let scene = album.scene(of: camera), let file = try ChipMaker.scene(of: scene) else {
                return false
            }
            return try link.tell(scene: file, of: camera, isWished: picture.isWished, at: clock.now)
        }
    }

    private func receive() {
        for _ in 0..<Self.mostReceives {
            guard let (packet, _) = port.receive() else { break }
            guard let opened = try? opener.open(packet, at: clock.now) else { continue }
            spool.put(fromStation: opened.number)
            link.take(Payload(bytes: opened.text).records, epoch: opened.number.epoch, at: clock.now)
        }
        if let room = port.takeRoom() { link.note(room: room, at: clock.now) }
        for wish in link.takeWishes() { fulfil(wish) }
        for item in link.takeAcknowledged() {
            if options.tellsEach { acknowledged.insert(item) }
            end(item)
        }
        for item in link.takeEnded() { end(item) }
    }

    /// Somebody has it, or nobody will.
    private func end(_ item: SentItem) {
        unacknowledged.remove(item)
        if case .alert(let number) = item { backlog.remove(number) }
        spool.remove(item)
    }

    public func finish() { commit() }

    private func commit() {
        committedAt = clock.now
        do throws(DatabaseError) {
            try spool.commit()
            kept += unkept
            (unkept, diskTrouble) = ([], nil)
        } catch {
            diskTrouble = "\(error)"
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
