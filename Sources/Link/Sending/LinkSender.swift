// What a sender says next.

/// Decides what goes into each packet: alerts first, then of all tracks the one that was told longest ago.
///
/// It has no thread, clock or socket of its own: what it says depends on what is put in and on the order of calls only. Times are
/// milliseconds of the sender's epoch.
public struct LinkSender: Sendable {
    public let profile: LinkProfile
    private let sealer: PacketSealer
    private var pace: LinkPace
    private var tracks: TrackTable
    private var alerts: [Int: WaitingAlert] = [:]
    private var standing: StandingRecords
    private var sent = SentPackets()
    /// When something came back last, and since when that goes on.
    private var heardAt: Int?
    private var contact: Int?
    private var acknowledged: Set<SentItem> = []

    private struct WaitingAlert {
        let alert: Alert
        var plan = RepeatPlan()
    }

    /// Milliseconds of silence after which the next receipt counts as a new contact.
    private static let silence = 15_000

    /// - Parameters:
    ///   - sealer: of an epoch that begins now.
    ///   - context: the camera, area and model that tracks stand on.
    ///   - firstTrack: the running number of the first new track: above all that were given in earlier epochs.
    public init(
        _ profile: LinkProfile, sealer: PacketSealer, context: ContextRecord, firstTrack: Int = 0
    ) {
        (self.profile, self.sealer) = (profile, sealer)
        pace = LinkPace(rate: profile.bytesPerSecond)
        standing = StandingRecords(context: context)
        tracks = TrackTable(next: firstTrack)
    }

    public var epoch: UInt32 { sealer.epoch }
    /// The part of packets that were lost lately, where there is a way back to tell.
    public var loss: Double { sent.loss }
    private var isHeard: Bool { heardAt != nil }

    // MARK: What there is to tell

    /// An object as it is seen now. Returns its running number. Complexity: O(1).
    @discardableResult
    public mutating func see(_ sighting: TrackSighting, at now: Int) -> Int {
        tracks.see(sighting, at: LinkTime(epoch: epoch, milliseconds: now))
    }

    /// What was not acknowledged in an earlier epoch.
    public mutating func restore(_ number: Int, _ sighting: TrackSighting, seen: LinkTime) {
        tracks.restore(number, sighting, seen: seen)
    }

    /// An object that is not seen any more. What is known of it is told to the end.
    public mutating func forget(camera: Int, id: Int) { tracks.release(camera: camera, id: id) }

    /// The running number of the newest track.
    public var newestTrack: Int { tracks.next - 1 }

    /// Somebody has it, or it was never here.
    public func isKnown(track number: Int) -> Bool { tracks.isKnown(number) }

    /// The running number of an object that is seen.
    public func number(camera: Int, id: Int) -> Int? { tracks.number(camera: camera, id: id) }

    /// Tells something until it came.
    public mutating func tell(_ alert: Alert) { alerts[alert.number] = WaitingAlert(alert: alert) }

    /// Another camera, area or model.
    public mutating func tell(_ context: ContextRecord) {
        standing.tell(context)
        tracks.tellWhole()
    }

    /// When an epoch of this sender began, in milliseconds since 1970 (UTC), and how many milliseconds that may be off. What was told before has
    /// its time then, too. Epochs further back than a record can name are not told.
    public mutating func tell(clock epoch: UInt32, began: Int, doubt: Int) {
        guard epoch <= self.epoch else { return }
        let record = ClockRecord(epochsBack: Int(self.epoch - epoch), began: began, doubt: doubt)
        if let record { standing.tell(record) }
    }

    public mutating func tell(_ health: HealthRecord) { standing.tell(health) }

    // MARK: What comes back

    /// Takes what the station said.
    public mutating func take(_ records: [Record], at now: Int) {
        for record in records {
            switch record {
            case .receipt(let receipt): take(receipt, at: now)
            case .request(.track(let number)): tracks.change(number) { $0.tellWhole() }
            case .request(.contexts): standing.tellAgain()
            default: break
            }
        }
    }

