// What must not be forgotten before somebody has it.
import Database

/// A sender's memory on the disk: its epoch, its running numbers, and what no station has yet. For one thread at a time.
///
/// What is put in is on the disk when `commit` returns: many things at once, as each commit costs a board's flash a write.
public final class LinkSpool {
    /// What an earlier epoch left.
    public struct Unsent: Sendable {
        public var alerts: [Alert] = []
        public var tracks: [(number: Int, sighting: TrackSighting, seen: LinkTime)] = []
        /// Begins of earlier epochs that are known, in milliseconds since 1970 (UTC).
        public var clocks: [(epoch: UInt32, began: Int, doubt: Int)] = []
    }

    private enum Change {
        case alert(Alert)
        case track(number: Int, TrackSighting, LinkTime)
        case has(SentItem)
        case clock(epoch: UInt32, began: Int, doubt: Int)
    }

    /// Of this run: no packet was sent in it, and it is on the disk.
    public let epoch: UInt32
    private let use: SoleUse
    private let database: Database
    private var changes: [Change] = []
    private var fromStation: PacketNumber?
    /// The latest of each track that is not committed yet: newer ones take the place of older ones.
    private var tracks: [Int: (sighting: TrackSighting, seen: LinkTime)] = [:]
    /// Things that were given up because there was no room.
    public private(set) var dropped = 0

    private static let schema = """
        CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE alerts (
            number INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, happened INTEGER NOT NULL, kind INTEGER NOT NULL,
            subject INTEGER NOT NULL, detail INTEGER, flags INTEGER NOT NULL);
        CREATE TABLE tracks (
            number INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, seen INTEGER NOT NULL, camera INTEGER NOT NULL,
            class INTEGER NOT NULL, score REAL, x REAL NOT NULL, y REAL NOT NULL, width REAL NOT NULL,
            height REAL NOT NULL, latitude REAL, longitude REAL, altitude REAL, error REAL,
            major REAL, minor REAL, bearing REAL, doubts INTEGER);
        CREATE TABLE clocks (epoch INTEGER PRIMARY KEY, began INTEGER NOT NULL, doubt INTEGER NOT NULL);
        """
    private static let mostAlerts = 100_000
    private static let mostTracks = 1000
    private static let mostClocks = 255
    /// In the column `kind`.
    private static let (ruleKind, partKind, goneKind) = (0, 1, 2)
    /// In the column `flags`.
    private static let (good, inspected) = (1, 2)
    /// That of alerts, as SQL.
    private static let importance = """
        CASE WHEN kind = \(goneKind) THEN 0 WHEN kind = \(partKind) AND flags & \(good) THEN 1 ELSE 2 END
        """

    /// Opens or makes a spool and begins an epoch.
    ///
    /// - Parameters:
    ///   - mostBytes: of the disk.
    ///   - lastEpoch: one that was begun without this spool: its own is later.
    /// - Throws: `DatabaseError` where the epoch cannot be brought to the disk, and where another process uses the
    ///   spool: nothing may be sent then.
    public init(path: String, mostBytes: Int = 64_000_000, after lastEpoch: UInt32? = nil) throws(DatabaseError) {
        use = try SoleUse(of: path)
        database = try Database(path: path, version: 2, schema: Self.schema, mostBytes: mostBytes)
        let database = database
        var next = 0
        try database.transaction { () throws(DatabaseError) in
            next = try Self.state(database, "epoch").map { $0 + 1 } ?? FirstEpoch.drawn
            if let lastEpoch { next = max(next, Int(lastEpoch) + 1) }
            try database.run("INSERT OR REPLACE INTO state VALUES ('epoch', ?)", .integer(next))
        }
        guard next <= Int(UInt32.max) else {
            throw .failed(path, "its epochs are used up: pair this sender anew and move the file away")
        }
        epoch = UInt32(next)
    }

    private static func state(_ database: Database, _ name: String) throws(DatabaseError) -> Int? {
        try database.rows("SELECT value FROM state WHERE name = ?", .text(name)) { $0.integer(0) }.first
    }

    /// The newest packet that came from the station, in any epoch: none before it counts.
    public func lastFromStation() throws(DatabaseError) -> PacketNumber? {
        guard let epoch = try Self.state(database, "station epoch"),
            let counter = try Self.state(database, "station counter")
        else { return nil }
        return PacketNumber(epoch: UInt32(clamping: epoch), counter: UInt64(clamping: counter))
    }

