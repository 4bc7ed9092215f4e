// The tracks that a receiver knows.

/// Tracks of a sender by their running number, found by the last bits of it.
struct TrackBook {
    private(set) var tracks: [Int: ReceivedTrack] = [:]
    /// By the last bits: no two tracks that live at once have the same.
    private var numbers: [TrackTag: Int] = [:]
    private(set) var newest = 0

    /// Milliseconds after which a track that nobody told of may have made way for another one with the same last bits.
    private static let memory = 1_800_000

    /// What a context told: running numbers have come so far. A sender that lost its own begins an epoch with others, which may be smaller.
    mutating func note(newest number: Int, isFirst: Bool) { newest = isFirst ? number : max(newest, number) }

    /// The running number that a tag means in a packet. `base`: the upper bits, where they were told.
    func number(_ tag: TrackTag, base: Int?, at time: LinkTime) -> Int {
        if let base { return base | tag.low }
        if let number = numbers[tag], let track = tracks[number], isAlive(track, at: time) { return number }
        return tag.number(near: newest)
    }

    private func isAlive(_ track: ReceivedTrack, at time: LinkTime) -> Bool {
        track.told.epoch == time.epoch && time.milliseconds - track.told.milliseconds <= Self.memory
    }

    mutating func set(_ track: ReceivedTrack) {
        let tag = TrackTag(of: track.number)
        // The one that had these bits before is long gone.
        if let before = numbers[tag], before != track.number { tracks[before] = nil }
        tracks[track.number] = track
        numbers[tag] = track.number
        newest = max(newest, track.number)
    }

    mutating func remove(_ number: Int) {
        tracks[number] = nil
        let tag = TrackTag(of: number)
        if numbers[tag] == number { numbers[tag] = nil }
    }
}
