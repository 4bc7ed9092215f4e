// Senders and their cameras, as people see them.
import Database
import JSON
import Link

extension StationBoard {
    /// With -1 those, too, that were never heard.
    func senders(since revision: Int) throws(DatabaseError) -> [JSONValue] {
        let texts = try texts()
        return try database.rows(
            """
            SELECT s.sender, s.name, s.heard,
            (SELECT max(waiting) FROM health h WHERE h.sender = s.sender),
            (SELECT count(*) FROM clocks c WHERE c.sender = s.sender AND c.epoch = s.epoch)
            FROM senders s WHERE s.revision > ? ORDER BY s.name
            """, .integer(revision)
        ) { row in
            [
                "id": JSONValue("\(row.integer(0))"), "name": JSONValue(row.text(1)),
                "heard": .optional(row.optionalInteger(2)), "waiting": .optional(row.optionalInteger(3)),
                "clock": JSONValue(row.integer(4) > 0 ? "known" : "unknown"),
                "texts": JSONValue(texts[row.integer(0)] ?? []),
            ]
        }
    }

    /// What senders said last, the newest first.
    private func texts() throws(DatabaseError) -> [Int: [JSONValue]] {
        let rows = try database.rows("SELECT sender, text, heard FROM texts ORDER BY sender, number DESC") { row in
            (row.integer(0), ["text": JSONValue(row.text(1)), "heard": JSONValue(row.integer(2))] as JSONValue)
        }
        return Dictionary(grouping: rows) { $0.0 }.mapValues { $0.map(\.1) }
    }

    /// Those that told a pose, their health or a picture, or were asked for one.
    func cameras(since revision: Int) throws(DatabaseError) -> [JSONValue] {
        let others = try database.rows(
            """
            SELECT sender, camera FROM health WHERE revision > ? UNION
            SELECT sender, camera FROM scenes WHERE revision > ? UNION
            SELECT sender, number FROM asked WHERE revision > ? AND kind = \(AskedKind.scene.rawValue)
            """, .integer(revision), .integer(revision), .integer(revision)
        ) { StoredPose.Camera(sender: $0.integer(0), number: $0.integer(1)) }
        let changed = Set(paths.cameras(since: revision)).union(others)
        var cameras: [JSONValue] = []
        for changed in changed.sorted(by: { ($0.sender, $0.number) < ($1.sender, $1.number) }) {
            let (sender, camera) = (changed.sender, changed.number)
            let id = JSONValue("\(sender)/\(camera)")
            let members = [
                JSONMember("id", id), JSONMember("sender", JSONValue(names.name(of: sender))),
                JSONMember("camera", JSONValue(camera)),
                JSONMember("name", .optional(names.name(camera, .cameras, of: sender))),
                JSONMember("health", try health(sender, camera)), JSONMember("scene", try scene(sender, camera)),
                JSONMember("asked_at", .optional(try askedAt(sender, camera))),
            ]
            cameras.append(JSONValue(.object(members + (try flight(sender, camera, since: revision)))))
        }
        return cameras
    }

    private func health(_ sender: Int, _ camera: Int) throws(DatabaseError) -> JSONValue {
        try database.rows(
            "SELECT faults, rate, heard, temperature, battery, free FROM health WHERE sender = ? AND camera = ?",
            .integer(sender), .integer(camera)
        ) { row -> JSONValue in
            [
                "faults": JSONValue(CameraFaults(rawValue: row.integer(0)).words.map { JSONValue($0) }),
                "rate": JSONValue(row.integer(1)), "heard": JSONValue(row.integer(2)),
                "temperature": .optional(row.optionalInteger(3)), "battery": .optional(row.optionalReal(4)),
                "disk_free": JSONValue(row.real(5)),
            ]
        }.first ?? JSONValue(.null)
    }

    private func scene(_ sender: Int, _ camera: Int) throws(DatabaseError) -> JSONValue {
        try database.rows(
            "SELECT revision, heard FROM scenes WHERE sender = ? AND camera = ?", .integer(sender), .integer(camera)
        ) { row -> JSONValue in
            let path = "/api/scenes/\(sender)/\(camera)?v=\(row.integer(0))"
            return ["url": JSONValue(path), "heard": JSONValue(row.integer(1))]
        }.first ?? JSONValue(.null)
    }

    /// A WebP file; `nil` where there is none.
    public func scene(sender: Int, camera: Int) throws(DatabaseError) -> [UInt8]? {
        try database.rows(
            "SELECT file FROM scenes WHERE sender = ? AND camera = ?", .integer(sender), .integer(camera)
        ) { $0.bytes(0) }.first
    }

    /// When somebody asked for a picture that has not come since; `nil` where nobody waits for one.
    private func askedAt(_ sender: Int, _ camera: Int) throws(DatabaseError) -> Int? {
        try database.rows(
            """
            SELECT a.said FROM asked a WHERE a.sender = ? AND a.kind = \(AskedKind.scene.rawValue) AND a.number = ?
            AND NOT EXISTS (SELECT 1 FROM scenes s WHERE s.sender = a.sender AND s.camera = a.number
            AND s.revision > a.revision)
            """, .integer(sender), .integer(camera)
        ) { $0.integer(0) }.first
    }
}

extension CameraFaults {
    /// A word for each.
    var words: [String] {
        let all: [(CameraFaults, String)] = [
            (.dark, "dark"), (.overexposed, "overexposed"), (.blurred, "blurred"), (.frozen, "frozen"),
            (.covered, "covered"), (.moved, "moved"), (.lost, "lost"), (.behind, "behind"),
        ]
        return all.filter { contains($0.0) }.map(\.1)
    }
}