    private mutating func take(_ receipt: ReceiptRecord, at now: Int) {
        guard receipt.epoch == Int(epoch) & 0xff else { return }
        if heardAt.map({ now - $0 > Self.silence }) ?? true { contact = now }
        heardAt = now
        for item in sent.received(receipt) {
            standing.know(item)
            switch item {
            case .track(let number): tracks.change(number) { $0.isKnown = true }
            case .alert(let number): alerts[number] = nil
            case .context, .clock, .tally, .health: continue
            }
            acknowledged.insert(item)
        }
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
        guard pace.isFree(at: now) else { return nil }
        let form = standing.form(profile, isHeard: isHeard, at: now)
        var draft = PacketDraft(
            bytes: profile.usualPayloadBytes(form), sentAt: LinkTime(epoch: epoch, milliseconds: now))
        standing.fillUrgent(&draft, newestTrack: max(tracks.next - 1, 0), at: now)
        var told = fillAlerts(&draft, at: now)
        // What is not urgent makes what is urgent no later.
        if !draft.isEmpty { draft.keep(bytes: profile.quickBytes) }
        fillNews(&draft, &told, at: now)
        standing.fillUsual(&draft, at: now)
        guard !draft.isEmpty,
            let (packet, number) = try sealer.packet(draft.payload, form, context: standing.context.number, at: now)
        else { return nil }
        pace.send(bytes: packet.count + profile.carrierBytes, at: now)
        note(draft.items, told, number, form, at: now)
        return packet
    }

    /// Milliseconds after which it is worth asking for a packet again, where nothing else happens.
    public func pause(at now: Int) -> Int { max(pace.wait(at: now), PacketNumber.millisecondsPerStep) }

    /// A track that a packet tells.
    private struct Told {
        let number: Int
        let isWhole: Bool
    }

    private func fillAlerts(_ draft: inout PacketDraft, at now: Int) -> [Told] {
        let goesOn = profile.hasWayBack
        for number in alerts.keys.sorted() {
            guard let waiting = alerts[number], waiting.plan.isDue(at: now, contact: contact, goesOn: goesOn) else {
                continue
            }
            _ = draft.add(happened: waiting.alert.happened, track: waiting.alert.track, .alert(number: number)) { age in
                waiting.alert.record(age: age)
            }
        }
        var told: [Told] = []
        for track in tracks.announcements(at: now, contact: contact, goesOn: goesOn) {
            guard add(whole: track, to: &draft) else { break }
            told.append(Told(number: track.number, isWhole: true))
        }
        return told
    }

    private func fillNews(_ draft: inout PacketDraft, _ told: inout [Told], at now: Int) {
        let area = standing.context.area
        let announced = Set(told.map(\.number))
        for track in tracks.news() where !announced.contains(track.number) {
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

    /// Whole, or short where a packet can hold no more.
    private func add(whole track: SentTrack, to draft: inout PacketDraft) -> Bool {
        let area = standing.context.area
        let isTight = profile.payloadBytes(profile.usualForm) < TrackRecord.mostBytes
        return draft.add(happened: track.seen, track: track.number, .track(number: track.number)) { age in
            let whole = track.whole(in: area, age: age)
            guard isTight, let short = ShortRecord(whole) else { return .track(whole) }
            return .short(short)
        }
    }

    private mutating func note(
        _ items: [SentItem], _ told: [Told], _ number: PacketNumber, _ form: PacketForm, at now: Int
    ) {
        let area = standing.context.area
        for track in told {
            tracks.change(track.number) { $0.note(isWhole: track.isWhole, in: area, at: now, contact: contact) }
        }
        for case .alert(let number) in items { alerts[number]?.plan.note(at: now, contact: contact) }
        standing.note(items, form, at: now)
        sent.note(number, items, at: now)
        guard !profile.hasWayBack else { return }
        // Nobody will ever say that it came.
        alerts = alerts.filter { $0.value.plan.next(contact: nil, goesOn: false) != nil }
    }
}
