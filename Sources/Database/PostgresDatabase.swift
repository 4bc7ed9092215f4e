// Tables in a server that several programs use.
import CPostgres
import Credentials
import Glibc

/// A PostgreSQL database, whose commits are safe when they return. It connects when something is asked of it, and again after a connection was lost: until then each call fails,
/// with the same line. For one thread at a time.
///
/// Transactions of all who use its tables come one after the other: what one has seen counted stays so until it ends.
public final class PostgresDatabase: Tables {
    private let place: PostgresPlace
    private let version: Int
    private let schema: String
    private var connection: OpaquePointer?
    /// Statements that the server has read, by their text.
    private var statements: [String: String] = [:]
    private var nextTry = 0.0
    private var loss: DatabaseError?

    /// Seconds that connecting may take.
    private let patience: Int32
    /// Seconds that a server may be silent while it is asked.
    private var silence: Int32 { 2 * patience }
    /// Seconds between two tries.
    private static let pause = 1.0
    /// Of the lock that transactions take, "arete" as a number: one of all programs that use the database.
    private static let lock = 0x6172657465

    /// Connects, and makes the tables where there are none.
    ///
    /// - Parameters:
    ///   - place: `postgres://USER@HOST/DATABASE`, with what libpq knows behind a question mark. The password is in the file that libpq reads (`~/.pgpass`, or `PGPASSFILE`).
    ///   - version: of the schema, from 1.
    ///   - schema: statements for a new one.
    /// - Throws: `DatabaseError` for a place that is none, a server that cannot be reached, and tables of another version.
    public convenience init(place: String, version: Int, schema: String) throws(DatabaseError) {
        try self.init(place: place, version: version, schema: schema, patience: 5)
    }

    init(place: String, version: Int, schema: String, patience: Int32) throws(DatabaseError) {
        self.patience = patience
        self.version = version
        self.schema = Self.translated(schema)
        self.place = try PostgresPlace(place)
        try connect()
    }

    deinit { if let connection { arete_postgres_close(connection) } }

    private var name: String { place.name }

    // MARK: Connecting

    private static var seconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private func connected() throws(DatabaseError) -> OpaquePointer {
        if let connection {
            if arete_postgres_is_connected(connection) { return connection }
            lose()
        }
        if let loss, Self.seconds < nextTry { throw loss }
        return try connect()
    }

    private func lose() {
        if let connection { arete_postgres_close(connection) }
        (connection, statements) = (nil, [:])
    }

    @discardableResult
    private func connect() throws(DatabaseError) -> OpaquePointer {
        do throws(DatabaseError) {
            guard let made = arete_postgres_connect(place.text, patience, silence, place.mustVerify) else {
                throw DatabaseError.failed(name, "no memory")
            }
            connection = made
            guard arete_postgres_is_connected(made) else { throw failure(made) }
            try prepare(made)
            loss = nil
            return made
        } catch {
            lose()
            (loss, nextTry) = (error, Self.seconds + Self.pause)
            throw error
        }
    }

    private func prepare(_ connection: OpaquePointer) throws(DatabaseError) {
        // What takes too long ends before its server would count as silent.
        try exec(connection, "SET statement_timeout = '\(silence - 1)s'; SET client_encoding = 'UTF8'")
        try exec(connection, "BEGIN; SELECT pg_advisory_xact_lock(\(Self.lock))")
        try exec(connection, "CREATE TABLE IF NOT EXISTS arete (version BIGINT NOT NULL)")
        let found = try rows(connection, "SELECT version FROM arete", []) { $0.integer(0) }.first
        if found == nil {
            try exec(connection, schema)
            try exec(connection, "INSERT INTO arete VALUES (\(version))")
        } else if let found, found != version {
            throw .failed(name, "its tables are of another version (\(found), here \(version)): take another database")
        }
        try exec(connection, "COMMIT")
    }

    private func exec(_ connection: OpaquePointer, _ sql: String) throws(DatabaseError) {
        guard arete_postgres_exec(connection, sql) else { throw failure(connection) }
    }

    /// SQLSTATE of a disk that is full (PostgreSQL 15, appendix A).
    private static let diskFull = "53100"

