// Where cameras have been, at hand.
import Database
import Link

/// The places of all cameras' flights, read as they come and thinned as they become many: a day's flight is not read again for each page.
struct FlightPaths {
    struct Place {
        let pose: StoredPose
        let revision: Int
    }

    private struct Path {
        /// In the order of their times.
        var places: [Place] = []
        /// The change behind which places came between others.
        var rewritten = 0
        /// The newest change of any.
        var revision = 0
    }

    private var paths: [StoredPose.Camera: Path] = [:]
    private var revision = 0

    /// Of a camera: of twice as many, every second one is left out.
    private static let most = 1000

    /// Reads what came. Complexity: O(poses that came).
    mutating func refresh(_ database: any Tables, until newest: Int) throws(DatabaseError) {
        guard newest != revision else { return }
        // Another store, or an older one.
        if newest < revision { self = FlightPaths() }
        // A day's flights are thinned while they are read.
        let since = revision
        _ = try database.rows(
            """
            SELECT \(StoredPose.columns), revision FROM poses WHERE revision > ? AND revision <= ?
            ORDER BY revision, epoch, happened
            """, .integer(since), .integer(newest)
        ) { add(Place(pose: StoredPose($0), revision: $0.integer(11))) }
        revision = newest
    }

    private mutating func add(_ place: Place) {
        var path = paths.removeValue(forKey: place.pose.camera) ?? Path()
        defer { paths[place.pose.camera] = path }
        path.revision = max(path.revision, place.revision)
        func time(_ place: Place) -> (Int, Int) { (place.pose.epoch, place.pose.happened) }
        guard let last = path.places.last, time(place) <= time(last) else {
            path.places.append(place)
            // An odd number: first and last stay.
            if path.places.count > 2 * Self.most {
                path.places = stride(from: 0, to: path.places.count, by: 2).map { path.places[$0] }
            }
            return
        }
        let index = path.places.firstIndex { time($0) >= time(place) } ?? path.places.endIndex
        // A known one that has a new change has another time of the world alone.
        if index < path.places.endIndex, time(path.places[index]) == time(place) { return }
        path.places.insert(place, at: index)
        path.rewritten = place.revision
    }

    /// Cameras of which something changed behind a revision.
    func cameras(since revision: Int) -> [StoredPose.Camera] {
        paths.filter { $0.value.revision > revision }.map(\.key)
    }

    /// The newest place of a camera.
    func newest(_ camera: StoredPose.Camera) -> StoredPose? { paths[camera]?.places.last?.pose }

    /// Whether more changed behind a revision than that places were added at the end.
    func isRewritten(_ camera: StoredPose.Camera, since revision: Int) -> Bool {
        revision == 0 || (paths[camera]?.rewritten ?? 0) > revision
    }

    /// Those that came behind a revision, in the order of their times.
    func places(_ camera: StoredPose.Camera, since revision: Int) -> [StoredPose] {
        guard let places = paths[camera]?.places else { return [] }
        if revision == 0 { return places.map(\.pose) }
        return places.reversed().prefix { $0.revision > revision }.reversed().map(\.pose)
    }
}
