// What people see of a station.
import Database
import JSON
import Link
import Times

/// The senders, cameras, tracks and alerts that a station has, as JSON, whole or since a change. For one thread at a time, which has a connection of its own.
public final class StationBoard {
    let database: any Tables
    /// `nil`: what cameras see of the ground is not known.
    let sight: CameraSight?
    var names = SenderNames()
    var paths = FlightPaths()

    /// Tracks and alerts that are shown: of more, those with the newest news.
    static let mostTracks = 5000
    static let mostAlerts = 1000

    /// - Parameter place: of a station's tables that are there already.
    /// - Throws: `DatabaseError`, one line that says what to do.
    public convenience init(place: String) throws(DatabaseError) {
        try self.init(place: place, nil)
    }

    init(place: String, _ sight: CameraSight?) throws(DatabaseError) {
        self.sight = sight
        database = try StationTables(place: place, isBeside: true).database
    }

    /// The number of the newest change.
    public func revision() throws(DatabaseError) -> Int {
        try database.revision()
    }

    /// All that changed behind a revision; with 0, all that there is. Complexity: O(what changed), by indexes.
    ///
    /// - Parameter withAllSenders: whatever became of them.
    /// - Returns: an object with `revision` and the lists `senders`, `cameras`, `tracks` and `alerts`.
    public func changes(since revision: Int, withAllSenders: Bool = false) throws(DatabaseError) -> JSONValue {
        try names.refresh(database)
        let newest = try self.revision()
        try paths.refresh(database, until: newest)
        let members = [
            JSONMember("now", JSONValue(UTC.now)), JSONMember("revision", JSONValue(newest)),
            JSONMember("senders", JSONValue(try senders(since: withAllSenders || revision == 0 ? -1 : revision))),
            JSONMember("cameras", JSONValue(try cameras(since: revision))),
            JSONMember("tracks", JSONValue(try tracks(since: revision))),
            JSONMember("alerts", JSONValue(try alerts(since: revision))),
        ]
        return JSONValue(.object(members))
    }
}

extension JSONValue {
    /// What heights count from, as the tables have it.
    static func datum(_ number: Int?) -> JSONValue {
        switch number.flatMap({ Area.Datum(rawValue: $0) }) {
        case .meanSeaLevel: "msl"
        case .ellipsoid: "ellipsoid"
        case nil: JSONValue(.null)
        }
    }

    /// To a tenth of a metre.
    static func degrees(_ value: Double) -> JSONValue { .rounded(value, 1e6) }

    /// To so many steps in 1: what lies between them nobody knows, and it makes documents long.
    static func rounded(_ value: Double, _ steps: Double) -> JSONValue { JSONValue((value * steps).rounded() / steps) }

    static func optional(_ value: Int?) -> JSONValue { value.map { JSONValue($0) } ?? JSONValue(.null) }
    static func optional(_ value: Double?) -> JSONValue { value.map { JSONValue($0) } ?? JSONValue(.null) }
    static func optional(_ value: String?) -> JSONValue { value.map { JSONValue($0) } ?? JSONValue(.null) }
}
