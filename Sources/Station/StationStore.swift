// What a station keeps.
import Database
import Link

/// All that senders told, in a database. For one thread at a time.
final class StationStore {
    /// Of this run: no packet was sent down in it.
    let epoch: UInt32
    private let use: SoleUse
    private let database: Database

    private static let schema = """
        CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE senders (
            sender INTEGER PRIMARY KEY, name TEXT NOT NULL, epoch INTEGER, counter INTEGER);
        CREATE TABLE clocks (
            sender INTEGER NOT NULL, epoch INTEGER NOT NULL, began INTEGER NOT NULL, doubt INTEGER NOT NULL,
            PRIMARY KEY (sender, epoch)) WITHOUT ROWID;
        CREATE TABLE tracks (
            sender INTEGER NOT NULL, number INTEGER NOT NULL, camera INTEGER NOT NULL, class INTEGER NOT NULL,
            confidence REAL, latitude REAL, longitude REAL, height REAL, error REAL, epoch INTEGER NOT NULL,
            seen INTEGER NOT NULL, PRIMARY KEY (sender, number)) WITHOUT ROWID;
        CREATE TABLE events (
            sender INTEGER NOT NULL, number INTEGER NOT NULL, rule INTEGER NOT NULL, track INTEGER NOT NULL,
            epoch INTEGER NOT NULL, happened INTEGER NOT NULL, PRIMARY KEY (sender, epoch, number)) WITHOUT ROWID;
        CREATE TABLE gone (
            sender INTEGER NOT NULL, number INTEGER NOT NULL, reason INTEGER NOT NULL, epoch INTEGER NOT NULL,
            happened INTEGER NOT NULL, PRIMARY KEY (sender, number)) WITHOUT ROWID;
        CREATE TABLE pictures (
            sender INTEGER NOT NULL, track INTEGER NOT NULL, level INTEGER NOT NULL, file BLOB NOT NULL,
            PRIMARY KEY (sender, track, level));
        CREATE TABLE scenes (sender INTEGER NOT NULL, camera INTEGER NOT NULL, file BLOB NOT NULL,
            PRIMARY KEY (sender, camera));
        CREATE TABLE objects (
            sender INTEGER NOT NULL, kind INTEGER NOT NULL, hash INTEGER NOT NULL, bytes BLOB NOT NULL,
            PRIMARY KEY (sender, kind, hash));
        CREATE TABLE parts (
            sender INTEGER NOT NULL, number INTEGER NOT NULL, good INTEGER NOT NULL, inspected INTEGER NOT NULL,
            reason INTEGER, epoch INTEGER NOT NULL, happened INTEGER NOT NULL,
            PRIMARY KEY (sender, epoch, number)) WITHOUT ROWID;
        """

    /// - Throws: `DatabaseError` where the epoch cannot be brought to the disk, and where another station uses the
    ///   file.
    init(path: String) throws(DatabaseError) {
        use = try SoleUse(of: path)
        database = try Database(path: path, version: 1, schema: Self.schema)
        let database = database
        var next = 0
        try database.transaction { () throws(DatabaseError) in
            let last = try database.rows("SELECT value FROM state WHERE name = 'epoch'") { $0.integer(0) }.first
            next = last.map { $0 + 1 } ?? FirstEpoch.drawn
            try database.run("INSERT OR REPLACE INTO state VALUES ('epoch', ?)", .integer(next))
        }
        guard next <= Int(UInt32.max) else {
            throw .failed(path, "its epochs are used up: pair its senders anew and move the file away")
        }
        epoch = UInt32(next)
    }

    /// What an earlier run had of a sender.
    struct Known {
        var last: PacketNumber?
        var newestTrack = 0
        /// Begins of its epochs, the newest ones.
        var clocks: [UInt32: ClockRecord] = [:]
    }

