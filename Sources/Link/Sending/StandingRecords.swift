// What is said again and again, whatever is seen.

/// Contexts, clock, tally and health, each at its time. Times are milliseconds of the epoch.
struct StandingRecords {
    private var contexts = ContextTable()
    private var contextPlans: [Int: Standing] = [:]
    /// Running numbers of tracks: the largest, what it was when all contexts had to be told last, and the largest that the other side has.
    private var newestTrack: (now: Int, told: Int, known: Int)
    /// By how many epochs back.
    private var clocks: [Int: (record: ClockRecord, plan: Standing)] = [:]
    private var tallyAt: Int?
    private var health: [Int: (record: HealthRecord, at: Int?)] = [:]
    /// Each is told once.
    private var texts: [TextRecord] = []
    private var pose: (pose: CameraPose, isTold: Bool)?
    private var poseAt: Int?
    private var fullAt: Int?
    private var fullCount = 0
    private var packets = 0

    /// Something that all others need: often until somebody has it, then rarely, for those who come later.
    private struct Standing {
        var sentAt: Int?
        var isKnown = false

        private static let rarely = 600_000

        func isDue(at now: Int, often: Int) -> Bool {
            sentAt.map { now - $0 >= (isKnown ? Self.rarely : often) } ?? true
        }
    }

    /// Of what nobody is known to have: tracks mean nothing without their context.
    private static let often = (context: 30_000, clock: 90_000)
    private static let tallyEvery = 120_000
    private static let healthEvery = 60_000
    /// Milliseconds at least, and the part of the rate, and of a radio's hour, that packets with nothing else may take.
    private static let poseEvery = (least: 5000, share: 0.1)
    private static let fullEvery = (first: 1000, unheard: 60_000, heard: 600_000)

    /// Returns whether it was taken, and whether positions that were told mean nothing for later ones: there is another area.
    mutating func tell(_ view: CameraView, at now: Int) -> (isTaken: Bool, isElsewhere: Bool) {
        let before = contexts[view.camera]
        let isTaken = contexts.tell(view, at: now)
        let after = contexts[view.camera]
        if before != after { contextPlans[view.camera] = Standing() }
        return (isTaken, before?.area != after?.area)
    }

    init(newestTrack newest: Int) { newestTrack = (newest, newest, newest) }

    /// Who has not heard of many tracks takes their numbers for others.
    mutating func note(newestTrack newest: Int) {
        newestTrack.now = newest
        guard newest - newestTrack.told > Self.mostUntold else { return }
        newestTrack.told = newest
        for camera in contextPlans.keys { contextPlans[camera] = Standing() }
    }

    /// A tag means one of 1,024 numbers: a quarter of that leaves room for what is lost on the way.
    private static let mostUntold = 256

    /// What the records of a camera stand on; any other's, where nobody has told of it.
    func context(of camera: Int) -> ContextRecord? { contexts[camera] ?? contexts.all.first }

    mutating func tell(_ clock: ClockRecord) {
        clocks[clock.epochsBack] = (clock, Standing())
    }

    /// What changes often is told no more often than what does not.
    mutating func tell(_ record: HealthRecord) { health[record.camera] = (record, health[record.camera]?.at) }

    mutating func tell(_ text: TextRecord) { if texts.count < Self.mostTexts { texts.append(text) } }

    private static let mostTexts = 8

    /// The newest counts.
    mutating func tell(_ pose: CameraPose) { self.pose = (pose, false) }

    mutating func know(_ item: SentItem) {
        if case .track(let number) = item { newestTrack.known = max(newestTrack.known, number) }
        if case .context(let camera, let newest) = item {
            contextPlans[camera]?.isKnown = true
            newestTrack.known = max(newestTrack.known, newest)
        }
        if case .clock(let back) = item { clocks[back]?.plan.isKnown = true }
    }

    mutating func tellAgain() {
        for camera in contextPlans.keys { contextPlans[camera] = Standing() }
        for back in clocks.keys { clocks[back]?.plan = Standing() }
    }

