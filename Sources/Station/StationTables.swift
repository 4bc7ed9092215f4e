// Where a station's tables are.
import Database

/// A station's tables, opened: a file of its own, or a database that several stations share.
struct StationTables {
    let database: any Tables
    /// Of a file, which one station uses at a time.
    private let use: SoleUse?

    private static let schemes = ["postgres://", "postgresql://"]

    static func isShared(_ place: String) -> Bool { schemes.contains { place.hasPrefix($0) } }

    /// - Parameters:
    ///   - place: a file, or `postgres://USER@HOST/DATABASE`.
    ///   - isBeside: another connection of a station that has it already.
    /// - Throws: `DatabaseError`, one line that says what to do.
    init(place: String, isBeside: Bool = false) throws(DatabaseError) {
        let (version, schema) = (StationSchema.version, StationSchema.text)
        if Self.isShared(place) {
            use = nil
            database = try PostgresDatabase(place: place, version: version, schema: schema)
        } else {
            use = isBeside ? nil : try SoleUse(of: place)
            database = try Database(path: place, version: version, schema: schema)
        }
    }
}

extension Tables {
    /// Counts changes; to be called within a transaction, for all that it writes.
    func nextRevision() throws(DatabaseError) -> Int {
        try run("UPDATE state SET value = value + 1 WHERE name = 'revision'")
        return try revision()
    }

    /// The number of the newest change.
    func revision() throws(DatabaseError) -> Int {
        try rows("SELECT value FROM state WHERE name = 'revision'") { $0.integer(0) }.first ?? 0
    }
}
