// What operators say.
import Database
import Link
import Times

/// Takes what an operator says of tracks and alerts, and what is asked of senders: it holds when a call has returned. For one thread at a time.
public final class StationDesk {
    private let database: any Tables

    /// - Parameter place: of a station's tables that are there already.
    /// - Throws: `DatabaseError`, one line that says what to do.
    public init(place: String) throws(DatabaseError) {
        database = try StationTables(place: place, isBeside: true).database
    }

    /// Returns whether there is such a track.
    public func say(_ verdict: StationVerdict, of track: Int, sender: Int) throws(DatabaseError) -> Bool {
        try change { revision throws(DatabaseError) in
            guard try touch(track, sender, revision) else { return false }
            try database.run(
                """
                INSERT INTO verdicts VALUES (?, ?, ?, ?, ?) ON CONFLICT (sender, number)
                DO UPDATE SET verdict = excluded.verdict, said = excluded.said, revision = excluded.revision
                """, .integer(sender), .integer(track), .integer(verdict.record.rawValue),
                .integer(UTC.now), .integer(revision))
            return true
        }
    }

    /// Alerts that an operator has seen.
    public enum Alert: Sendable {
        case rule(sender: Int, epoch: Int, number: Int)
        case part(sender: Int, epoch: Int, number: Int)
    }

    /// The first time counts. Returns whether there is such an alert.
    public func acknowledge(_ alert: Alert) throws(DatabaseError) -> Bool {
        let (table, sender, epoch, number) =
            switch alert {
            case .rule(let sender, let epoch, let number): ("events", sender, epoch, number)
            case .part(let sender, let epoch, let number): ("parts", sender, epoch, number)
            }
        return try change { revision throws(DatabaseError) in
            try database.change(
                """
                UPDATE \(table) SET acknowledged = coalesce(acknowledged, ?), revision = ?
                WHERE sender = ? AND epoch = ? AND number = ?
                """,
                [
                    .integer(UTC.now), .integer(revision), .integer(sender), .integer(epoch),
                    .integer(number),
                ]) > 0
        }
    }

    /// Asks for a picture of a track. Returns whether there is such a track.
    public func ask(track: Int, level: Int, sender: Int) throws(DatabaseError) -> Bool {
        try change { revision throws(DatabaseError) in
            guard try touch(track, sender, revision) else { return false }
            try ask(.picture, track, level, sender, revision)
            return true
        }
    }

    /// Asks for what a camera sees. Returns whether there is such a sender, and whether its camera may be.
    public func ask(camera: Int, sender: Int) throws(DatabaseError) -> Bool {
        guard RequestRecord.cameras.contains(camera) else { return false }
        return try change { revision throws(DatabaseError) in
            guard
                try !database.rows("SELECT 1 FROM senders WHERE sender = ?", .integer(sender), read: { _ in 1 }).isEmpty
            else { return false }
            try ask(.scene, camera, 0, sender, revision)
            return true
        }
    }

    private func ask(
        _ kind: AskedKind, _ number: Int, _ level: Int, _ sender: Int, _ revision: Int
    ) throws(DatabaseError) {
        try database.run(
            """
            INSERT INTO asked VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (sender, kind, number)
            DO UPDATE SET level = excluded.level, said = excluded.said, revision = excluded.revision
            """, .integer(sender), .integer(kind.rawValue), .integer(number), .integer(level),
            .integer(UTC.now), .integer(revision))
    }

    private func touch(_ track: Int, _ sender: Int, _ revision: Int) throws(DatabaseError) -> Bool {
        try database.change(
            "UPDATE tracks SET revision = ? WHERE sender = ? AND number = ?",
            [.integer(revision), .integer(sender), .integer(track)]) > 0
    }

    private func change(_ body: (Int) throws(DatabaseError) -> Bool) throws(DatabaseError) -> Bool {
        var isDone = false
        try database.transaction { () throws(DatabaseError) in isDone = try body(try database.nextRevision()) }
        return isDone
    }
}