    public func put(fromStation number: PacketNumber) { fromStation = number }

    // MARK: Keeping

    public func put(_ alert: Alert) { append(.alert(alert)) }

    /// What is known of a track that no station has.
    public func put(_ number: Int, _ sighting: TrackSighting, seen: LinkTime) { tracks[number] = (sighting, seen) }

    /// The begin of an epoch, in milliseconds since 1970 (UTC).
    public func put(clock epoch: UInt32, began: Int, doubt: Int) {
        append(.clock(epoch: epoch, began: began, doubt: doubt))
    }

    /// A station has it on its disk.
    public func remove(_ item: SentItem) {
        if case .track(let number) = item { tracks[number] = nil }
        append(.has(item))
    }

    /// Where nothing can be written for long, the oldest makes way.
    private func append(_ change: Change) {
        if changes.count >= Self.mostAlerts {
            changes.removeFirst(Self.mostAlerts / 10)
            dropped += Self.mostAlerts / 10
        }
        changes.append(change)
    }

    /// Things that wait for `commit`.
    public var waiting: Int { changes.count + tracks.count + (fromStation == nil ? 0 : 1) }

    /// Brings what was put in and removed to the disk, all or nothing; what could not be waits for the next time.
    ///
    /// Where this file has no more room of its own, what matters least is given up, and counted: the oldest tracks, then
    /// the least important alerts, of these the oldest. Where the disk has none, nothing is.
    /// - Throws: `DatabaseError`.
    public func commit() throws(DatabaseError) {
        guard waiting > 0 else { return }
        var hasLog = true
        while true {
            let before = dropped
            do throws(DatabaseError) {
                try write()
                changes = []
                tracks = [:]
                fromStation = nil
                return
            } catch {
                dropped = before
                guard case .full = error else { throw error }
                if database.isAtItsLimit {
                    guard try makeRoom() else { throw error }
                } else {
                    guard hasLog, database.emptyLog() else { throw error }
                    hasLog = false
                }
            }
        }
    }

    private func write() throws(DatabaseError) {
        try database.transaction { () throws(DatabaseError) in
            for change in changes { try write(change) }
            for (number, track) in tracks.sorted(by: { $0.key < $1.key }) {
                try write(.track(number: number, track.sighting, track.seen))
            }
            if let fromStation {
                for (name, value) in [("epoch", Int(fromStation.epoch)), ("counter", Int(fromStation.counter))] {
                    try database.run(
                        "INSERT OR REPLACE INTO state VALUES (?, ?)", .text("station \(name)"), .integer(value))
                }
            }
            try cut(.alerts, to: Self.mostAlerts)
            try cut(.tracks, to: Self.mostTracks)
        }
    }

    private func write(_ change: Change) throws(DatabaseError) {
        switch change {
        case .alert(let alert): try write(alert)
        case .track(let number, let sighting, let seen): try write(number, sighting, seen)
        case .has(.alert(let number)): try database.run("DELETE FROM alerts WHERE number = ?", .integer(number))
        case .has(.track(let number)): try database.run("DELETE FROM tracks WHERE number = ?", .integer(number))
        case .has: break
        case .clock(let epoch, let began, let doubt):
            try database.run(
                "INSERT OR REPLACE INTO clocks VALUES (?, ?, ?)", .integer(Int(epoch)), .integer(began),
                .integer(doubt))
            try database.run("DELETE FROM clocks WHERE epoch < ?", .integer(Int(epoch) - Self.mostClocks))
        }
    }

    private func write(_ alert: Alert) throws(DatabaseError) {
        let row: (kind: Int, subject: Int, detail: Int?, flags: Int) =
            switch alert.kind {
            case .rule(let rule, let track): (Self.ruleKind, track, rule, 0)
            case .part(let number, let isGood, let wasInspected, let reason):
                (Self.partKind, number, reason, (isGood ? Self.good : 0) + (wasInspected ? Self.inspected : 0))
            case .gone(let track, let reason): (Self.goneKind, track, reason.rawValue, 0)
            }
        try database.run(
            "INSERT OR REPLACE INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?)", .integer(alert.number),
            .integer(Int(alert.happened.epoch)), .integer(alert.happened.milliseconds), .integer(row.kind),
            .integer(row.subject), .optional(row.detail), .integer(row.flags))
    }