    func known(_ sender: SenderID, name: String) throws(DatabaseError) -> Known {
        let id = DatabaseValue.integer(Int(sender.value))
        try database.run("INSERT OR IGNORE INTO senders (sender, name) VALUES (?, ?)", id, .text(name))
        try database.run("UPDATE senders SET name = ? WHERE sender = ?", .text(name), id)
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

    /// Gives back what the log takes of the disk. Returns whether that could be done.
    func emptyLog() -> Bool { database.emptyLog() }

    /// Writes all that came, at once: on the disk when it returns.
    func transaction(_ body: () throws(DatabaseError) -> Void) throws(DatabaseError) {
        try database.transaction(body)
    }

    /// The newest packet of a sender.
    func note(_ sender: SenderID, _ number: PacketNumber) throws(DatabaseError) {
        try database.run(
            "UPDATE senders SET epoch = ?, counter = ? WHERE sender = ?", .integer(Int(number.epoch)),
            .integer(Int(number.counter)), .integer(Int(sender.value)))
    }

    /// Returns whether it was not there before.
    func write(_ report: Report, of sender: SenderID) throws(DatabaseError) -> Bool {
        let id = DatabaseValue.integer(Int(sender.value))
        switch report {
        case .track(let track, _), .update(let track): return try write(track, id)
        case .gone(let number, let reason, let at):
            // It may be known before its track is.
            return try isChanged(
                "INSERT OR IGNORE INTO gone VALUES (?, ?, ?, ?, ?)", id, .integer(number), .integer(reason.rawValue),
                .integer(Int(at.epoch)), .integer(at.milliseconds))
        case .event(let number, let rule, let track, let at):
            return try isChanged(
                "INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?, ?, ?)", id, .integer(number), .integer(rule),
                .integer(track), .integer(Int(at.epoch)), .integer(at.milliseconds))
        case .part(let part, let at):
            return try isChanged(
                "INSERT OR IGNORE INTO parts VALUES (?, ?, ?, ?, ?, ?, ?)", id, .integer(part.number),
                .integer(part.isGood ? 1 : 0), .integer(part.wasInspected ? 1 : 0), .optional(part.reason),
                .integer(Int(at.epoch)), .integer(at.milliseconds))
        case .clock(let epoch, let clock):
            return try isChanged(
                "INSERT OR REPLACE INTO clocks VALUES (?, ?, ?, ?)", id, .integer(Int(epoch)), .integer(clock.began),
                .integer(clock.doubt))
        case .chip(let track, let file): return try write(file, id, track, level: 0)
        case .object(let object, let track, let bytes): return try write(object, track, bytes, id)
        case .pose, .context, .unknown, .wish, .other, .unreadable: return true
        }
    }

    private func write(_ track: ReceivedTrack, _ id: DatabaseValue) throws(DatabaseError) -> Bool {
        let number = DatabaseValue.integer(track.number)
        let isKnown = try !database.rows("SELECT 1 FROM tracks WHERE sender = ? AND number = ?", id, number) { _ in 1 }
            .isEmpty
        try database.run(
            """
            INSERT INTO tracks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
            camera = excluded.camera, class = excluded.class, confidence = excluded.confidence,
            latitude = excluded.latitude, longitude = excluded.longitude, height = excluded.height,
            error = excluded.error, epoch = excluded.epoch, seen = excluded.seen
            """, id, number,
            .integer(track.camera), .integer(track.objectClass), .optional(track.confidence),
            .optional(track.position?.place.latitude), .optional(track.position?.place.longitude),
            .optional(track.position?.height), .optional(track.position?.error), .integer(Int(track.seen.epoch)),
            .integer(track.seen.milliseconds))
        return !isKnown
    }

    /// A WebP file.
    private func write(_ file: [UInt8], _ id: DatabaseValue, _ track: Int, level: Int) throws(DatabaseError) -> Bool {
        try isChanged(
            """
            INSERT INTO pictures VALUES (?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET file = excluded.file WHERE file <> excluded.file
            """, id, .integer(track), .integer(level), .bytes(file))
    }

    private func write(
        _ object: ObjectRecord, _ track: Int, _ bytes: [UInt8], _ id: DatabaseValue
    ) throws(DatabaseError) -> Bool {
        guard object.isPicture else {
            return try isChanged(
                "INSERT OR IGNORE INTO objects VALUES (?, ?, ?, ?)", id, .integer(object.kind.rawValue),
                .integer(object.check), .bytes(bytes))
        }
        guard let file = BareWebP.file(bytes, width: object.width, height: object.height) else { return false }
        if object.kind == .chip { return try write(file, id, track, level: object.level) }
        return try isChanged(
            """
            INSERT INTO scenes VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET file = excluded.file WHERE file <> excluded.file
            """, id, .integer(track), .bytes(file))
    }

    /// Whether the names of a context are here. `hash`: as the context tells it.
    func hasNames(of sender: SenderID, hash: UInt32) throws(DatabaseError) -> Bool {
        let kind = ObjectRecord.Kind.names.rawValue
        let first = Int(hash) >> (ContextRecord.namesBits - ObjectRecord.checkBits)
        return try !database.rows(
            "SELECT 1 FROM objects WHERE sender = ? AND kind = ? AND hash = ?", .integer(Int(sender.value)),
            .integer(kind), .integer(first)
        ) { _ in 1 }.isEmpty
    }

    private func isChanged(_ sql: String, _ values: DatabaseValue...) throws(DatabaseError) -> Bool {
        try database.change(sql, values) > 0
    }
}
