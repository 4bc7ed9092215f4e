// What there is to publish.
import Database
import Link
import Synchronization

/// What is known now of all objects, and what happened lately. Whoever sees things puts them in and goes on; each way out reads at its own pace,
/// by a `StoreReader`.
public final class TrackStore: Sendable {
    fileprivate struct Origin: Hashable {
        let camera: Int
        let id: Int
    }

    fileprivate struct Entry {
        var track: StoredTrack
        var version: Int
    }

    fileprivate struct State {
        var tracks: [Int: Entry] = [:]
        /// Of objects that are still seen.
        var numbers: [Origin: Int] = [:]
        var events: [StoredEvent] = []
        /// How many came before the first of them.
        var eventsBefore = 0
        var health: [Int: (record: CameraHealth, version: Int)] = [:]
        var vehicle: (record: StoredVehicle, version: Int)?
        var names = NameTables()
        var namesVersion = 1
        /// Counts changes.
        var version = 1
        var bells: [Bell] = []
        /// Events that got no number, because the disk takes no more.
        var unnumbered = 0
    }

    /// Its times count from when it was made.
    public let clock = LinkClock()
    private let state = Mutex(State())
    private let book: NumberBook

    /// Tracks that are kept: of more, the one that was seen longest ago goes first.
    private static let mostTracks = 1000
    /// Milliseconds for which an object that has left keeps its place.
    private static let memory = 1_800_000
    private static let mostEvents = 10_000

    /// - Parameter path: of the file with its running numbers.
    /// - Throws: `DatabaseError`.
    public init(path: String) throws(DatabaseError) { book = try NumberBook(path: path) }

    // MARK: Putting in

    /// Names that numbers stand for; those that are already there keep their numbers.
    public func describe(cameras: [String] = [], classes: [String] = [], rules: [String] = []) {
        change { state in
            let before = state.names
            if !cameras.isEmpty { state.names[.cameras] = cameras }
            if !classes.isEmpty { state.names[.classes] = classes }
            if !rules.isEmpty { state.names[.rules] = rules }
            if state.names != before { state.namesVersion = state.version }
        }
    }

    /// The largest running number that a track may have by now.
    public var newestTrack: Int { book.last(.tracks) }

    /// Objects as a camera's tracker sees them. Complexity: O(n + m) for n objects and m tracks that are kept.
    ///
    /// - Parameter time: when, in milliseconds of the store's clock; `nil`: now.
    public func see(_ sightings: [TrackSighting], source: String, at time: Int? = nil) {
        let now = time ?? clock.now
        change { state in
            for sighting in sightings { see(sighting, source, &state, at: now) }
            if sightings.isEmpty { dropOld(&state, at: now) }
        }
    }

    private func see(_ sighting: TrackSighting, _ source: String, _ state: inout State, at now: Int) {
        let origin = Origin(camera: sighting.camera, id: sighting.id)
        let label = state.names.name(sighting.objectClass, in: .classes) ?? "\(sighting.objectClass)"
        if let number = state.numbers[origin], var entry = state.tracks[number] {
            (entry.track.sighting, entry.track.label) = (sighting, label)
            entry.track.lastSeen = now
            entry.version = state.version
            state.tracks[number] = entry
            return
        }
        dropOld(&state, at: now)
        // It is asked for again when it is seen again.
        guard let number = newNumber(state) else { return }
        let track = StoredTrack(
            number: number, source: source, label: label, sighting: sighting, firstSeen: now, lastSeen: now)
        state.numbers[origin] = number
        state.tracks[number] = Entry(track: track, version: state.version)
    }

    /// No two tracks that may be told of at once have the same tag.
    private func newNumber(_ state: State) -> Int? {
        let taken = Set(state.tracks.keys.map { TrackTag(of: $0) })
        while let number = book.next(.tracks) {
            if !taken.contains(TrackTag(of: number)) { return number }
        }
        return nil
    }

    private func dropOld(_ state: inout State, at now: Int) {
        state.tracks = state.tracks.filter { $0.value.track.end == nil || now - $0.value.track.lastSeen < Self.memory }
        while state.tracks.count >= Self.mostTracks {
            let oldest = state.tracks.values.min {
                ($0.track.lastSeen, $0.track.number) < ($1.track.lastSeen, $1.track.number)
            }
            guard let oldest else { return }
            state.tracks[oldest.track.number] = nil
            state.numbers[Origin(camera: oldest.track.sighting.camera, id: oldest.track.sighting.id)] = nil
        }
    }

