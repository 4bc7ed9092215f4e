// The tracks of a sender.

/// Tracks by their running number. Times are milliseconds of the epoch.
struct TrackTable {
    private struct Origin: Hashable {
        let camera: Int
        let id: Int
    }

    /// The running number of the next new track.
    private(set) var next: Int
    private var tracks: [Int: SentTrack] = [:]
    /// Of objects that are still seen.
    private var numbers: [Origin: Int] = [:]

    /// Tracks that are kept: of more, the one that was told and is not seen any more goes first, then the oldest.
    private static let most = 1000

    init(next: Int) { self.next = next }

    mutating func see(_ sighting: TrackSighting, at time: LinkTime) -> Int {
        let origin = Origin(camera: sighting.camera, id: sighting.id)
        if let number = numbers[origin] {
            tracks[number]?.see(sighting, at: time)
            return number
        }
        if tracks.count >= Self.most { dropOne() }
        // No two tracks that live at once have the same last bits.
        let living = Set(tracks.keys.map { TrackTag(of: $0) })
        while living.contains(TrackTag(of: next)) { next += 1 }
        let number = next
        next += 1
        numbers[origin] = number
        tracks[number] = SentTrack(number: number, sighting, seen: time)
        return number
    }

    /// What was not acknowledged in an earlier epoch: nobody sees it any more.
    mutating func restore(_ number: Int, _ sighting: TrackSighting, seen: LinkTime) {
        tracks[number] = SentTrack(number: number, sighting, seen: seen)
        next = max(next, number + 1)
    }

    mutating func release(camera: Int, id: Int) { numbers[Origin(camera: camera, id: id)] = nil }

    func isKnown(_ number: Int) -> Bool { tracks[number]?.isKnown ?? true }

    func number(camera: Int, id: Int) -> Int? { numbers[Origin(camera: camera, id: id)] }

    mutating func change(_ number: Int, _ body: (inout SentTrack) -> Void) {
        guard var track = tracks[number] else { return }
        body(&track)
        tracks[number] = track
    }

    /// All that the other side knows of each is worth nothing: another area.
    mutating func tellWhole() { for number in tracks.keys { change(number) { $0.tellWhole() } } }

    /// Tracks to announce, those that were announced less often first, then by number.
    func announcements(at now: Int, contact: Int?, goesOn: Bool) -> [SentTrack] {
        tracks.values.filter { !$0.isKnown && $0.announcing.isDue(at: now, contact: contact, goesOn: goesOn) }
            .sorted { ($0.announcing.count, $0.number) < ($1.announcing.count, $1.number) }
    }

    /// Tracks with news, the one that was told longest ago first.
    func news() -> [SentTrack] {
        tracks.values.filter(\.hasNews).sorted { ($0.sentAt ?? .min, $0.number) < ($1.sentAt ?? .min, $1.number) }
    }

    private mutating func dropOne() {
        let seen = Set(numbers.values)
        let candidates = tracks.values.filter { !seen.contains($0.number) && $0.isKnown && !$0.hasNews }
        guard let dropped = (candidates.isEmpty ? Array(tracks.values) : candidates).map(\.number).min() else { return }
        tracks[dropped] = nil
        if let origin = numbers.first(where: { $0.value == dropped })?.key { numbers[origin] = nil }
    }
}
