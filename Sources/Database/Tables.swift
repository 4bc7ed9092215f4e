// What keeps rows, wherever it is.

/// Tables that outlive crashes. Statements are of the SQL that SQLite and PostgreSQL have in common, with `?` for values. For one thread at a time.
public protocol Tables: AnyObject {
    /// Runs a statement that gives nothing. Returns how many rows it changed.
    func change(_ sql: String, _ values: [DatabaseValue]) throws(DatabaseError) -> Int

    /// The rows that a statement gives, each as `read` makes it.
    func rows<Row>(
        _ sql: String, _ values: [DatabaseValue], _ read: (DatabaseRow) -> Row
    ) throws(DatabaseError) -> [Row]

    /// All of `body` or nothing of it: safe from crashes when it returns.
    func transaction(_ body: () throws(DatabaseError) -> Void) throws(DatabaseError)

    /// Gives back what can be given back of a disk that is full. Returns whether there may be room now.
    func emptyLog() -> Bool
}

extension Tables {
    /// Runs a statement that gives nothing.
    public func run(_ sql: String, _ values: DatabaseValue...) throws(DatabaseError) { _ = try change(sql, values) }

    /// The rows that a statement gives, each as `read` makes it.
    public func rows<Row>(
        _ sql: String, _ values: DatabaseValue..., read: (DatabaseRow) -> Row
    ) throws(DatabaseError) -> [Row] {
        try rows(sql, values, read)
    }
}

/// What stands in a table.
public enum DatabaseValue: Hashable, Sendable {
    case null
    case integer(Int)
    case real(Double)
    case text(String)
    case bytes([UInt8])

    public static func optional(_ value: Int?) -> DatabaseValue { value.map { .integer($0) } ?? .null }
    public static func optional(_ value: Double?) -> DatabaseValue { value.map { .real($0) } ?? .null }
}

/// The columns of a row, as a database gives them.
protocol RowColumns {
    func isNull(_ column: Int) -> Bool
    func integer(_ column: Int) -> Int
    func real(_ column: Int) -> Double
    func text(_ column: Int) -> String
    func bytes(_ column: Int) -> [UInt8]
}

/// A row while it is read.
public struct DatabaseRow {
    private let columns: any RowColumns

    init(_ columns: any RowColumns) { self.columns = columns }

    public func integer(_ column: Int) -> Int { columns.integer(column) }
    public func real(_ column: Int) -> Double { columns.real(column) }
    public func text(_ column: Int) -> String { columns.text(column) }
    public func bytes(_ column: Int) -> [UInt8] { columns.bytes(column) }
    public func optionalInteger(_ column: Int) -> Int? { columns.isNull(column) ? nil : integer(column) }
    public func optionalReal(_ column: Int) -> Double? { columns.isNull(column) ? nil : real(column) }
    public func optionalText(_ column: Int) -> String? { columns.isNull(column) ? nil : text(column) }
}

/// Why something could not be kept or read.
public enum DatabaseError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No room on the disk, or as large as it may become.
    case full(String)
    case failed(String, String)

    public var description: String {
        switch self {
        case .full(let path): "\(path): no room left: free some of its disk"
        case .failed(let path, let reason): "\(path): \(reason)"
        }
    }
}