    private func write(_ number: Int, _ sighting: TrackSighting, _ seen: LinkTime) throws(DatabaseError) {
        let (box, position) = (sighting.box, sighting.position)
        try database.run(
            "INSERT OR REPLACE INTO tracks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            .integer(number),
            .integer(Int(seen.epoch)), .integer(seen.milliseconds), .integer(sighting.camera),
            .integer(sighting.objectClass), .optional(sighting.score), .real(box.middle.x), .real(box.middle.y),
            .real(box.width), .real(box.height), .optional(position?.place.latitude),
            .optional(position?.place.longitude), .optional(position?.height), .optional(position?.error),
            .optional(position?.ellipse?.major), .optional(position?.ellipse?.minor),
            .optional(position?.ellipse?.bearing), .optional(position?.doubts.rawValue))
    }

    private enum Table: String, CaseIterable {
        case tracks, alerts

        /// What is given up first stands first.
        var order: String { self == .tracks ? "number" : "\(LinkSpool.importance), number" }
    }

    private func count(_ table: Table) throws(DatabaseError) -> Int {
        try database.rows("SELECT count(*) FROM \(table)") { $0.integer(0) }.first ?? 0
    }

    private func cut(_ table: Table, to most: Int) throws(DatabaseError) {
        let count = try count(table)
        // Many at once: each time all are put in order.
        if count > most { try drop(table, count - most + most / 10) }
    }

    private func drop(_ table: Table, _ count: Int) throws(DatabaseError) {
        try database.run(
            "DELETE FROM \(table) WHERE number IN (SELECT number FROM \(table) ORDER BY \(table.order) LIMIT ?)",
            .integer(count))
        dropped += count
    }

    /// Returns whether anything could be given up.
    private func makeRoom() throws(DatabaseError) -> Bool {
        for table in Table.allCases {
            let count = try count(table)
            guard count > 0 else { continue }
            try drop(table, (count + 9) / 10)
            return true
        }
        return false
    }

    // MARK: After a restart

    /// What earlier epochs left: alerts and tracks that no station has.
    public func unsent() throws(DatabaseError) -> Unsent {
        var unsent = Unsent()
        unsent.alerts = try database.rows("SELECT * FROM alerts ORDER BY number") { row in Self.alert(row) }
            .compactMap { $0 }
        unsent.tracks = try database.rows("SELECT * FROM tracks ORDER BY number") { row in Self.track(row) }
        unsent.clocks = try database.rows("SELECT * FROM clocks WHERE epoch < ? ORDER BY epoch", .integer(Int(epoch))) {
            (UInt32(clamping: $0.integer(0)), $0.integer(1), $0.integer(2))
        }
        return unsent
    }

    private static func alert(_ row: DatabaseRow) -> Alert? {
        let happened = LinkTime(epoch: UInt32(clamping: row.integer(1)), milliseconds: row.integer(2))
        let (subject, detail, flags) = (row.integer(4), row.optionalInteger(5), row.integer(6))
        let kind: Alert.Kind
        switch row.integer(3) {
        case ruleKind: kind = .rule(detail ?? 0, track: subject)
        case partKind:
            kind = .part(
                number: subject, isGood: flags & good > 0, wasInspected: flags & inspected > 0, reason: detail)
        case goneKind: kind = .gone(track: subject, GoneRecord.Reason(rawValue: detail ?? 0) ?? .lost)
        default: return nil
        }
        return Alert(number: row.integer(0), kind, happened: happened)
    }

    private static func track(_ row: DatabaseRow) -> (number: Int, sighting: TrackSighting, seen: LinkTime) {
        var position: GroundPosition?
        if let latitude = row.optionalReal(10), let longitude = row.optionalReal(11) {
            position = GroundPosition(
                place: EarthPlace(latitude: latitude, longitude: longitude), height: row.optionalReal(12),
                error: row.optionalReal(13) ?? .infinity, ellipse: row.ellipse(14),
                doubts: PlaceDoubts(rawValue: row.optionalInteger(17) ?? 0))
        }
        let sighting = TrackSighting(
            camera: row.integer(3), id: -1, objectClass: row.integer(4), score: row.optionalReal(5),
            box: PictureBox(middleX: row.real(6), middleY: row.real(7), width: row.real(8), height: row.real(9)),
            position: position)
        return (
            row.integer(0), sighting, LinkTime(epoch: UInt32(clamping: row.integer(1)), milliseconds: row.integer(2))
        )
    }
}
