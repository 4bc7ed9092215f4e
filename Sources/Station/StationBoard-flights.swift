// Where cameras are and were, as people see it.
import Database
import Geolocation
import JSON
import Link

extension StationBoard {
    /// The newest pose with what is seen from there, and the places before it, the newest last: whole as `path`, or as `path_added` where the page
    /// has all others.
    func flight(_ sender: Int, _ camera: Int, since revision: Int) throws(DatabaseError) -> [JSONMember] {
        let newest = try database.rows(
            """
            SELECT \(StoredPose.columns) FROM poses WHERE sender = ? AND camera = ?
            ORDER BY epoch DESC, happened DESC LIMIT 1
            """, .integer(sender), .integer(camera)
        ) { StoredPose($0) }.first
        guard let newest else { return [] }
        let isWhole = try isOtherwise(sender, camera, since: revision)
        let places = try places(sender, camera, since: isWhole ? 0 : revision)
        return [
            JSONMember("pose", json(newest, time: try time(of: newest))), JSONMember("footprint", footprint(newest)),
            JSONMember(isWhole ? "path" : "path_added", JSONValue(places.reversed())),
        ]
    }

    /// Whether more changed of the places behind a revision than that some were added at their end.
    private func isOtherwise(_ sender: Int, _ camera: Int, since revision: Int) throws(DatabaseError) -> Bool {
        if revision == 0 { return true }
        let isRetimed = try !database.rows(
            "SELECT 1 FROM senders WHERE sender = ? AND timed > ?", .integer(sender), .integer(revision)
        ) { _ in 1 }.isEmpty
        if isRetimed { return true }
        return try !database.rows(
            """
            SELECT 1 FROM poses n JOIN poses p ON p.sender = n.sender AND p.camera = n.camera
            WHERE n.sender = ? AND n.camera = ? AND n.revision > ? AND p.revision <= ?
            AND (p.epoch > n.epoch OR p.epoch = n.epoch AND p.happened > n.happened) LIMIT 1
            """, .integer(sender), .integer(camera), .integer(revision), .integer(revision)
        ) { _ in 1 }.isEmpty
    }

    /// The newest first; of more than are shown every second, third ...
    private func places(_ sender: Int, _ camera: Int, since revision: Int) throws(DatabaseError) -> [JSONValue] {
        let values: [DatabaseValue] = [.integer(sender), .integer(camera), .integer(revision)]
        let count =
            try database.rows(
                "SELECT count(*) FROM poses WHERE sender = ? AND camera = ? AND revision > ?", values,
                { $0.integer(0) }
            ).first ?? 0
        return try database.rows(
            """
            SELECT p.longitude, p.latitude, p.height, c.began + p.happened FROM (
            SELECT *, row_number() OVER (ORDER BY epoch DESC, happened DESC) - 1 AS place FROM poses
            WHERE sender = ? AND camera = ? AND revision > ?) p
            LEFT JOIN clocks c ON c.sender = p.sender AND c.epoch = p.epoch
            WHERE p.place % \(count / Self.mostPlaces + 1) = 0 ORDER BY p.epoch DESC, p.happened DESC
            """, values
        ) { row in
            JSONValue([
                JSONValue(row.real(0)), JSONValue(row.real(1)), .optional(row.optionalReal(2)),
                .optional(row.optionalInteger(3)),
            ])
        }
    }

    private func time(of pose: StoredPose) throws(DatabaseError) -> Int? {
        try database.rows(
            "SELECT began FROM clocks WHERE sender = ? AND epoch = ?", .integer(pose.camera.sender),
            .integer(pose.epoch)
        ) { $0.integer(0) + pose.happened }.first
    }

    private func json(_ pose: StoredPose, time: Int?) -> JSONValue {
        [
            "longitude": JSONValue(pose.place.longitude), "latitude": JSONValue(pose.place.latitude),
            "height": .optional(pose.height), "datum": JSONValue(pose.datum == .meanSeaLevel ? "msl" : "ellipsoid"),
            "time": .optional(time), "yaw": JSONValue(pose.yaw), "pitch": JSONValue(pose.pitch),
            "view": .optional(pose.view),
        ]
    }

    /// Closed, as polygons are.
    private func footprint(_ pose: StoredPose) -> JSONValue {
        guard let outline = sight?.footprint(pose)?.outline, let first = outline.first else { return JSONValue(.null) }
        func degrees(_ angle: Double) -> JSONValue { JSONValue((angle * 1e6).rounded() / 1e6) }
        return JSONValue((outline + [first]).map { JSONValue([degrees($0.longitude), degrees($0.latitude)]) })
    }
}
