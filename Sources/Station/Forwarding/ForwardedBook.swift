// What was handed on.
import Database

/// Up to which change a station's ways out have all, and which alerts, on the disk. For one thread at a time.
final class ForwardedBook: @unchecked Sendable {
    struct Event: Hashable {
        let sender: Int
        let epoch: Int
        let number: Int
        /// Milliseconds since 1970 (UTC); `nil` as long as that is not known.
        let utc: Int?
    }

    private let database: Database
    /// Those of the last seconds, which may not be on the disk yet.
    private var fresh: Set<[Int]> = []

    private static let schema = """
        CREATE TABLE state (revision INTEGER NOT NULL);
        CREATE TABLE events (
            sender INTEGER NOT NULL, epoch INTEGER NOT NULL, number INTEGER NOT NULL,
            PRIMARY KEY (sender, epoch, number)) WITHOUT ROWID;
        """

    init(path: String) throws(DatabaseError) {
        database = try Database(path: path, version: 1, schema: Self.schema)
    }

    /// `nil` in a new book.
    func revision() throws(DatabaseError) -> Int? {
        try database.rows("SELECT revision FROM state") { $0.integer(0) }.first
    }

    /// Whether an alert was not handed on yet; from now on it was.
    func isNew(_ event: Event) throws(DatabaseError) -> Bool {
        let key = [event.sender, event.epoch, event.number]
        guard !fresh.contains(key) else { return false }
        let isThere = try !database.rows(
            "SELECT 1 FROM events WHERE sender = ? AND epoch = ? AND number = ?", .integer(event.sender),
            .integer(event.epoch), .integer(event.number)
        ) { _ in 1 }.isEmpty
        if !isThere { fresh.insert(key) }
        return !isThere
    }

    func keep(_ revision: Int, _ events: [Event]) throws(DatabaseError) {
        try database.transaction { () throws(DatabaseError) in
            try database.run("DELETE FROM state")
            try database.run("INSERT INTO state VALUES (?)", .integer(revision))
            for event in events {
                try database.run(
                    "INSERT INTO events VALUES (?, ?, ?) ON CONFLICT DO NOTHING", .integer(event.sender),
                    .integer(event.epoch), .integer(event.number))
            }
        }
        for event in events { fresh.remove([event.sender, event.epoch, event.number]) }
    }
}
