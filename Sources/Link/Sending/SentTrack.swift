// A track, and what the other side may know of it.

/// A sender's track with all that was sent of it in this epoch. Times are milliseconds of the epoch, where nothing else is said.
struct SentTrack {
    /// Its running number.
    let number: Int
    private(set) var sighting: TrackSighting
    private(set) var seen: LinkTime
    /// The whole record until somebody says that it came, or it was sent often enough.
    private(set) var announcing = RepeatPlan()
    var isKnown = false
    /// It was announced as often as it is done where nobody answers.
    var isEnded = false
    /// An operator called it a false alarm: nobody wants to know where it goes.
    var isDismissed = false
    /// What was seen since it was sent last, in any record.
    private(set) var hasNews = true
    private(set) var sentAt: Int?
    private var wholeAt: Int?
    private var sent = SentPlaces()
    private var ellipsePlan = EllipsePlan()

    /// Milliseconds after which it is told whole again: who lost all others knows nothing, and cannot ask where there is no way back.
    private static let wholeEvery = (known: 180_000, unknown: 60_000)

    init(number: Int, _ sighting: TrackSighting, seen: LinkTime) {
        (self.number, self.sighting, self.seen) = (number, sighting, seen)
    }

    mutating func see(_ sighting: TrackSighting, at time: LinkTime) {
        (self.sighting, seen) = (sighting, time)
        hasNews = true
    }

    var tag: TrackTag { TrackTag(of: number) }
    private var confidence: Confidence { sighting.score.map { Confidence($0) } ?? .untold }
    private func position(in area: Area?) -> TrackRecord.Position? { sighting.position.flatMap { area?.told($0) } }

    /// All of it.
    func whole(in area: Area?, age: Age) -> TrackRecord {
        TrackRecord(
            track: tag, objectClass: sighting.objectClass, confidence: confidence, age: age,
            position: position(in: area), box: sighting.box)
    }

    /// Its place in few bits; `nil` where it must be told whole, so that nobody takes it for another place.
    func update(in area: Area?, age: Age, at now: Int) -> UpdateRecord? {
        guard let position = position(in: area), let wholeAt,
            now - wholeAt < (isKnown ? Self.wholeEvery.known : Self.wholeEvery.unknown),
            sent.areNear(position.place, at: now)
        else { return nil }
        return UpdateRecord(
            track: tag, age: age, place: LowPlace(of: position.place), confidence: confidence, error: position.error)
    }

    /// Notes that it was sent.
    mutating func note(isWhole: Bool, in area: Area?, at now: Int, contact: Int?) {
        sentAt = now
        hasNews = false
        if isWhole {
            wholeAt = now
            announcing.note(at: now, contact: contact)
            ellipsePlan.repeatOnce()
        }
        if let position = position(in: area) { sent.note(position.place, at: now) }
    }

    /// Updates mean nothing to the other side until it was told whole.
    mutating func tellWhole() {
        wholeAt = nil
        hasNews = true
        sent = SentPlaces()
        ellipsePlan = EllipsePlan()
    }

    /// Whether the other side was told enough to know what an ellipse is about.
    var isTold: Bool { wholeAt != nil }

    /// The ellipse that is to be told now; `nil` for none. It means nothing without a position.
    func dueEllipse(in area: Area?, at now: Int) -> (record: EllipseRecord, item: SentItem, toldAt: Int?)? {
        guard let detail = detail, position(in: area) != nil, ellipsePlan.isDue(detail, at: now) else { return nil }
        let ellipse = detail.ellipse
        let record = EllipseRecord(
            track: tag, major: ellipse.major, minor: ellipse.minor, bearing: ellipse.bearing, doubts: detail.doubts)
        let item = SentItem.ellipse(track: number, version: ellipsePlan.nextVersion(detail))
        return (record, item, ellipsePlan.toldAt)
    }

    mutating func noteEllipse(at now: Int) {
        if let detail { ellipsePlan.note(detail, at: now) }
    }

    private var detail: EllipsePlan.Detail? {
        sighting.position.flatMap { position in
            position.ellipse.map { EllipsePlan.Detail(ellipse: $0, doubts: position.doubts) }
        }
    }

    /// An ellipse came. Who did not have the track could do nothing with it.
    mutating func knowEllipse(_ version: Int) { if isKnown { ellipsePlan.know(version) } }
}
