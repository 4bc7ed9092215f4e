// Searched ground, kept up to date.
import Database
import Geolocation
import Glibc
import Imaging
import JSON
import Synchronization
import Threads
import Times

/// Follows the poses that a station has, on a thread of its own.
final class SearchKeeper: Sendable {
    private struct State {
        var file: [UInt8] = []
        var picture: SearchedPicture?
        /// Goes on from what a station had that ran before.
        var version = UTC.now
        var isOver = false
    }

    private let state = Mutex(State())
    private let place: String
    private let sight: CameraSight
    private let status: StationStatus

    /// Microseconds between two looks at the tables.
    private static let pause: UInt32 = 1_000_000
    /// Turns from one picture to the next: to draw one takes longer than to look.
    private static let pictureTurns = 5
    /// Poses that are taken at once.
    private static let most = 500

    /// - Parameters:
    ///   - place: of a station's tables that are there already.
    ///   - status: is told what was searched, and why some ground does not count.
    /// - Throws: `StationServerError` where the machine gives no thread.
    init(place: String, _ sight: CameraSight, _ status: StationStatus) throws(StationServerError) {
        (self.place, self.sight, self.status) = (place, sight, status)
        do throws(ThreadError) { try SystemThread.detach { self.run() } } catch {
            throw StationServerError(description: "\(error)")
        }
    }

    func stop() { state.withLock { $0.isOver = true } }

    /// A PNG file, a pixel for each cell; empty as long as nothing was searched.
    var file: [UInt8] { state.withLock { $0.file } }

    /// What `file` shows; `nil` as long as nothing was searched.
    var picture: SearchedPicture? { state.withLock { $0.picture } }

    private func run() {
        var map = SearchMap(sight)
        var database: (any Tables)?
        var revision = 0
        var isNew = false
        var turns = 0
        while !state.withLock({ $0.isOver }) {
            var isBehind = false
            do throws(DatabaseError) {
                if database == nil { database = try StationTables(place: place, isBeside: true).database }
                guard let tables = database else { continue }
                let poses = try Self.poses(tables, since: revision)
                for (pose, number) in poses {
                    if map.take(pose) { isNew = true }
                    revision = max(revision, number)
                }
                isBehind = poses.count >= Self.most
            } catch {
                // It is there again later, with all that came meanwhile.
                database = nil
            }
            turns += 1
            if isNew, turns >= Self.pictureTurns {
                (isNew, turns) = (false, 0)
                tell(map)
            }
            status.tell(terrainTrouble: trouble(map, database))
            if !isBehind { usleep(Self.pause) }
        }
    }

    /// With the name of whose camera it is.
    private func trouble(_ map: SearchMap, _ database: (any Tables)?) -> String? {
        let cameras = map.cameras.sorted { ($0.sender, $0.number) < ($1.sender, $1.number) }
        for camera in cameras {
            guard let trouble = map.trouble(camera) else { continue }
            let name = database.flatMap { database in
                try? database.rows("SELECT name FROM senders WHERE sender = ?", .integer(camera.sender)) { $0.text(0) }
            }
            return "\(name?.first ?? "\(camera.sender)"): \(trouble)"
        }
        return map.left > 0 ? "more ground was searched than the map has room for" : nil
    }

    /// All of one change are told together, so that none is left out.
    private static func poses(
        _ database: any Tables, since revision: Int
    ) throws(DatabaseError) -> [(pose: StoredPose, revision: Int)] {
        let last = try database.rows(
            "SELECT revision FROM poses WHERE revision > ? ORDER BY revision LIMIT 1 OFFSET \(most)",
            .integer(revision)
        ) { $0.integer(0) }.first
        return try database.rows(
            """
            SELECT \(StoredPose.columns), revision FROM poses WHERE revision > ? AND revision <= ?
            ORDER BY revision, epoch, happened
            """, .integer(revision), .integer(last ?? .max)
        ) { (StoredPose($0), $0.integer(11)) }
    }

    private func tell(_ map: SearchMap) {
        guard let picture = map.picture,
            let image = try? Image(
                width: picture.columns, height: picture.rows, format: .grey, bytes: picture.pixels),
            let file = try? image.png()
        else { return }
        let version = state.withLock { state in
            state.version += 1
            (state.file, state.picture) = (file, picture)
            return state.version
        }
        status.tell(area: [
            "cell": JSONValue(picture.cell), "west": JSONValue(picture.southWest.longitude),
            "south": JSONValue(picture.southWest.latitude), "east": JSONValue(picture.northEast.longitude),
            "north": JSONValue(picture.northEast.latitude), "columns": JSONValue(picture.columns),
            "rows": JSONValue(picture.rows), "url": JSONValue("/api/area.png?v=\(version)"),
            "squares": [
                "searched_km2": JSONValue((picture.squareKilometres * 1e4).rounded() / 1e4),
                "mean_pod": JSONValue((picture.meanProbability * 1e3).rounded() / 1e3),
            ],
        ])
    }
}
