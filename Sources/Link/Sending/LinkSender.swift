// What a sender says next.

/// Decides what goes into each packet: alerts first, then tracks that nobody has, then which are gone, then of all tracks
/// the one that was told longest ago.
///
/// It has no thread, clock or socket of its own: what it says depends on what is put in and on the order of calls only. Times are
/// milliseconds of the sender's epoch.
public struct LinkSender: Sendable {
    public let profile: LinkProfile
    private let sealer: PacketSealer
    private var pace: LinkPace
    private var learned: LearnedRate
    private var tracks: TrackTable
    private var alerts: [Int: WaitingAlert] = [:]
    private var standing: StandingRecords
    private var sent = SentPackets()
    private var bulk = BulkQueue()
    private var wishes: [RequestRecord] = []
    /// When something came back last, and since when that goes on.
    private var heardAt: Int?
    /// When anything came back last.
    private var answeredAt: Int?
    private var contact: Int?
    private var stationEpoch: UInt32 = 0
    private var acknowledged: Set<SentItem> = []
    private var ended: Set<SentItem> = []

    private struct WaitingAlert {
        let alert: Alert
        var plan = RepeatPlan()
    }

    /// Milliseconds of silence after which the next receipt counts as a new contact.
    private static let silence = 15_000

    /// - Parameters:
    ///   - sealer: of an epoch that begins now.
    ///   - newestTrack: the largest running number that was given so far: it tells what the last bits of the next ones mean.
    public init(_ profile: LinkProfile, sealer: PacketSealer, newestTrack: Int = 0) {
        (self.profile, self.sealer) = (profile, sealer)
        tracks = TrackTable(newest: newestTrack)
        standing = StandingRecords(newestTrack: newestTrack)
        pace = LinkPace(profile)
        learned = LearnedRate(most: profile.bytesPerSecond)
    }

    public var epoch: UInt32 { sealer.epoch }
    /// Bytes a second that the link carries, as receipts tell it, at most what the profile allows.
    public var rate: Double { learned.rate }
    /// The part of packets that were lost lately, where there is a way back to tell.
    public var loss: Double { profile.hasWayBack ? sent.loss : profile.expectedLoss }
    private var isHeard: Bool { heardAt != nil }

    // MARK: What there is to tell

    /// An object as it is seen now. Complexity: O(1) for one that is known, O(n) for a new one beside n others.
    ///
    /// - Parameter number: its running number, over all epochs: no two objects that are seen at once have the same last bits (`TrackTag`).
    public mutating func see(_ number: Int, _ sighting: TrackSighting, at now: Int) {
        tracks.see(number, sighting, at: LinkTime(epoch: epoch, milliseconds: now))
    }

    /// What was not acknowledged in an earlier epoch.
    public mutating func restore(_ number: Int, _ sighting: TrackSighting, seen: LinkTime) {
        tracks.restore(number, sighting, seen: seen)
    }

    /// An object that is not seen any more. What is known of it is told to the end.
    public mutating func forget(_ number: Int) { tracks.release(number) }

    /// Somebody has it, or it was never here.
    public func isKnown(track number: Int) -> Bool { tracks.isKnown(number) }

    /// Tells something until it came.
    public mutating func tell(_ alert: Alert) { alerts[alert.number] = WaitingAlert(alert: alert) }

    /// What a camera's tracks stand on, or stand on from now on. To be told before its first track.
    ///
    /// - Returns: whether it was taken: where too many were told within 20 minutes, the one before stays.
    @discardableResult
    public mutating func tell(_ view: CameraView, at now: Int) -> Bool {
        let (isTaken, isElsewhere) = standing.tell(view, at: now)
        if isElsewhere { tracks.tellWhole() }
        return isTaken
    }

    /// When an epoch of this sender began, in milliseconds since 1970 (UTC), and how many milliseconds that may be off. What was told before has
    /// its time then, too. Epochs further back than a record can name are not told.
    public mutating func tell(clock epoch: UInt32, began: Int, doubt: Int) {
        guard epoch <= self.epoch else { return }
        let record = ClockRecord(epochsBack: Int(self.epoch - epoch), began: began, doubt: doubt)
        if let record { standing.tell(record) }
    }

