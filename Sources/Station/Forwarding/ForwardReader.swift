// What changed, for a station's ways out.
import Database
import Link
import Publishing
import Times

/// Reads a station's tables for its ways out. For one thread at a time.
final class ForwardReader {
    private struct Camera: Hashable {
        let sender: Int
        let number: Int
    }

    private let database: any Tables
    private let book: ForwardedBook
    private var names = SenderNames()
    /// Numbers of cameras and classes of all senders, as the store has them.
    private var cameras: [Camera: Int] = [:]
    private var classes: [String] = []
    private var rules: [String] = []
    private var revision: Int
    /// Alerts whose rules have no name yet.
    private var unnamed: [Alert] = []
    /// What was handed on, and when: it counts once ways out have had time to take it.
    private var taken: [(revision: Int, events: [ForwardedBook.Event], at: Int)] = []

    /// Milliseconds after which ways out have it on their disks.
    private static let settled = 2000
    /// Milliseconds that an alert waits for its rule's name, which its sender tells later than the alert.
    private static let namePatience = 5000
    /// Rows at once.
    private static let most = 1000

    /// - Parameter place: of a station's tables.
    init(_ place: String, book: ForwardedBook) throws(DatabaseError) {
        self.book = book
        database = try StationTables(place: place, isBeside: true).database
        // What was there before anything was to be handed on stays where it is.
        if let known = try book.revision() {
            revision = known
        } else {
            revision = try database.revision()
            try book.keep(revision, [])
        }
    }

    /// Hands on what changed. Complexity: O(what changed), by indexes.
    func handOn(to store: TrackStore) throws(DatabaseError) {
        try settle(at: store.clock.now)
        let newest = try database.revision()
        guard newest > revision else {
            if !unnamed.isEmpty { taken.append((revision, try handAlerts(to: store), store.clock.now)) }
            return
        }
        try names.refresh(database)
        let end = try end(below: newest)
        for track in try tracks(until: end) { hand(track, to: store) }
        for alert in try alerts(until: end) where try book.isNew(alert.event) { unnamed.append(alert) }
        revision = end
        taken.append((end, try handAlerts(to: store), store.clock.now))
    }

    /// Hands on those whose rules have names, and those that have waited long enough for one.
    private func handAlerts(to store: TrackStore) throws(DatabaseError) -> [ForwardedBook.Event] {
        var told: [ForwardedBook.Event] = []
        var left: [Alert] = []
        for alert in unnamed {
            let sender = alert.event.sender
            let name = names.name(alert.rule, .rules, of: sender)
            guard name != nil || UTC.now - alert.heard >= Self.namePatience else {
                left.append(alert)
                continue
            }
            told.append(alert.event)
            guard let track = try track(sender, alert.track) else { continue }
            hand(track, to: store)
            let rule = name ?? "rule \(alert.rule)"
            describe(rule: rule, in: store)
            let camera = number(of: Camera(sender: sender, number: track.sighting.camera))
            store.fit(
                rule: rule, camera: camera, id: alert.track, at: alert.event.utc.map { time($0, store) })
        }
        unnamed = left
        return told
    }

    private func settle(at now: Int) throws(DatabaseError) {
        // Up to the last change all alerts must have been handed on.
        guard unnamed.isEmpty else { return }
        let done = taken.filter { now - $0.at >= Self.settled }
        guard let last = done.last else { return }
        try book.keep(last.revision, done.flatMap(\.events))
        taken.removeFirst(done.count)
    }

    /// Behind which a few rows lie at most, all of a change or none.
    private func end(below newest: Int) throws(DatabaseError) -> Int {
        try database.rows(
            "SELECT revision FROM tracks WHERE revision > ? ORDER BY revision LIMIT 1 OFFSET \(Self.most)",
            .integer(revision)
        ) { $0.integer(0) }.first ?? newest
    }

    // MARK: Rows

    private struct Row {
        let sender: Int
        let sighting: TrackSighting
        let isFalse: Bool
        /// Milliseconds since 1970 (UTC).
        let seen: Int
    }

    private static let columns = """
        t.sender, t.number, t.camera, t.class, t.confidence, t.latitude, t.longitude, t.height, t.error, t.middle_x,
        t.middle_y, t.width, t.box_height, c.began + t.seen, t.heard, v.verdict, t.datum,
        t.major, t.minor, t.bearing, t.doubts FROM tracks t
        LEFT JOIN clocks c ON c.sender = t.sender AND c.epoch = t.epoch
        LEFT JOIN verdicts v ON v.sender = t.sender AND v.number = t.number
        """

