// Tracks, as people see them.
import Database
import JSON
import Link

extension StationBoard {
    private static let columns = """
        t.sender, t.number, t.camera, t.class, t.confidence, t.latitude, t.longitude, t.height, t.error, t.middle_x,
        t.middle_y, t.width, t.box_height, f.began + t.first_seen, s.began + t.seen, t.heard, g.reason, v.verdict,
        v.said,
        (SELECT max(level) FROM pictures p WHERE p.sender = t.sender AND p.track = t.number),
        (SELECT max(revision) FROM pictures p WHERE p.sender = t.sender AND p.track = t.number),
        a.level, a.said, (SELECT count(*) FROM events e WHERE e.sender = t.sender AND e.track = t.number),
        t.datum, t.major, t.minor, t.bearing, t.doubts
        """
    /// A question counts until what it asks for has come, or a smaller picture, which is the best that its sender has.
    private static let joins = """
        FROM tracks t
        LEFT JOIN clocks f ON f.sender = t.sender AND f.epoch = t.first_epoch
        LEFT JOIN clocks s ON s.sender = t.sender AND s.epoch = t.epoch
        LEFT JOIN gone g ON g.sender = t.sender AND g.number = t.number
        LEFT JOIN verdicts v ON v.sender = t.sender AND v.number = t.number
        LEFT JOIN asked a ON a.sender = t.sender AND a.kind = \(AskedKind.picture.rawValue) AND a.number = t.number
        AND NOT EXISTS (SELECT 1 FROM pictures p WHERE p.sender = a.sender AND p.track = a.number
        AND (p.level >= a.level OR p.level > 0 AND p.revision > a.revision))
        """

    func tracks(since revision: Int) throws(DatabaseError) -> [JSONValue] {
        let names = names
        return try database.rows(
            "SELECT \(Self.columns) \(Self.joins) WHERE t.revision > ? ORDER BY t.revision DESC LIMIT \(Self.mostTracks)",
            .integer(revision)
        ) { Self.track($0, names) }
    }

    private static func track(_ row: DatabaseRow, _ names: SenderNames) -> JSONValue {
        let (sender, number) = (row.integer(0), row.integer(1))
        let reason = row.optionalInteger(16).flatMap { GoneRecord.Reason(rawValue: $0) }
        let verdict = row.optionalInteger(17).flatMap { VerdictRecord.Verdict(rawValue: $0) }
        let members: [JSONMember] = [
            JSONMember("id", JSONValue("\(sender)/\(number)")), JSONMember("sender", JSONValue(names.name(of: sender))),
            JSONMember("track", JSONValue(number)), JSONMember("camera", JSONValue(row.integer(2))),
            JSONMember("label", JSONValue(names.label(row.integer(3), of: sender))),
            JSONMember("confidence", .optional(row.optionalReal(4))),
            JSONMember("first", .optional(row.optionalInteger(13))),
            JSONMember("last", .optional(row.optionalInteger(14))), JSONMember("heard", JSONValue(row.integer(15))),
            JSONMember("state", JSONValue(reason == nil ? "seen" : "gone")),
            JSONMember("reason", .optional(reason.map { "\($0)" })), JSONMember("position", position(row)),
            JSONMember("box", box(row)), JSONMember("picture", picture(row)),
            JSONMember("asked", .optional(row.optionalInteger(21))),
            JSONMember("asked_at", .optional(row.optionalInteger(22))),
            JSONMember("verdict", JSONValue(StationVerdict(verdict).rawValue)),
            JSONMember("verdict_at", .optional(row.optionalInteger(18))),
            JSONMember("alerts", JSONValue(row.integer(23))),
        ]
        return JSONValue(.object(members))
    }

    private static func position(_ row: DatabaseRow) -> JSONValue {
        guard let latitude = row.optionalReal(5), let longitude = row.optionalReal(6) else { return JSONValue(.null) }
        return [
            "latitude": .degrees(latitude), "longitude": .degrees(longitude),
            "height": .optional(row.optionalReal(7)), "datum": .datum(row.optionalInteger(24)),
            // `null`: more than can be told.
            "error": .optional(row.optionalReal(8).flatMap { $0.isFinite ? $0 : nil }),
            "ellipse": ellipse(row), "doubts": doubts(row),
        ]
    }

    private static func doubts(_ row: DatabaseRow) -> JSONValue {
        JSONValue(PlaceDoubts(rawValue: row.integer(28)).names.map { JSONValue($0) })
    }

    private static func ellipse(_ row: DatabaseRow) -> JSONValue {
        guard let ellipse = row.ellipse(25) else { return JSONValue(.null) }
        return [
            "major": .rounded(ellipse.major, 10), "minor": .rounded(ellipse.minor, 10),
            "bearing": .rounded(ellipse.bearing, 10),
        ]
    }

    private static func box(_ row: DatabaseRow) -> JSONValue {
        guard let x = row.optionalReal(9), let y = row.optionalReal(10), let width = row.optionalReal(11),
            let height = row.optionalReal(12)
        else { return JSONValue(.null) }
        return [
            "x": .rounded(x - width / 2, 1e4), "y": .rounded(y - height / 2, 1e4), "width": .rounded(width, 1e4),
            "height": .rounded(height, 1e4),
        ]
    }

    private static func picture(_ row: DatabaseRow) -> JSONValue {
        guard let level = row.optionalInteger(19), let revision = row.optionalInteger(20) else {
            return JSONValue(.null)
        }
        let path = "/api/pictures/\(row.integer(0))/\(row.integer(1))/\(level)?v=\(revision)"
        return ["level": JSONValue(level), "url": JSONValue(path)]
    }

    /// A WebP file; `nil` where there is none.
    public func picture(sender: Int, track: Int, level: Int) throws(DatabaseError) -> [UInt8]? {
        try database.rows(
            "SELECT file FROM pictures WHERE sender = ? AND track = ? AND level = ?", .integer(sender),
            .integer(track), .integer(level)
        ) { $0.bytes(0) }.first
    }
}

/// What an operator says of a track, as the page has it.
public enum StationVerdict: String, Sendable, CaseIterable {
    case none, confirmed, `false`

    init(_ verdict: VerdictRecord.Verdict?) {
        switch verdict {
        case .confirmed: self = .confirmed
        case .falseAlarm: self = .false
        case .open, .seen, nil: self = .none
        }
    }

    var record: VerdictRecord.Verdict {
        switch self {
        case .none: .open
        case .confirmed: .confirmed
        case .false: .falseAlarm
        }
    }
}