    public mutating func tell(_ health: HealthRecord) { standing.tell(health) }

    /// Where a camera is now: told from time to time.
    public mutating func tell(_ pose: CameraPose) { standing.tell(pose) }

    /// The radio at this end told which part of its buffer is free, 0 to 1.
    public mutating func note(room: Double, at now: Int) { learned.note(room: room, at: now) }

    /// A picture of a track, lossy WebP: in one packet where it fits, else in pieces. Returns whether it was taken.
    ///
    /// - Parameter isWished: somebody asked for it.
    /// - Throws: `SealingError` where this machine has no SHA-256.
    public mutating func tell(
        chip file: [UInt8], of track: Int, level: Int = 0, isWished: Bool, at now: Int
    ) throws(SealingError) -> Bool {
        guard let bare = BareWebP.strip(file) else { return false }
        let tag = TrackTag(of: track)
        if level == 0,
            let chip = ChipRecord(track: tag, width: bare.width, height: bare.height, bytes: bare.bytes),
            (Record.chip(chip).bitCount + 7) / 8 <= profile.usualPayloadBytes(.compact)
        {
            tell(chip, of: track, isWished: isWished)
            return true
        }
        return try tell(
            .chip, bare.bytes, track: track, level: level, width: bare.width, height: bare.height, isWished: isWished,
            at: now)
    }

    /// What a camera sees, lossy WebP. Returns whether it was taken.
    ///
    /// - Throws: `SealingError` where this machine has no SHA-256.
    public mutating func tell(
        scene file: [UInt8], of camera: Int, isWished: Bool, at now: Int
    ) throws(SealingError) -> Bool {
        guard let bare = BareWebP.strip(file) else { return false }
        return try tell(
            .scene, bare.bytes, track: camera, width: bare.width, height: bare.height, isWished: isWished, at: now)
    }

    /// Pictures and other objects that wait or are on their way.
    public var bulkCount: Int { bulk.count }

    /// Whether a picture that somebody asked for, of a track or a camera, is on its way.
    public func isTelling(_ kind: ObjectRecord.Kind, of number: Int, level: Int = 0) -> Bool {
        bulk.isTelling(kind, of: number, level: level)
    }

    /// A line for people, told once.
    public mutating func tell(text: String) {
        standing.tell(TextRecord(text, most: profile.usualPayloadBytes(.compact) - TextRecord.overhead))
    }

    mutating func tell(_ chip: ChipRecord, of track: Int, isWished: Bool) {
        bulk.add(chip, track: track, isWished: isWished)
    }

    /// What takes several packets. Returns whether it was taken: not what is larger than 16 kB, or in more than 128 pieces.
    ///
    /// - Parameter track: its running number; of a scene the camera's.
    /// - Throws: `SealingError` where this machine has no SHA-256.
    public mutating func tell(
        _ kind: ObjectRecord.Kind, _ bytes: [UInt8], track: Int = 0, level: Int = 0, width: Int = 0, height: Int = 0,
        isWished: Bool, at now: Int
    ) throws(SealingError) -> Bool {
        bulk.add(
            kind, bytes, track: track, level: level, width: width, height: height,
            check: try ObjectRecord.check(bytes), isWished: isWished, profile, loss: loss, at: now)
    }

    // MARK: What comes back