    private func tracks(until end: Int) throws(DatabaseError) -> [Row] {
        try database.rows(
            "SELECT \(Self.columns) WHERE t.revision > ? AND t.revision <= ? ORDER BY t.revision", .integer(revision),
            .integer(end), read: Self.row)
    }

    private func track(_ sender: Int, _ number: Int) throws(DatabaseError) -> Row? {
        try database.rows(
            "SELECT \(Self.columns) WHERE t.sender = ? AND t.number = ?", .integer(sender), .integer(number),
            read: Self.row
        ).first
    }

    private static func row(_ row: DatabaseRow) -> Row {
        var position: GroundPosition?
        if let latitude = row.optionalReal(5), let longitude = row.optionalReal(6) {
            position = GroundPosition(
                place: EarthPlace(latitude: latitude, longitude: longitude), height: row.optionalReal(7),
                error: row.optionalReal(8) ?? .infinity, ellipse: row.ellipse(17),
                doubts: PlaceDoubts(rawValue: row.integer(20)),
                datum: row.optionalInteger(16).flatMap { Area.Datum(rawValue: $0) })
        }
        let box = PictureBox(
            middleX: row.optionalReal(9) ?? 0.5, middleY: row.optionalReal(10) ?? 0.5,
            width: row.optionalReal(11) ?? 0, height: row.optionalReal(12) ?? 0)
        let sighting = TrackSighting(
            camera: row.integer(2), id: row.integer(1), objectClass: row.integer(3), score: row.optionalReal(4),
            box: box, position: position, positionRemark: position?.doubts.words)
        let isFalse = row.optionalInteger(15) == VerdictRecord.Verdict.falseAlarm.rawValue
        return Row(
            sender: row.integer(0), sighting: sighting, isFalse: isFalse,
            seen: row.optionalInteger(13) ?? row.integer(14))
    }

    private struct Alert {
        let event: ForwardedBook.Event
        let rule: Int
        let track: Int
        /// Milliseconds since 1970 (UTC).
        let heard: Int
    }

    private func alerts(until end: Int) throws(DatabaseError) -> [Alert] {
        try database.rows(
            """
            SELECT e.sender, e.epoch, e.number, e.rule, e.track, c.began + e.happened, e.heard FROM events e
            LEFT JOIN clocks c ON c.sender = e.sender AND c.epoch = e.epoch
            WHERE e.revision > ? AND e.revision <= ? ORDER BY e.revision
            """, .integer(revision), .integer(end)
        ) { row in
            let event = ForwardedBook.Event(
                sender: row.integer(0), epoch: row.integer(1), number: row.integer(2), utc: row.optionalInteger(5))
            return Alert(event: event, rule: row.integer(3), track: row.integer(4), heard: row.integer(6))
        }
    }

    // MARK: The store

    private func hand(_ row: Row, to store: TrackStore) {
        let camera = Camera(sender: row.sender, number: row.sighting.camera)
        var sighting = row.sighting
        let label = names.label(sighting.objectClass, of: row.sender)
        if !classes.contains(label) {
            classes.append(label)
            store.describe(classes: classes)
        }
        sighting.camera = number(of: camera)
        sighting.objectClass = classes.firstIndex(of: label) ?? sighting.objectClass
        if row.isFalse {
            store.lose(camera: sighting.camera, id: sighting.id, .dismissed)
        } else {
            store.see([sighting], source: source(camera), at: time(row.seen, store))
        }
    }

    private func source(_ camera: Camera) -> String {
        let name = names.name(camera.number, .cameras, of: camera.sender) ?? "\(camera.number)"
        return "\(names.name(of: camera.sender))/\(name)"
    }

    private func number(of camera: Camera) -> Int {
        if let number = cameras[camera] { return number }
        let number = cameras.count
        cameras[camera] = number
        return number
    }

    private func describe(rule: String, in store: TrackStore) {
        guard !rules.contains(rule) else { return }
        rules.append(rule)
        store.describe(rules: rules)
    }

    /// Of the store's clock; what was long ago began before it.
    private func time(_ utc: Int, _ store: TrackStore) -> Int {
        min(store.clock.now - (UTC.now - utc), store.clock.now)
    }
}
