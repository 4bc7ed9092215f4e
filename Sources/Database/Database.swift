// A file of tables that outlives crashes.
import CSQLite

/// An SQLite database in WAL mode whose commits are on the disk when they return. For one thread at a time.
///
/// A new one is its owner's alone. Where the program ends by itself, its file alone has all; before, three files belong together.
public final class Database: Tables {
    public let path: String
    private let handle: OpaquePointer
    private let realPath: String
    private var statements: [String: Statement] = [:]

    /// Opens or makes a database.
    ///
    /// - Parameters:
    ///   - mostBytes: it grows no larger; what does not fit throws `DatabaseError.full`.
    ///   - schema: statements for a new one.
    ///   - version: of the schema, from 1.
    /// - Throws: `DatabaseError` for a file that cannot be opened, is no database, or has another version.
    public init(path: String, version: Int, schema: String, mostBytes: Int? = nil) throws(DatabaseError) {
        self.path = path
        if let absence = arete_sqlite_absence() { throw .failed(path, String(cString: absence)) }
        PrivateFile.make(path)
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
        let status = arete_sqlite_open(path, &opened, flags)
        guard status == SQLITE_OK, let opened else {
            let reason = opened.map { String(cString: arete_sqlite_errmsg($0)) } ?? "no memory"
            arete_sqlite_close(opened)
            throw .failed(path, reason)
        }
        handle = opened
        realPath = RealPath.of(path)
        OpenLogs.add(realPath)
        try prepare(version, schema, mostBytes)
    }

    deinit {
        statements = [:]
        arete_sqlite_close(handle)
        OpenLogs.remove(realPath)
    }

    private func prepare(_ version: Int, _ schema: String, _ mostBytes: Int?) throws(DatabaseError) {
        try run("PRAGMA journal_mode = WAL")
        try run("PRAGMA synchronous = FULL")
        // What a disk must have room for beside the tables: a megabyte.
        try run("PRAGMA wal_autocheckpoint = 256")
        try run("PRAGMA foreign_keys = ON")
        if let mostBytes {
            let size = try rows("PRAGMA page_size") { $0.integer(0) }.first ?? 4096
            try run("PRAGMA max_page_count = \(max(mostBytes / max(size, 512), 16))")
        }
        let found = try rows("PRAGMA user_version") { $0.integer(0) }.first ?? 0
        guard found != version else { return }
        guard found == 0, try rows("SELECT count(*) FROM sqlite_schema", read: { $0.integer(0) }) == [0] else {
            throw .failed(path, "it is of another program or version (\(found), here \(version)): move it away")
        }
        try transaction { () throws(DatabaseError) in
            guard arete_sqlite_exec(handle, schema) == SQLITE_OK else { throw failure() }
            try run("PRAGMA user_version = \(version)")
        }
    }

    /// Runs a statement that gives nothing. Returns how many rows it changed.
    public func change(_ sql: String, _ values: [DatabaseValue]) throws(DatabaseError) -> Int {
        let statement = try statement(sql, values)
        defer { statement.reset() }
        while try statement.step() {}
        return Int(arete_sqlite_changes(handle))
    }

    /// The rows that a statement gives, each as `read` makes it.
    public func rows<Row>(
        _ sql: String, _ values: [DatabaseValue], _ read: (DatabaseRow) -> Row
    ) throws(DatabaseError) -> [Row] {
        let statement = try statement(sql, values)
        defer { statement.reset() }
        var rows: [Row] = []
        while try statement.step() { rows.append(read(DatabaseRow(StatementColumns(handle: statement.handle)))) }
        return rows
    }

    /// Whether the transaction that last found no room would have made it larger than it may be: else a disk that is full is
    /// somebody else's, and may have room again.
    public private(set) var isAtItsLimit = false

    /// To be asked within the transaction: what ends it takes back what it grew.
    private var isNearItsLimit: Bool {
        guard let pages = try? rows("PRAGMA page_count", read: { $0.integer(0) }).first,
            let most = try? rows("PRAGMA max_page_count", read: { $0.integer(0) }).first
        else { return false }
        return pages + Self.mostPagesOfStatement >= most
    }