    /// Takes what the station said.
    ///
    /// - Parameter epoch: the station's. A later one is another run of it, or another station: what nobody acknowledged went to one that is gone.
    public mutating func take(_ records: [Record], epoch: UInt32 = 0, at now: Int) {
        if !records.isEmpty { answeredAt = now }
        if epoch > stationEpoch { (stationEpoch, contact) = (epoch, now) }
        for record in records {
            switch record {
            case .receipt(let receipt): take(receipt, at: now)
            case .request(.track(let number)): tracks.change(number) { $0.tellWhole() }
            case .verdict(let said): tracks.change(said.track) { $0.isDismissed = said.verdict == .falseAlarm }
            case .request(.contexts): standing.tellAgain()
            case .request(.enough(let object)): bulk.end(object)
            case .request(.object(let object)): bulk.announceAgain(object)
            case .request(let wish): if wishes.count < Self.mostWishes { wishes.append(wish) }
            default: break
            }
        }
    }

    private mutating func take(_ receipt: ReceiptRecord, at now: Int) {
        guard receipt.epoch == Int(epoch) & 0xff else { return }
        if heardAt.map({ now - $0 > Self.silence }) ?? true { contact = now }
        heardAt = now
        let came = sent.received(receipt)
        if let sentAt = came.sentAt, !receipt.held.isOld {
            let held = Int(receipt.held.seconds * 1000)
            learned.note(sentAt: sentAt, held: held, bytes: came.bytes, loss: loss, at: now)
        }
        for item in came.items {
            standing.know(item)
            switch item {
            case .track(let number): tracks.know(number)
            case .alert(let number): alerts[number] = nil
            case .object, .piece, .chip: bulk.know(item)
            case .ellipse(let number, let version): tracks.change(number) { $0.knowEllipse(version) }
            case .context, .clock, .tally, .health, .pose, .text: continue
            }
            acknowledged.insert(item)
        }
    }

    /// What is not told any more although nobody said that it came, since this was last asked: told often enough on a link without a way back, or given up for newer
    /// tracks.
    public mutating func takeEnded() -> Set<SentItem> {
        defer { ended = [] }
        return ended.union(tracks.takeDropped().map { .track(number: $0) })
    }

    /// Alerts that nobody has.
    public var alertCount: Int { alerts.count }

    /// Takes an alert back, to be told later: the least important, of these the oldest.
    public mutating func takeBack() -> Alert? {
        let least = alerts.values.map(\.alert).min { ($0.importance, $0.number) < ($1.importance, $1.number) }
        return least.flatMap { alerts.removeValue(forKey: $0.number)?.alert }
    }

    private static let mostWishes = 64

    /// What the station asks for that only who holds pictures can give, since this was last asked.
    public mutating func takeWishes() -> [RequestRecord] {
        defer { wishes = [] }
        return wishes
    }

    /// What the station has on its disk since this was last asked.
    public mutating func takeAcknowledged() -> Set<SentItem> {
        defer { acknowledged = [] }
        return acknowledged
    }

    // MARK: Packets

    /// The next packet, if there is something to tell and the link has room for it now. Complexity: O(n log n) for n tracks.
    ///
    /// - Throws: `SealingError` where this machine cannot encrypt.
    public mutating func packet(at now: Int) throws(SealingError) -> [UInt8]? {
        learned.advance(to: now)
        guard pace.isFree(at: now, isUrgent: isUrgent(at: now)) else { return nil }
        let form = standing.form(profile, isHeard: isHeard, at: now)
        var draft = PacketDraft(
            bytes: profile.usualPayloadBytes(form), sentAt: LinkTime(epoch: epoch, milliseconds: now),
            tags: tracks.tags)
        let context = standing.context(of: nextCamera(at: now))
        let camera = context?.camera ?? 0
        standing.note(newestTrack: tracks.tags.newest)
        standing.fillUrgent(&draft, camera: camera, goesOn: profile.hasWayBack, at: now)
        var told = fillAlerts(&draft, camera, at: now)
        // What is not urgent makes what is urgent no later.
        if !draft.isEmpty { draft.keep(bytes: profile.quickBytes) }
        let bulkBefore = bulk
        var isBulk = isBulkFirst(at: now) && mayTellBulk(at: now) && bulk.fill(&draft, profile, loss: loss, at: now)
        // Little and rare: behind the news it would never find room on a link that has enough of them.
        standing.fillUsual(&draft, at: now)
        standing.fillPose(&draft, camera: camera, profile, rate: learned.rate, at: now)
        fillNews(&draft, &told, camera, at: now)
        fillEllipses(&draft, told, at: now)
        if !isBulk, mayTellBulk(at: now) { isBulk = bulk.fill(&draft, profile, loss: loss, at: now) }
        guard !draft.isEmpty else { return nil }
        guard
            let (packet, number) = try sealer.packet(draft.payload, form, context: context?.number ?? 0, at: now)
        else {
            bulk = bulkBefore
            return nil
        }
        let bytes = packet.count + profile.carrierBytes
        pace.send(bytes: bytes, rate: learned.rate, at: now)
        bulk.note(bytes: bytes, wasBulk: isBulk)
        sent.note(number, draft.items, bytes: bytes, at: now)
        note(draft.items, told, form, camera, at: now)
        return packet
    }

