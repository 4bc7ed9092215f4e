// What a station keeps.
import Database
import Link
import Times

/// All that senders told, in a database. For one thread at a time.
final class StationStore {
    /// The newest of this run.
    private var epoch: UInt32
    /// Other stations may have the same tables.
    let isShared: Bool
    private let tables: StationTables
    /// Of the transaction that runs.
    private var revision = 0
    private var heard = 0

    /// - Throws: `DatabaseError` where the epoch cannot be brought to the disk, and where another station uses the
    ///   file.
    init(place: String) throws(DatabaseError) {
        tables = try StationTables(place: place)
        isShared = StationTables.isShared(place)
        var next: UInt32 = 0
        let database = tables.database
        try database.transaction { () throws(DatabaseError) in next = try Self.nextEpoch(database) }
        epoch = next
    }

    /// To be called within a transaction.
    private static func nextEpoch(_ database: any Tables) throws(DatabaseError) -> UInt32 {
        let last = try database.rows("SELECT value FROM state WHERE name = 'epoch'") { $0.integer(0) }.first
        guard let next = UInt32(exactly: last.map { $0 + 1 } ?? FirstEpoch.drawn) else {
            throw .failed("the store", "its epochs are used up: pair its senders anew and take another one")
        }
        try database.run(
            "INSERT INTO state VALUES ('epoch', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            .integer(Int(next)))
        return next
    }

    private var database: any Tables { tables.database }

    /// What an earlier run had of a sender.
    struct Known {
        var last: PacketNumber?
        var newestTrack = 0
        /// Begins of its epochs, the newest ones.
        var clocks: [UInt32: ClockRecord] = [:]
    }

    func name(_ sender: SenderID, _ name: String) throws(DatabaseError) {
        try database.run(
            """
            INSERT INTO senders (sender, name, timed, revision) VALUES (?, ?, 0, 0)
            ON CONFLICT (sender) DO UPDATE SET name = excluded.name
            """, .integer(Int(sender.value)), .text(name))
    }

    func known(_ sender: SenderID) throws(DatabaseError) -> Known {
        let id = DatabaseValue.integer(Int(sender.value))
        var known = Known()
        known.last = try database.rows(
            "SELECT epoch, counter FROM senders WHERE sender = ? AND epoch IS NOT NULL", id
        ) { PacketNumber(epoch: UInt32(clamping: $0.integer(0)), counter: UInt64(max($0.integer(1), 0))) }.first
        known.newestTrack =
            try database.rows("SELECT max(number) FROM tracks WHERE sender = ?", id) { $0.integer(0) }.first ?? 0
        let clocks = try database.rows(
            "SELECT epoch, began, doubt FROM clocks WHERE sender = ? ORDER BY epoch DESC LIMIT 256", id
        ) { row in
            (
                UInt32(clamping: row.integer(0)),
                ClockRecord(epochsBack: 0, began: row.integer(1), doubt: row.integer(2))
            )
        }
        for case (let epoch, let clock?) in clocks { known.clocks[epoch] = clock }
        return known
    }

    /// Who takes a sender's packets: the epoch under which it answers, and the newest that it took.
    struct Keeper: Equatable {
        var station: UInt32?
        var newest: PacketNumber?
    }

    func keepers() throws(DatabaseError) -> [SenderID: Keeper] {
        let rows = try database.rows("SELECT sender, station, epoch, counter FROM senders") { row in
            let station = row.optionalInteger(1).map { UInt32(clamping: $0) }
            let newest = row.optionalInteger(2).map { epoch in
                PacketNumber(epoch: UInt32(clamping: epoch), counter: UInt64(max(row.integer(3), 0)))
            }
            return (SenderID(UInt32(clamping: row.integer(0))), Keeper(station: station, newest: newest))
        }
        return Dictionary(rows) { first, _ in first }
    }

    /// From now on this station takes a sender's packets.
    ///
    /// - Parameter before: who took them until now.
    /// - Returns: the epoch of answers, later than that of all who answered before; `nil` where another station was faster.
    func keep(_ sender: SenderID, after before: UInt32?) throws(DatabaseError) -> UInt32? {
        let id = DatabaseValue.integer(Int(sender.value))
        var (next, isKept) = (epoch, false)
        try database.transaction { () throws(DatabaseError) in
            let station = try database.rows("SELECT station FROM senders WHERE sender = ?", id) {
                $0.optionalInteger(0).map { UInt32(clamping: $0) }
            }.first
            guard station == .some(before) else { return }
            if let before, before >= epoch { next = try Self.nextEpoch(database) }
            try database.run("UPDATE senders SET station = ? WHERE sender = ?", .integer(Int(next)), id)
            isKept = true
        }
        guard isKept else { return nil }
        epoch = next
        return next
    }

    /// Writes what it has anyway.
    ///
    /// - Throws: `DatabaseError` as long as nothing can be kept.
    func tryWriting() throws(DatabaseError) {
        let database = database
        try database.transaction { () throws(DatabaseError) in
            try database.run("UPDATE state SET value = value WHERE name = 'revision'")
        }
    }

    /// Gives back what the log takes of the disk. Returns whether that could be done.
    func emptyLog() -> Bool { database.emptyLog() }

    /// Writes all that came, at once: on the disk when it returns.
    func transaction(_ body: () throws(DatabaseError) -> Void) throws(DatabaseError) {
        heard = UTC.now
        try database.transaction { () throws(DatabaseError) in
            revision = try database.nextRevision()
            try body()
        }
    }

    /// The newest packet of a sender.
    func note(_ sender: SenderID, _ number: PacketNumber) throws(DatabaseError) {
        try database.run(
            """
            UPDATE senders SET epoch = ?, counter = ?, heard = ?, revision = ?
            WHERE sender = ? AND (epoch IS NULL OR epoch < ? OR epoch = ? AND counter < ?)
            """,
            .integer(Int(number.epoch)), .integer(Int(number.counter)), .integer(heard), .integer(revision),
            .integer(Int(sender.value)), .integer(Int(number.epoch)), .integer(Int(number.epoch)),
            .integer(Int(number.counter)))
    }

    /// Returns whether it was not there before.
    func write(_ report: Report, of sender: SenderID) throws(DatabaseError) -> Bool {
        let id = DatabaseValue.integer(Int(sender.value))
        let (revision, heard) = (DatabaseValue.integer(revision), DatabaseValue.integer(heard))
        switch report {
        case .track(let track, _), .update(let track): return try write(track, id)
        case .gone(let number, let reason, let at):
            // It may be known before its track is.
            return try touch(
                number, id,
                isChanged(
                    "INSERT INTO gone VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", id, .integer(number),
                    .integer(reason.rawValue), .integer(Int(at.epoch)), .integer(at.milliseconds)))
        case .event(let number, let rule, let track, let at):
            return try touch(
                track, id,
                isChanged(
                    "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?) ON CONFLICT DO NOTHING", id,
                    .integer(number), .integer(rule), .integer(track), .integer(Int(at.epoch)),
                    .integer(at.milliseconds), heard, revision))
        case .part(let part, let at):
            return try isChanged(
                "INSERT INTO parts VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, ?) ON CONFLICT DO NOTHING", id,
                .integer(part.number), .integer(part.isGood ? 1 : 0), .integer(part.wasInspected ? 1 : 0),
                .optional(part.reason), .integer(Int(at.epoch)), .integer(at.milliseconds), heard, revision)
        case .clock(let epoch, let clock): return try write(clock, epoch, id)
        case .pose(let pose): return try write(pose, id)
        case .chip(let track, let file): return try write(file, id, track, level: 0)
        case .object(let object, let track, let bytes): return try write(object, track, bytes, id)
        case .context(let context):
            try database.run(
                "UPDATE senders SET names = ?, revision = ? WHERE sender = ?", .integer(Int(context.names)), revision,
                id)
            return true
        case .other(.health(let health)): return try write(health, id)
        case .other(.text(let told)): return try write(told.text, id)
        case .unknown, .wish, .other, .unreadable: return true
        }
    }

    private func write(_ track: ReceivedTrack, _ id: DatabaseValue) throws(DatabaseError) -> Bool {
        let number = DatabaseValue.integer(track.number)
        let (epoch, seen) = (Int(track.seen.epoch), track.seen.milliseconds)
        let values: [DatabaseValue] = [
            .integer(track.camera), .integer(track.objectClass), .optional(track.confidence),
            .optional(track.position?.place.latitude), .optional(track.position?.place.longitude),
            .optional(track.position?.height), .optional(track.position?.datum?.rawValue),
            .optional(track.position?.error), .optional(track.position?.ellipse?.major),
            .optional(track.position?.ellipse?.minor), .optional(track.position?.ellipse?.bearing),
            .integer(track.position?.doubts.rawValue ?? 0),
            .optional(track.box?.middle.x), .optional(track.box?.middle.y), .optional(track.box?.width),
            .optional(track.box?.height),
            .integer(epoch), .integer(seen), .integer(heard), .integer(revision),
        ]
        // What another station wrote meanwhile may be newer.
        let updated = try database.change(
            """
            UPDATE tracks SET camera = ?, class = ?, confidence = ?, latitude = ?, longitude = ?, height = ?,
            datum = ?, error = ?, major = ?, minor = ?, bearing = ?, doubts = ?, middle_x = ?, middle_y = ?, width = ?,
            box_height = ?, epoch = ?, seen = ?, heard = ?, revision = ? WHERE sender = ? AND number = ? AND (epoch < ? OR epoch = ? AND seen <= ?)
            """, values + [id, number, .integer(epoch), .integer(epoch), .integer(seen)])
        guard updated == 0 else { return false }
        let inserted = try database.change(
            """
            INSERT INTO tracks (camera, class, confidence, latitude, longitude, height, datum, error, major,
            minor, bearing, doubts, middle_x, middle_y, width, box_height, epoch, seen, heard, revision, sender, number,
            first_epoch, first_seen)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """, values + [id, number, .integer(epoch), .integer(seen)])
        return inserted > 0
    }

    /// An epoch that has its time changes the times of all that was told of it.
    private func write(_ clock: ClockRecord, _ epoch: UInt32, _ id: DatabaseValue) throws(DatabaseError) -> Bool {
        let (number, began) = (DatabaseValue.integer(Int(epoch)), DatabaseValue.integer(clock.began))
        let before = try database.rows("SELECT began FROM clocks WHERE sender = ? AND epoch = ?", id, number) {
            $0.integer(0)
        }.first
        let isNew = try isChanged(
            """
            INSERT INTO clocks VALUES (?, ?, ?, ?) ON CONFLICT (sender, epoch)
            DO UPDATE SET began = excluded.began, doubt = excluded.doubt
            """, id, number, began, .integer(clock.doubt))
        guard before != clock.began else { return isNew }
        for table in ["tracks", "events", "parts", "poses"] {
            try database.run(
                "UPDATE \(table) SET revision = ? WHERE sender = ? AND epoch = ?", .integer(revision), id, number)
        }
        try database.run(
            "UPDATE senders SET timed = ?, revision = ? WHERE sender = ?", .integer(revision), .integer(revision), id)
        return isNew
    }

    private func write(_ pose: ReceivedPose, _ id: DatabaseValue) throws(DatabaseError) -> Bool {
        try isChanged(
            "INSERT INTO poses VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", id,
            .integer(pose.camera), .integer(Int(pose.seen.epoch)), .integer(pose.seen.milliseconds),
            .real(pose.place.latitude), .real(pose.place.longitude), .optional(pose.height),
            .integer(pose.datum.rawValue), .real(pose.yaw), .real(pose.pitch), .optional(pose.view), .integer(revision))
    }

    private func write(_ health: HealthRecord, _ id: DatabaseValue) throws(DatabaseError) -> Bool {
        try isChanged(
            """
            INSERT INTO health VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sender, camera)
            DO UPDATE SET faults = excluded.faults, rate = excluded.rate, waiting = excluded.waiting,
            free = excluded.free, temperature = excluded.temperature, battery = excluded.battery,
            heard = excluded.heard, revision = excluded.revision
            """, id, .integer(health.camera), .integer(health.faults.rawValue), .integer(health.rate),
            .integer(health.waiting), .real(health.free), .optional(health.temperature), .optional(health.battery),
            .integer(heard), .integer(revision))
    }

    /// Lines of a sender that are kept.
    private static let mostTexts = 8

    private func write(_ text: String, _ id: DatabaseValue) throws(DatabaseError) -> Bool {
        let newest =
            try database.rows("SELECT max(number) FROM texts WHERE sender = ?", id) { $0.integer(0) }.first ?? 0
        try database.run(
            "INSERT INTO texts VALUES (?, ?, ?, ?)", id, .integer(newest + 1), .text(text), .integer(heard))
        try database.run(
            "DELETE FROM texts WHERE sender = ? AND number <= ?", id, .integer(newest + 1 - Self.mostTexts))
        try database.run("UPDATE senders SET revision = ? WHERE sender = ?", .integer(revision), id)
        return true
    }

    /// A WebP file. What was asked for has come even where it is the same as before; first looks are repeated.
    private func write(_ file: [UInt8], _ id: DatabaseValue, _ track: Int, level: Int) throws(DatabaseError) -> Bool {
        try touch(
            track, id,
            isChanged(
                """
                INSERT INTO pictures VALUES (?, ?, ?, ?, ?) ON CONFLICT (sender, track, level)
                DO UPDATE SET file = excluded.file, revision = excluded.revision
                WHERE pictures.file <> excluded.file OR excluded.level > 0
                """, id, .integer(track), .integer(level), .bytes(file), .integer(revision)))
    }

    /// A track has something new that stands in another table. Returns whether it has.
    private func touch(_ track: Int, _ id: DatabaseValue, _ isNew: Bool) throws(DatabaseError) -> Bool {
        guard isNew else { return false }
        try database.run(
            "UPDATE tracks SET revision = ? WHERE sender = ? AND number = ?", .integer(revision), id, .integer(track))
        return true
    }

    private func write(
        _ object: ObjectRecord, _ track: Int, _ bytes: [UInt8], _ id: DatabaseValue
    ) throws(DatabaseError) -> Bool {
        guard object.isPicture else {
            let isNew = try isChanged(
                "INSERT INTO objects VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", id, .integer(object.kind.rawValue),
                .integer(object.check), .bytes(bytes))
            if isNew { try renew(id) }
            return isNew
        }
        guard let file = BareWebP.file(bytes, width: object.width, height: object.height) else { return false }
        if object.kind == .chip { return try write(file, id, track, level: object.level) }
        return try isChanged(
            """
            INSERT INTO scenes VALUES (?, ?, ?, ?, ?) ON CONFLICT (sender, camera)
            DO UPDATE SET file = excluded.file, heard = excluded.heard, revision = excluded.revision
            """, id, .integer(track), .bytes(file), .integer(heard), .integer(revision))
    }

    /// Names have come: what they name is to be shown with them.
    private func renew(_ id: DatabaseValue) throws(DatabaseError) {
        for table in ["senders", "tracks", "events"] {
            try database.run("UPDATE \(table) SET revision = ? WHERE sender = ?", .integer(revision), id)
        }
    }

    /// Whether the names of a context are here. `hash`: as the context tells it.
    func hasNames(of sender: SenderID, hash: UInt32) throws(DatabaseError) -> Bool {
        try !database.rows(
            "SELECT 1 FROM objects WHERE sender = ? AND kind = ? AND hash = ?", .integer(Int(sender.value)),
            .integer(ObjectRecord.Kind.names.rawValue), .integer(Self.check(ofNames: Int(hash)))
        ) { _ in 1 }.isEmpty
    }

    /// What names have as their check, by what a context says of them.
    static func check(ofNames hash: Int) -> Int { hash >> (ContextRecord.namesBits - ObjectRecord.checkBits) }

    /// Milliseconds after which nobody waits for a picture any more, and after which a sender has heard of a verdict.
    private static let patience = 1_800_000

    /// What operators asked for behind a revision.
    func asked(since revision: Int) throws(DatabaseError) -> [(sender: SenderID, request: RequestRecord, revision: Int)]
    {
        try database.rows(
            "SELECT sender, kind, number, level, revision FROM asked WHERE revision > ? AND said > ? ORDER BY revision",
            .integer(revision), .integer(UTC.now - Self.patience)
        ) { row in
            (
                SenderID(UInt32(clamping: row.integer(0))),
                row.integer(1) == AskedKind.scene.rawValue
                    ? .scene(camera: row.integer(2)) : .chip(number: row.integer(2), level: row.integer(3)),
                row.integer(4)
            )
        }
    }

    /// What operators said behind a revision.
    func verdicts(
        since revision: Int
    ) throws(DatabaseError) -> [(sender: SenderID, verdict: VerdictRecord.Verdict, track: Int, revision: Int)] {
        try database.rows(
            """
            SELECT sender, verdict, number, revision FROM verdicts WHERE revision > ? AND said > ? ORDER BY revision
            """, .integer(revision), .integer(UTC.now - Self.patience)
        ) { row in
            (
                SenderID(UInt32(clamping: row.integer(0))), VerdictRecord.Verdict(rawValue: row.integer(1)) ?? .open,
                row.integer(2), row.integer(3)
            )
        }
    }

    private func isChanged(_ sql: String, _ values: DatabaseValue...) throws(DatabaseError) -> Bool {
        try database.change(sql, values) > 0
    }
}

/// What an operator asks a sender for, as `asked` has it.
enum AskedKind: Int { case picture, scene }
