// From tracks of every frame to one event for each object.

/// What there is to tell of an object.
public struct TrackEvent: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        /// It counts from now on.
        case appeared
        /// It is still there.
        case updated
        /// It has not been seen for as long as its id lasts; nothing with this id follows.
        case left
    }

    public var kind: Kind
    /// As it is now, or was when it was told last.
    public var track: Track
    /// As it was when it was seen most surely.
    public var best: Track
}

/// Tells of each object when it appears, from time to time while it stays, and once when it has left, however often it was hidden between.
///
/// Events depend on the tracks, the times and the order of calls only.
public struct TrackEvents: Sendable {
    private struct Known {
        var track: Track
        var best: Track
        var told: Double
    }

    private let memory: Double
    private let interval: Double
    private var known: [Int: Known] = [:]
    private var time = -Double.infinity

    /// - Parameters:
    ///   - memory: how long, in seconds, the tracker keeps the id of an object that it does not see (`TrackerOptions.memory`).
    ///   - interval: seconds from one event of an object that stays to the next.
    public init(memory: Double = TrackerOptions().memory, interval: Double = 1) {
        self.memory = memory
        self.interval = interval
    }

    /// What there is to tell after a frame: `tracks` as the tracker returned them, at the `time` it was given. Objects that left come first,
    /// all by their ids. A time that is none, or before the last one, counts as that. Complexity: O(n log n) for n objects.
    public mutating func update(_ tracks: [Track], at time: Double) -> [TrackEvent] {
        if time.isFinite { self.time = max(self.time, time) }
        let now = self.time
        var events: [TrackEvent] = []
        for track in tracks.sorted(by: { $0.id < $1.id }) {
            guard var object = known[track.id] else {
                known[track.id] = Known(track: track, best: track, told: now)
                events.append(TrackEvent(kind: .appeared, track: track, best: track))
                continue
            }
            object.track = track
            if track.score > object.best.score, track.lastSeen > object.best.lastSeen { object.best = track }
            if now - object.told >= interval {
                object.told = now
                events.append(TrackEvent(kind: .updated, track: track, best: object.best))
            }
            known[track.id] = object
        }
        let oldest = now - memory
        return left { $0.track.lastSeen < oldest } + events
    }

    /// The end of the pictures: all objects that were there have left.
    public mutating func finish() -> [TrackEvent] { left { _ in true } }

    private mutating func left(_ isGone: (Known) -> Bool) -> [TrackEvent] {
        let gone = known.filter { isGone($0.value) }.sorted { $0.key < $1.key }
        for object in gone { known[object.key] = nil }
        return gone.map { TrackEvent(kind: .left, track: $0.value.track, best: $0.value.best) }
    }
}