    /// Where all news is young it can wait for a packet. What nobody asked for makes no other news late.
    private func isBulkFirst(at now: Int) -> Bool {
        let oldest = tracks.news().first.map { $0.sentAt.map { now - $0 } ?? .max } ?? 0
        return oldest < Self.youngNews || bulk.hasCredit && (bulk.isWished || oldest < Self.oldNews)
    }

    /// Milliseconds since a track that has news was told.
    private static let (youngNews, oldNews) = (1000, 3000)

    /// What is large is not sent to nobody.
    private func mayTellBulk(at now: Int) -> Bool {
        !profile.hasWayBack || answeredAt.map { now - $0 <= Self.silence } ?? false
    }

    /// Milliseconds after which it is worth asking for a packet again, where nothing else happens.
    public func pause(at now: Int) -> Int {
        max(pace.wait(at: now, isUrgent: isUrgent(at: now)), PacketNumber.millisecondsPerStep)
    }

    /// There is something that must not wait.
    private func isUrgent(at now: Int) -> Bool { !dueAlerts(at: now).isEmpty || !announcements(at: now).isEmpty }

    /// A track that a packet tells.
    private struct Told {
        let number: Int
        let isWhole: Bool
    }

    /// A packet is about one camera: that of the most urgent thing.
    private func nextCamera(at now: Int) -> Int {
        let due = dueAlerts(at: now)
        func camera(_ alerts: [Alert]) -> Int? {
            alerts.lazy.compactMap(\.track).first.flatMap { tracks.camera(of: $0) }
        }
        return camera(due.filter { $0.importance > .gone }) ?? announcements(at: now).first?.sighting.camera
            ?? camera(due) ?? tracks.news().first?.sighting.camera ?? 0
    }

    /// Those that were told less often since the link came back first, as what was repeated in vain holds up nothing that
    /// is new; then the most important, then the newest.
    private func dueAlerts(at now: Int) -> [Alert] {
        func isBefore(_ a: WaitingAlert, _ b: WaitingAlert) -> Bool {
            let counts = (a.plan.count(since: contact), b.plan.count(since: contact))
            if counts.0 != counts.1 { return counts.0 < counts.1 }
            return (a.alert.importance, a.alert.number) > (b.alert.importance, b.alert.number)
        }
        return alerts.values.filter { $0.plan.isDue(at: now, contact: contact, goesOn: profile.hasWayBack) }
            .sorted(by: isBefore).map(\.alert)
    }

    private func announcements(at now: Int) -> [SentTrack] {
        tracks.announcements(at: now, contact: contact, goesOn: profile.hasWayBack)
    }

    private func fillAlerts(_ draft: inout PacketDraft, _ camera: Int, at now: Int) -> [Told] {
        let due = dueAlerts(at: now).filter { $0.track.map { isOf(camera, $0) } ?? true }
        add(due.filter { $0.importance > .gone }, to: &draft)
        var told: [Told] = []
        for track in announcements(at: now) where isOf(camera, track.number) {
            guard add(whole: track, to: &draft) else { break }
            told.append(Told(number: track.number, isWhole: true))
        }
        add(due.filter { $0.importance == .gone }, to: &draft)
        return told
    }

