// Messages that somebody must have.
import Database

/// Keeps messages on the disk until the one they are for has said that it has them. For one thread at a time.
///
/// A message is on the disk when `commit` returns: many at once, as each commit costs a board's flash a write.
final class Outbox {
    private enum Change {
        case put(Int, [UInt8])
        case remove(Int)
    }

    private let database: Database
    private var changes: [Change] = []
    /// Those that nobody has, by their number: rising as they were put in.
    private(set) var waiting: [(number: Int, body: [UInt8])] = []
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
        changes.append(.put(number, body))
    }

    /// Somebody has it, or will never take it.
    func remove(_ number: Int) {
        guard let index = waiting.firstIndex(where: { $0.number == number }) else { return }
        waiting.remove(at: index)
        changes.append(.remove(number))
    }

    private func drop(_ count: Int) {
        for message in waiting.prefix(count) { changes.append(.remove(message.number)) }
        waiting.removeFirst(min(count, waiting.count))
        dropped += count
    }

    /// Brings all to the disk, or nothing; what could not be waits for the next time. Where there is no room, the oldest are given up, and counted.
    ///
    /// - Throws: `DatabaseError`.
    func commit() throws(DatabaseError) {
        guard !changes.isEmpty else { return }
        while true {
            do throws(DatabaseError) {
                try database.transaction { () throws(DatabaseError) in
                    for change in changes {
                        switch change {
                        case .put(let number, let body):
                            try database.run(
                                "INSERT OR REPLACE INTO messages VALUES (?, ?)", .integer(number), .bytes(body))
                        case .remove(let number):
                            try database.run("DELETE FROM messages WHERE number = ?", .integer(number))
                        }
                    }
                }
                changes = []
                return
            } catch {
                guard case .full = error, !waiting.isEmpty else { throw error }
                drop((waiting.count + 9) / 10)
                // Those that were never written need not be.
                let kept = Set(waiting.map(\.number))
                changes.removeAll { if case .put(let number, _) = $0 { !kept.contains(number) } else { false } }
                changes.sort { if case .remove = $0, case .put = $1 { true } else { false } }
            }
        }
    }
}
