// The tracks of a sender.

/// Tracks by their running number. Times are milliseconds of the epoch.
struct TrackTable {
    private var tracks: [Int: SentTrack] = [:]
    /// Those of objects that are still seen.
    private var seen: Set<Int> = []
    /// Given up before somebody had them.
    private var dropped: [Int] = []
    private(set) var tags: TrackTags

    /// Tracks that are kept: of more, the one that was told and is not seen any more goes first, then the oldest.
    private static let most = 1000

    init(newest: Int) { tags = TrackTags(newest: newest) }

    mutating func see(_ number: Int, _ sighting: TrackSighting, at time: LinkTime) {
        seen.insert(number)
        if tracks[number] != nil {
            tracks[number]?.see(sighting, at: time)
            return
        }
        add(number, sighting, time)
    }

    /// What was not acknowledged in an earlier epoch: nobody sees it any more.
    mutating func restore(_ number: Int, _ sighting: TrackSighting, seen: LinkTime) { add(number, sighting, seen) }

    private mutating func add(_ number: Int, _ sighting: TrackSighting, _ time: LinkTime) {
        // What has the same last bits is older by a thousand tracks, and nobody would know which is meant.
        for other in tracks.keys where TrackTag(of: other) == TrackTag(of: number) { drop(other) }
        if tracks.count >= Self.most { dropOne() }
        tracks[number] = SentTrack(number: number, sighting, seen: time)
        tags.add(number)
    }

    mutating func release(_ number: Int) { seen.remove(number) }

    /// The other side has it.
    mutating func know(_ number: Int) {
        tags.know(number)
        change(number) { $0.isKnown = true }
    }

    func isKnown(_ number: Int) -> Bool { tracks[number]?.isKnown ?? true }
    func camera(of number: Int) -> Int? { tracks[number]?.sighting.camera }

    mutating func change(_ number: Int, _ body: (inout SentTrack) -> Void) {
        guard var track = tracks[number] else { return }
        body(&track)
        tracks[number] = track
    }

    /// All that the other side knows of each is worth nothing: another area.
    mutating func tellWhole() { for number in tracks.keys { change(number) { $0.tellWhole() } } }

    /// Tracks to announce: those that were announced less often first, then those that are seen now, then the newest.
    func announcements(at now: Int, contact: Int?, goesOn: Bool) -> [SentTrack] {
        tracks.values.filter { !$0.isKnown && $0.announcing.isDue(at: now, contact: contact, goesOn: goesOn) }
            .sorted { a, b in
                let counts = (a.announcing.count(since: contact), b.announcing.count(since: contact))
                if counts.0 != counts.1 { return counts.0 < counts.1 }
                let (isASeen, isBSeen) = (seen.contains(a.number), seen.contains(b.number))
                return isASeen == isBSeen ? a.number > b.number : isASeen
            }
    }

    /// Tracks with news, the one that was told longest ago first.
    func news() -> [SentTrack] {
        tracks.values.filter { $0.hasNews && !$0.isDismissed }.sorted {
            ($0.sentAt ?? .min, $0.number) < ($1.sentAt ?? .min, $1.number)
        }
    }

    /// Tracks whose ellipse may be to be told: of those that nobody was told, the newest first; then the one that was told longest ago.
    func withEllipses(_ due: (SentTrack) -> Int?) -> [SentTrack] {
        tracks.values.compactMap { track in due(track).map { (track, $0) } }
            .sorted { ($0.1, -$0.0.number) < ($1.1, -$1.0.number) }.map(\.0)
    }

    private mutating func dropOne() {
        let candidates = tracks.values.filter { !seen.contains($0.number) && $0.isKnown && !$0.hasNews }
        if let number = (candidates.isEmpty ? Array(tracks.values) : candidates).map(\.number).min() { drop(number) }
    }

    mutating func takeDropped() -> [Int] {
        defer { dropped = [] }
        return dropped
    }

    /// Those that were announced as often as it is done without a way back, each told once.
    mutating func announced() -> [Int] {
        let numbers = tracks.values.filter {
            !$0.isEnded && $0.announcing.next(contact: nil, goesOn: false) == nil
        }.map(\.number)
        for number in numbers { tracks[number]?.isEnded = true }
        return numbers
    }

    private mutating func drop(_ number: Int) {
        if let track = tracks[number], !track.isKnown, !track.isEnded { dropped.append(number) }
        tracks[number] = nil
        seen.remove(number)
    }
}