    /// How much the next packet tells of itself. `isHeard`: somebody answers.
    func form(_ profile: LinkProfile, isHeard: Bool, at now: Int) -> PacketForm {
        let usual = profile.usualForm
        guard usual != .bare, profile.payloadBytes(.full) >= ContextRecord.mostBytes else { return usual }
        // The first ones may be lost, and nobody can open the others before one has come.
        let unheard = min(Self.fullEvery.first << min(fullCount, 8), Self.fullEvery.unheard)
        let every = isHeard ? Self.fullEvery.heard : unheard
        return fullAt.map { now - $0 >= every } ?? true ? .full : usual
    }

    /// What tracks of a camera mean nothing without.
    func fillUrgent(_ draft: inout PacketDraft, camera: Int, goesOn: Bool, at now: Int) {
        guard var told = context(of: camera) else { return }
        // Where numbers are ambiguous to the other side, no packet may do without.
        let isNeeded = goesOn && newestTrack.now - newestTrack.known > Self.mostUntold
        guard isNeeded || contextPlans[told.camera]?.isDue(at: now, often: Self.often.context) ?? true else { return }
        told.tellNewest(newestTrack.now)
        _ = draft.add(.context(told), .context(camera: told.camera, newestTrack: newestTrack.now))
    }

    func fillUsual(_ draft: inout PacketDraft, at now: Int) {
        for view in contexts.all { fillUrgent(&draft, camera: view.camera, goesOn: false, at: now) }
        for (back, clock) in clocks.sorted(by: { $0.key < $1.key }) {
            // What is long ago is told until somebody has it.
            guard clock.plan.isDue(at: now, often: Self.often.clock), back == 0 || !clock.plan.isKnown else { continue }
            _ = draft.add(.clock(clock.record), .clock(epochsBack: back))
        }
        for camera in health.keys.sorted() {
            guard let told = health[camera], told.at.map({ now - $0 >= Self.healthEvery }) ?? true else { continue }
            _ = draft.add(.health(told.record), .health(camera: camera))
        }
        if let text = texts.first { _ = draft.add(.text(text), .text) }
        if tallyAt.map({ now - $0 >= Self.tallyEvery }) ?? true {
            _ = draft.add(.tally(TallyRecord(packets: packets)), .tally)
        }
    }

    /// Where the camera is of which a packet tells. `rate`: bytes a second.
    func fillPose(_ draft: inout PacketDraft, camera: Int, _ profile: LinkProfile, rate: Double, at now: Int) {
        guard let pose, !pose.isTold, let area = context(of: camera)?.area else { return }
        let bytes = PacketForm.compact.overhead + profile.carrierBytes + PoseRecord.byteCount
        let onLink = Double(bytes) / rate * 1000
        let onAir = profile.duty.map { $0.milliseconds(bytes: bytes) / $0.share } ?? 0
        let every = max(Self.poseEvery.least, Int(min(max(onLink, onAir) / Self.poseEvery.share, 1e9)))
        guard poseAt.map({ now - $0 >= every }) ?? true, let record = pose.pose.record(in: area, at: now) else {
            return
        }
        _ = draft.add(.pose(record), .pose)
    }

    mutating func note(_ items: [SentItem], _ form: PacketForm, camera: Int, at now: Int) {
        packets += 1
        contexts.name(camera, at: now)
        if form == .full {
            fullAt = now
            fullCount += 1
        }
        for item in items {
            switch item {
            case .context(let camera, _): contextPlans[camera]?.sentAt = now
            case .clock(let back): clocks[back]?.plan.sentAt = now
            case .tally: tallyAt = now
            case .pose:
                poseAt = now
                pose?.isTold = true
            case .health(let camera): health[camera]?.at = now
            case .text: texts.removeFirst()
            case .track, .alert, .object, .piece, .chip, .ellipse: break
            }
        }
    }
}
