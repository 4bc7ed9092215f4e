// What a station calls what its senders number.
import Database
import Link

/// The names of senders, and of their cameras, classes and rules, read when they change.
struct SenderNames {
    private struct Known {
        var name: String
        var hash: Int?
        var tables: NameTables?
    }

    private var senders: [Int: Known] = [:]

    /// Reads what is other than before. Complexity: O(senders), and the names of those that have new ones.
    mutating func refresh(_ database: any Tables) throws(DatabaseError) {
        let rows = try database.rows("SELECT sender, name, names FROM senders") { row in
            (row.integer(0), row.text(1), row.optionalInteger(2))
        }
        for (sender, name, hash) in rows {
            var known = senders[sender] ?? Known(name: name)
            known.name = name
            if known.hash != hash || known.tables == nil { known.tables = try tables(hash, of: sender, in: database) }
            known.hash = hash
            senders[sender] = known
        }
    }

    private func tables(_ hash: Int?, of sender: Int, in database: any Tables) throws(DatabaseError) -> NameTables? {
        guard let hash else { return nil }
        let bytes = try database.rows(
            "SELECT bytes FROM objects WHERE sender = ? AND kind = ? AND hash = ?", .integer(sender),
            .integer(ObjectRecord.Kind.names.rawValue), .integer(StationStore.check(ofNames: hash))
        ) { $0.bytes(0) }.first
        return bytes.flatMap { try? NameTables(bytes: $0) }
    }

    /// What people call a sender.
    func name(of sender: Int) -> String { senders[sender]?.name ?? "\(sender)" }

    func label(_ number: Int, of sender: Int) -> String { name(number, .classes, of: sender) ?? "class \(number)" }

    /// `nil` where the sender has not told it yet.
    func name(_ number: Int, _ list: NameTables.List, of sender: Int) -> String? {
        senders[sender]?.tables?.name(number, in: list)
    }
}