    private func add(_ alerts: [Alert], to draft: inout PacketDraft) {
        for alert in alerts {
            guard draft.hasRoom(bits: Self.leastBits) else { return }
            _ = draft.add(happened: alert.happened, track: alert.track, .alert(number: alert.number)) { age in
                alert.record(age: age)
            }
        }
    }

    /// Whether a track may be told in a packet about a camera: its own, or one that stands on the same as its own.
    private func isOf(_ camera: Int, _ track: Int) -> Bool {
        guard let own = tracks.camera(of: track) else { return true }
        return standing.context(of: own)?.camera == camera || standing.context(of: own) == nil
    }

    private func fillNews(_ draft: inout PacketDraft, _ told: inout [Told], _ camera: Int, at now: Int) {
        let area = standing.context(of: camera)?.area
        let announced = Set(told.map(\.number))
        for track in tracks.news() where !announced.contains(track.number) && isOf(camera, track.number) {
            guard draft.hasRoom(bits: Self.leastBits) else { return }
            if var update = track.update(in: area, age: .old, at: now) {
                let isAdded = draft.add(happened: track.seen, track: track.number) { age in
                    update.age = age
                    return .update(update)
                }
                if isAdded { told.append(Told(number: track.number, isWhole: false)) }
            } else if add(whole: track, to: &draft) {
                told.append(Told(number: track.number, isWhole: true))
            }
        }
    }

    /// An update.
    private static let leastBits = 42

    /// Ellipses go where other things leave room: no packet is sent for them.
    private func fillEllipses(_ draft: inout PacketDraft, _ told: [Told], at now: Int) {
        guard !draft.isEmpty, draft.hasRoom(bits: Self.ellipseBits) else { return }
        let whole = Set(told.filter(\.isWhole).map(\.number))
        func due(_ track: SentTrack) -> (record: EllipseRecord, item: SentItem, toldAt: Int?)? {
            guard track.isTold || whole.contains(track.number) else { return nil }
            return track.dueEllipse(in: standing.context(of: track.sighting.camera)?.area, at: now)
        }
        for track in tracks.withEllipses({ track in due(track).map { $0.toldAt ?? .min } }) {
            guard draft.hasRoom(bits: Self.ellipseBits) else { return }
            guard let (record, item, _) = due(track) else { continue }
            _ = draft.add(about: track.number, .ellipse(record), item)
        }
    }

    private static let ellipseBits = 34

    /// Whole, or short where a packet can hold no more.
    private func add(whole track: SentTrack, to draft: inout PacketDraft) -> Bool {
        let area = standing.context(of: track.sighting.camera)?.area
        let isTight = profile.payloadBytes(profile.usualForm) < TrackRecord.mostBytes
        return draft.add(happened: track.seen, track: track.number, .track(number: track.number)) { age in
            let whole = track.whole(in: area, age: age)
            guard isTight, let short = ShortRecord(whole) else { return .track(whole) }
            return .short(short)
        }
    }

    private mutating func note(
        _ items: [SentItem], _ told: [Told], _ form: PacketForm, _ camera: Int, at now: Int
    ) {
        let area = standing.context(of: camera)?.area
        for track in told {
            tracks.change(track.number) { $0.note(isWhole: track.isWhole, in: area, at: now, contact: contact) }
        }
        for case .alert(let number) in items { alerts[number]?.plan.note(at: now, contact: contact) }
        for case .ellipse(let number, _) in items { tracks.change(number) { $0.noteEllipse(at: now) } }
        standing.note(items, form, camera: camera, at: now)
        guard !profile.hasWayBack else { return }
        // Nobody will ever say that it came.
        for (number, waiting) in alerts where waiting.plan.next(contact: nil, goesOn: false) == nil {
            alerts[number] = nil
            ended.insert(.alert(number: number))
        }
        for number in tracks.announced() { ended.insert(.track(number: number)) }
    }
}