    private func failure(_ connection: OpaquePointer) -> DatabaseError {
        let state = String(cString: arete_postgres_state(connection))
        let words = PostgresPlace.firstLine(String(cString: arete_postgres_error(connection)))
        return state == Self.diskFull ? .full(name) : .failed(name, words)
    }

    // MARK: Statements

    public func change(_ sql: String, _ values: [DatabaseValue]) throws(DatabaseError) -> Int {
        let connection = try connected()
        let result = try run(connection, sql, values)
        defer { arete_postgres_free(result) }
        return Int(arete_postgres_changes(result))
    }

    public func rows<Row>(
        _ sql: String, _ values: [DatabaseValue], _ read: (DatabaseRow) -> Row
    ) throws(DatabaseError) -> [Row] {
        try rows(try connected(), sql, values, read)
    }

    private func rows<Row>(
        _ connection: OpaquePointer, _ sql: String, _ values: [DatabaseValue], _ read: (DatabaseRow) -> Row
    ) throws(DatabaseError) -> [Row] {
        let result = try run(connection, sql, values)
        defer { arete_postgres_free(result) }
        return (0..<arete_postgres_rows(result)).map { read(DatabaseRow(ResultColumns(result: result, row: $0))) }
    }

    public func transaction(_ body: () throws(DatabaseError) -> Void) throws(DatabaseError) {
        let connection = try connected()
        do throws(DatabaseError) {
            try exec(connection, "BEGIN; SELECT pg_advisory_xact_lock(\(Self.lock))")
            try body()
            // A connection made anew meanwhile would have written a part.
            guard self.connection == connection else { throw .failed(name, "the connection was lost") }
            try exec(connection, "COMMIT")
        } catch {
            if self.connection == connection { _ = arete_postgres_exec(connection, "ROLLBACK") }
            throw error
        }
    }

    public func emptyLog() -> Bool { false }

    private func run(
        _ connection: OpaquePointer, _ sql: String, _ values: [DatabaseValue]
    ) throws(DatabaseError) -> OpaquePointer {
        let statement = try statement(connection, sql)
        let bytes: [PostgresValue] = values.map { PostgresValue($0) }
        // Each value stands in one buffer, with a zero behind it.
        let joined: [UInt8] = bytes.reduce(into: []) { $0 += $1.bytes + [0] }
        let result = joined.withUnsafeBytes { buffer -> OpaquePointer? in
            var start = 0
            let wire = bytes.map { value -> arete_postgres_value in
                let place = buffer.baseAddress?.advanced(by: start).assumingMemoryBound(to: CChar.self)
                start += value.bytes.count + 1
                return arete_postgres_value(
                    bytes: value.isNull ? nil : place, count: Int32(value.bytes.count), is_binary: value.isBinary)
            }
            return arete_postgres_run(connection, statement, wire, Int32(wire.count))
        }
        guard let result else { throw failure(connection) }
        return result
    }

    private func statement(_ connection: OpaquePointer, _ sql: String) throws(DatabaseError) -> String {
        if let known = statements[sql] { return known }
        let statement = "s\(statements.count)"
        guard arete_postgres_prepare(connection, statement, Self.numbered(sql)) else { throw failure(connection) }
        statements[sql] = statement
        return statement
    }

    /// With the server's names for values.
    static func numbered(_ sql: String) -> String {
        var count = 0
        return sql.reduce(into: "") { text, sign in
            guard sign == "?" else { return text.append(sign) }
            count += 1
            text += "$\(count)"
        }
    }

    /// A schema with the server's names for kinds of columns.
    static func translated(_ schema: String) -> String {
        let names = ["INTEGER": "BIGINT", "REAL": "DOUBLE PRECISION", "BLOB": "BYTEA"]
        var text = ""
        var word = ""
        func end() {
            text += names[word] ?? word
            word = ""
        }
        for sign in schema {
            if sign.isLetter {
                word.append(sign)
            } else {
                end()
                text.append(sign)
            }
        }
        end()
        return text.split(separator: " WITHOUT ROWID", omittingEmptySubsequences: false).joined()
    }
}
