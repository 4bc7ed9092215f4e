// Messages that somebody must have.
import Database

/// Keeps messages on the disk until the one they are for has said that it has them. For one thread at a time.
///
/// A message is on the disk when `commit` returns: many at once, as each commit costs a board's flash a write.
final class Outbox {
    private let database: Database
    /// Those that nobody has, by their number: rising as they were put in.
    private(set) var waiting: [(number: Int, body: [UInt8])] = []
    /// What the disk does not know yet.
    private var unwritten: Set<Int> = []
    private var removed: Set<Int> = []
    /// Messages that were given up, as there was no room.
    private(set) var dropped = 0

    private static let most = 20_000
    private static let schema = "CREATE TABLE messages (number INTEGER PRIMARY KEY, body BLOB NOT NULL);"

    /// - Parameter mostBytes: of the disk.
    /// - Throws: `DatabaseError`.
    init(path: String, mostBytes: Int = 64_000_000) throws(DatabaseError) {
        database = try Database(path: path, version: 1, schema: Self.schema, mostBytes: mostBytes)
        waiting = try database.rows("SELECT number, body FROM messages ORDER BY number") { row in
            (row.integer(0), row.bytes(1))
        }
    }

    /// - Parameter number: larger than all before.
    func put(_ number: Int, _ body: [UInt8]) {
        if waiting.count >= Self.most { drop(Self.most / 10) }
        waiting.append((number, body))
        unwritten.insert(number)
    }

    /// Somebody has it, or will never take it.
    func remove(_ number: Int) {
        guard let index = waiting.firstIndex(where: { $0.number == number }) else { return }
        waiting.remove(at: index)
        forget(number)
    }

    private func forget(_ number: Int) {
        if unwritten.remove(number) == nil { removed.insert(number) }
    }

    private func drop(_ count: Int) {
        for message in waiting.prefix(count) { forget(message.number) }
        waiting.removeFirst(min(count, waiting.count))
        dropped += count
    }

    /// Brings all to the disk, or nothing; what could not be waits for the next time. Where this file has no more room of its own, the oldest are given up, and counted;
    /// where the disk has none, nothing is.
    ///
    /// Returns whether there was anything to write.
    /// - Throws: `DatabaseError`.
    func commit() throws(DatabaseError) -> Bool {
        guard !unwritten.isEmpty || !removed.isEmpty else { return false }
        do throws(DatabaseError) { try write() } catch {
            guard case .full = error, !waiting.isEmpty else { throw error }
            if database.isAtItsLimit {
                drop((waiting.count + 9) / 10)
            } else {
                guard database.emptyLog() else { throw error }
            }
            try write()
        }
        return true
    }

    private func write() throws(DatabaseError) {
        try database.transaction { () throws(DatabaseError) in
            for number in removed {
                try database.run("DELETE FROM messages WHERE number = ?", .integer(number))
            }
            for message in waiting where unwritten.contains(message.number) {
                try database.run(
                    "INSERT OR REPLACE INTO messages VALUES (?, ?)", .integer(message.number), .bytes(message.body))
            }
        }
        (unwritten, removed) = ([], [])
    }
}
