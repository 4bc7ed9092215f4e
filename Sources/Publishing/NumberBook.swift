// Running numbers that no restart gives twice.
import Database
import Synchronization

/// Gives tracks and events their numbers. They are reserved on the disk a thousand at a time, before the first of them is given, so that giving one
/// never waits for the disk; those that a crash leaves unused are lost.
final class NumberBook: Sendable {
    enum Name: String, CaseIterable { case tracks, events }

    private let use: SoleUse
    private let disk: Mutex<Disk>
    private let left: Mutex<[Name: [Range<Int>]]>

    /// One thread at a time has it.
    private final class Disk: @unchecked Sendable {
        let database: Database
        init(_ database: Database) { self.database = database }
    }

    private static let reserved = 1000
    private static let schema = "CREATE TABLE numbers (name TEXT PRIMARY KEY, next INTEGER NOT NULL) WITHOUT ROWID;"

    /// - Throws: `DatabaseError`, also where another process uses the file.
    init(path: String) throws(DatabaseError) {
        use = try SoleUse(of: path)
        disk = Mutex(Disk(try Database(path: path, version: 1, schema: Self.schema)))
        left = Mutex([:])
        try refill()
    }

    /// `nil` where none is left, because the disk takes no more.
    func next(_ name: Name) -> Int? {
        left.withLock { left in
            guard let range = left[name]?.first else { return nil }
            left[name]?.removeFirst()
            if range.count > 1 { left[name]?.insert(range.lowerBound + 1..<range.upperBound, at: 0) }
            return range.lowerBound
        }
    }

    /// The number before the next.
    func last(_ name: Name) -> Int { left.withLock { max(($0[name]?.first?.lowerBound ?? 0) - 1, 0) } }

    /// Reserves more where few are left. Waits for the disk.
    ///
    /// - Throws: `DatabaseError`: then what is left must do, and the next time may work.
    func refill() throws(DatabaseError) {
        for name in Name.allCases where isShort(of: name) {
            try disk.withLock { (disk) throws(DatabaseError) in
                // Somebody else may have come first.
                guard isShort(of: name) else { return }
                let range = try Self.reserve(name, disk.database)
                left.withLock { $0[name, default: []].append(range) }
            }
        }
    }

    private func isShort(of name: Name) -> Bool {
        left.withLock { left in left[name]?.reduce(0) { $0 + $1.count } ?? 0 } < Self.reserved / 2
    }

    private static func reserve(_ name: Name, _ database: Database) throws(DatabaseError) -> Range<Int> {
        var first = 0
        try database.transaction { () throws(DatabaseError) in
            let next = try database.rows("SELECT next FROM numbers WHERE name = ?", .text(name.rawValue)) {
                $0.integer(0)
            }
            // A box whose file is lost begins elsewhere: somebody may still know its old numbers.
            first = next.first ?? Int.random(in: 0..<1 << 28)
            try database.run(
                "INSERT OR REPLACE INTO numbers VALUES (?, ?)", .text(name.rawValue), .integer(first + reserved))
        }
        return first..<first + reserved
    }
}
