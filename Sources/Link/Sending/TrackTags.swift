// What the last bits of running numbers mean to the other side.

/// Tells which tracks may be named by their last bits alone.
struct TrackTags {
    private struct Owner {
        var number: Int
        /// Nobody can take the bits for another track's.
        var isSure: Bool
    }

    private var owners: [TrackTag: Owner] = [:]
    /// The largest running number, of earlier epochs too.
    private(set) var newest: Int

    /// Less than half of the numbers that last bits can mean: the other side may know of a newer one than a packet tells, or of none so new.
    private static let near = 256

    init(newest: Int) { self.newest = newest }

    /// A track that may be told from now on.
    mutating func add(_ number: Int) {
        newest = max(newest, number)
        let tag = TrackTag(of: number)
        // Who was told of another one with these bits takes the new one for that, until it has been told all of its number.
        owners[tag] = Owner(number: number, isSure: owners[tag].map { $0.number == number && $0.isSure } ?? true)
    }

    /// The other side has a track.
    mutating func know(_ number: Int) {
        let tag = TrackTag(of: number)
        if owners[tag]?.number == number { owners[tag]?.isSure = true }
    }

    /// Whether the last bits alone mean a track.
    func isPlain(_ number: Int) -> Bool {
        newest - number <= Self.near && owners[TrackTag(of: number)].map { $0.number == number && $0.isSure } ?? true
    }
}