    /// What one statement that found no room may have taken back.
    private static let mostPagesOfStatement = 16

    /// Moves what the log has into the tables, and gives its part of the disk back: where a commit found no room, the
    /// next one may. Returns whether that could be done.
    public func emptyLog() -> Bool {
        let isBusy = try? rows("PRAGMA wal_checkpoint(TRUNCATE)") { $0.integer(0) }.first
        return isBusy == 0
    }

    /// All of `body` or nothing of it: on the disk when it returns.
    public func transaction(_ body: () throws(DatabaseError) -> Void) throws(DatabaseError) {
        try run("BEGIN IMMEDIATE")
        do {
            try body()
            try run("COMMIT")
        } catch {
            if case .full = error { isAtItsLimit = isNearItsLimit }
            // A full disk may have ended the transaction already.
            if arete_sqlite_get_autocommit(handle) == 0 { arete_sqlite_exec(handle, "ROLLBACK") }
            throw error
        }
    }

    private func statement(_ sql: String, _ values: [DatabaseValue]) throws(DatabaseError) -> Statement {
        let statement: Statement
        if let known = statements[sql] {
            statement = known
        } else {
            var made: OpaquePointer?
            guard arete_sqlite_prepare(handle, sql, &made) == SQLITE_OK, let made else { throw failure() }
            statement = Statement(made, of: self)
            statements[sql] = statement
        }
        statement.bind(values)
        return statement
    }

    /// SQLITE_IOERR_SHMSIZE: the file beside the tables that is mapped into memory found no room.
    private static let noSharedMemory = SQLITE_IOERR | 19 << 8

    fileprivate func failure() -> DatabaseError {
        switch arete_sqlite_errcode(handle) {
        case SQLITE_FULL, Self.noSharedMemory: .full(path)
        default: .failed(path, String(cString: arete_sqlite_errmsg(handle)))
        }
    }
}

/// The columns of the row that a statement stands at.
private struct StatementColumns: RowColumns {
    let handle: OpaquePointer

    func isNull(_ column: Int) -> Bool { arete_sqlite_column_type(handle, Int32(column)) == SQLITE_NULL }
    func integer(_ column: Int) -> Int { Int(arete_sqlite_column_int64(handle, Int32(column))) }
    func real(_ column: Int) -> Double { arete_sqlite_column_double(handle, Int32(column)) }

    func text(_ column: Int) -> String {
        arete_sqlite_column_text(handle, Int32(column)).map { String(cString: $0) } ?? ""
    }

    func bytes(_ column: Int) -> [UInt8] {
        let count = Int(arete_sqlite_column_bytes(handle, Int32(column)))
        guard count > 0, let start = arete_sqlite_column_blob(handle, Int32(column)) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: count))
    }
}

/// A statement that was read once and runs often.
private final class Statement {
    let handle: OpaquePointer
    private unowned let database: Database

    init(_ handle: OpaquePointer, of database: Database) { (self.handle, self.database) = (handle, database) }

    deinit { arete_sqlite_finalize(handle) }

    func bind(_ values: [DatabaseValue]) {
        for (index, value) in values.enumerated() {
            let place = Int32(index + 1)
            switch value {
            case .null: arete_sqlite_bind_null(handle, place)
            case .integer(let value): arete_sqlite_bind_int64(handle, place, Int64(value))
            case .real(let value): arete_sqlite_bind_double(handle, place, value)
            case .text(let value): arete_sqlite_bind_text(handle, place, value)
            case .bytes(let value):
                arete_sqlite_bind_blob(handle, place, value, Int32(value.count))
            }
        }
    }

    /// Whether there is another row.
    func step() throws(DatabaseError) -> Bool {
        switch arete_sqlite_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw database.failure()
        }
    }

    func reset() {
        arete_sqlite_reset(handle)
    }
}
