// Where cameras are and were, as people see it.
import Database
import Geolocation
import JSON
import Link

extension StationBoard {
    /// The newest pose with what is seen from there, and the places before it, the newest last: whole as `path`, or as `path_added` where the page
    /// has all others.
    func flight(_ sender: Int, _ camera: Int, since revision: Int) throws(DatabaseError) -> [JSONMember] {
        let camera = StoredPose.Camera(sender: sender, number: camera)
        guard let newest = paths.newest(camera) else { return [] }
        let clocks = try clocks(of: sender)
        let isRetimed = try isRetimed(sender, since: revision)
        let isWhole = isRetimed || paths.isRewritten(camera, since: revision)
        let places = paths.places(camera, since: isWhole ? 0 : revision).map { pose in
            JSONValue([
                .degrees(pose.place.longitude), .degrees(pose.place.latitude), .optional(pose.height),
                .optional(clocks[pose.epoch].map { $0 + pose.happened }),
            ])
        }
        let time = clocks[newest.epoch].map { $0 + newest.happened }
        return [
            JSONMember("pose", json(newest, time: time)), JSONMember("footprint", footprint(newest)),
            JSONMember(isWhole ? "path" : "path_added", JSONValue(places)),
        ]
    }

    /// When its epochs began.
    private func clocks(of sender: Int) throws(DatabaseError) -> [Int: Int] {
        let rows = try database.rows("SELECT epoch, began FROM clocks WHERE sender = ?", .integer(sender)) {
            ($0.integer(0), $0.integer(1))
        }
        return Dictionary(rows) { $1 }
    }

    /// Whether an epoch of it got its time behind a revision.
    private func isRetimed(_ sender: Int, since revision: Int) throws(DatabaseError) -> Bool {
        try !database.rows(
            "SELECT 1 FROM senders WHERE sender = ? AND timed > ?", .integer(sender), .integer(revision)
        ) { _ in 1 }.isEmpty
    }

    private func json(_ pose: StoredPose, time: Int?) -> JSONValue {
        [
            "longitude": .degrees(pose.place.longitude), "latitude": .degrees(pose.place.latitude),
            "height": .optional(pose.height), "datum": .datum(pose.datum.rawValue),
            "time": .optional(time), "yaw": JSONValue(pose.yaw), "pitch": JSONValue(pose.pitch),
            "view": .optional(pose.view),
        ]
    }

    /// Closed, as polygons are.
    private func footprint(_ pose: StoredPose) -> JSONValue {
        guard let outline = sight?.footprint(pose)?.outline, let first = outline.first else { return JSONValue(.null) }
        return JSONValue((outline + [first]).map { JSONValue([.degrees($0.longitude), .degrees($0.latitude)]) })
    }
}