    /// The running number of an object that is seen; `nil` for one that has none.
    public func number(camera: Int, id: Int) -> Int? {
        state.withLock { $0.numbers[Origin(camera: camera, id: id)] }
    }

    /// An object that will not be seen any more.
    public func lose(camera: Int, id: Int, _ reason: GoneRecord.Reason = .lost) {
        change { state in
            guard let number = state.numbers.removeValue(forKey: Origin(camera: camera, id: id)),
                var entry = state.tracks[number]
            else { return }
            entry.track.end = reason
            entry.version = state.version
            state.tracks[number] = entry
            append(.gone(entry.track, reason), entry.track.source, &state)
        }
    }

    /// A rule that fits an object.
    ///
    /// - Parameter time: since when, in milliseconds of the store's clock; `nil`: now.
    public func fit(rule name: String, camera: Int, id: Int, at time: Int? = nil) {
        change { state in
            guard let number = state.numbers[Origin(camera: camera, id: id)], let entry = state.tracks[number],
                let rule = state.number(of: name, in: .rules)
            else { return }
            append(.rule(rule, name: name, entry.track), entry.track.source, &state, at: time)
        }
    }

    /// A part that has its verdict.
    public func judge(_ part: StoredPart, source: String) {
        change { state in
            for reason in part.reasons { _ = state.number(of: reason, in: .reasons) }
            append(.part(part), source, &state)
        }
    }

    public func tell(_ health: CameraHealth) { change { $0.health[health.camera] = (health, $0.version) } }

    public func tell(_ vehicle: StoredVehicle) { change { $0.vehicle = (vehicle, $0.version) } }

    private func append(
        _ kind: StoredEvent.Kind, _ source: String, _ state: inout State, at time: Int? = nil
    ) {
        guard let number = book.next(.events) else {
            state.unnumbered += 1
            return
        }
        if state.events.count >= Self.mostEvents {
            state.events.removeFirst(Self.mostEvents / 10)
            state.eventsBefore += Self.mostEvents / 10
        }
        state.events.append(StoredEvent(number: number, time: time ?? clock.now, source: source, kind: kind))
    }

    private func change(_ body: (inout State) -> Void) {
        let bells = state.withLock { state in
            state.version += 1
            body(&state)
            return state.bells
        }
        for bell in bells { bell.ring() }
    }

    // MARK: Reading

    /// Where a reader is.
    struct Place {
        var version = 0
        var event = 0
        var unnumbered = 0
    }

    func add(_ bell: Bell) { state.withLock { $0.bells.append(bell) } }
    func remove(_ bell: Bell) { state.withLock { $0.bells.removeAll { $0 === bell } } }

    /// What has changed since `place`, which is brought to here. Waits for the disk where numbers run out.
    func changes(since place: inout Place) -> StoreChanges {
        var failure: DatabaseError?
        do throws(DatabaseError) { try book.refill() } catch { failure = error }
        let from = place
        var (changes, to) = state.withLock { state in
            var changes = StoreChanges()
            changes.tracks = state.tracks.values.filter { $0.version > from.version }.map(\.track)
                .sorted { $0.number < $1.number }
            changes.missed = max(state.eventsBefore - from.event, 0) + state.unnumbered - from.unnumbered
            changes.events = Array(state.events.dropFirst(max(from.event - state.eventsBefore, 0)))
            changes.health = state.health.values.filter { $0.version > from.version }.map(\.record)
                .sorted { $0.camera < $1.camera }
            if let vehicle = state.vehicle, vehicle.version > from.version { changes.vehicle = vehicle.record }
            if state.namesVersion > from.version { changes.names = state.names }
            let event = state.eventsBefore + state.events.count
            return (changes, Place(version: state.version, event: event, unnumbered: state.unnumbered))
        }
        place = to
        changes.failure = failure
        return changes
    }
}

extension TrackStore.State {
    /// The number of a name, which it gets where it has none.
    fileprivate mutating func number(of name: String, in list: NameTables.List) -> Int? {
        let before = names
        defer { if names != before { namesVersion = version } }
        return names.number(of: name, in: list)
    }
}
