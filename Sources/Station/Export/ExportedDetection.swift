// A detection, as other programs get it.
import Database
import Link

/// A track that has a place.
struct ExportedDetection {
    let id: String
    let sender: String
    let number: Int
    let label: String
    let confidence: Double?
    let latitude: Double
    let longitude: Double
    /// Metres above mean sea level.
    let height: Double?
    /// Metres: 95 of 100 true places are nearer; `nil` where that is not known.
    let error: Double?
    /// What holds 95 of 100 true places; `nil` where it is not known.
    let ellipse: ErrorEllipse?
    /// What makes the place doubtful beyond that.
    let doubts: PlaceDoubts
    /// Milliseconds since 1970 (UTC); `nil` where the sender did not know the time.
    let first: Int?
    let last: Int?
    let verdict: StationVerdict
    let isGone: Bool
}

extension Double {
    /// Of a whole number, without a point; a table of others' may hold any.
    var digits: String { Int(exactly: self).map { "\($0)" } ?? "\(self)" }
}

extension StationBoard {
    /// Those of all tracks that have a place, the first one seen first. Complexity: O(tracks).
    ///
    /// - Parameter verdict: of those that are wanted; `nil`: all.
    func detections(_ verdict: StationVerdict?) throws(DatabaseError) -> [ExportedDetection] {
        try names.refresh(database)
        let names = names
        let all = try database.rows(
            """
            SELECT t.sender, t.number, t.class, t.confidence, t.latitude, t.longitude, \(ExportedHeight.sql("t")), t.error,
            f.began + t.first_seen, s.began + t.seen, v.verdict, g.reason, t.major, t.minor, t.bearing, t.doubts
            FROM tracks t
            LEFT JOIN clocks f ON f.sender = t.sender AND f.epoch = t.first_epoch
            LEFT JOIN clocks s ON s.sender = t.sender AND s.epoch = t.epoch
            LEFT JOIN gone g ON g.sender = t.sender AND g.number = t.number
            LEFT JOIN verdicts v ON v.sender = t.sender AND v.number = t.number
            WHERE t.latitude IS NOT NULL AND t.longitude IS NOT NULL
            ORDER BY t.sender, t.first_epoch, t.first_seen, t.number
            """
        ) { row in
            let said = row.optionalInteger(10).flatMap { VerdictRecord.Verdict(rawValue: $0) }
            return ExportedDetection(
                id: "\(row.integer(0))/\(row.integer(1))", sender: names.name(of: row.integer(0)),
                number: row.integer(1), label: names.label(row.integer(2), of: row.integer(0)),
                confidence: row.optionalReal(3), latitude: row.real(4), longitude: row.real(5),
                height: row.optionalReal(6), error: row.optionalReal(7).flatMap { $0.isFinite ? $0 : nil },
                ellipse: row.ellipse(12), doubts: PlaceDoubts(rawValue: row.integer(15)),
                first: row.optionalInteger(8), last: row.optionalInteger(9), verdict: StationVerdict(said),
                isGone: row.optionalInteger(11) != nil)
        }
        return verdict.map { wanted in all.filter { $0.verdict == wanted } } ?? all
    }
}
