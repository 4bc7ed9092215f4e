// A packet while it is filled.

/// Takes records as long as they fit. Times are milliseconds of the sender's epoch.
struct PacketDraft {
    private var bits: Int
    private let sentAt: LinkTime
    /// The largest running number: far from it the last bits of a number mean another one.
    private let newestTrack: Int
    private var used = 0
    private var current: [Record] = []
    /// What is too old for an age that counts from the packet, by the time that it counts from.
    private var earlier: [(base: EarlierRecord, records: [Record])] = []
    /// Nothing can follow it.
    private var last: Record?
    private(set) var items: [SentItem] = []

    init(bytes: Int, sentAt: LinkTime, newestTrack: Int) {
        bits = bytes * 8
        (self.sentAt, self.newestTrack) = (sentAt, newestTrack)
    }

    /// Less than half of the numbers that last bits can mean: the other side may know of a newer one than this packet tells, or of none so new.
    private static let nearTracks = 256

    var isEmpty: Bool { current.isEmpty && earlier.isEmpty && last == nil }
    var payload: Payload {
        Payload(current + earlier.flatMap { [.earlier($0.base)] + $0.records } + (last.map { [$0] } ?? []))
    }
    func hasRoom(bits more: Int) -> Bool { used + more <= bits }

    /// Leaves room for so many bytes more at most.
    mutating func keep(bytes: Int) { bits = min(bits, used + bytes * 8) }

    /// Adds a record that tells no time, or one with a time that has passed. Returns whether it fitted.
    mutating func add(_ record: Record, _ items: SentItem...) -> Bool {
        guard hasRoom(bits: record.bitCount) else { return false }
        used += record.bitCount
        current.append(record)
        self.items += items
        return true
    }

    /// Adds a record that takes the rest of the packet. Returns whether it fitted.
    mutating func add(last record: Record, _ items: SentItem...) -> Bool {
        // Its bytes begin at a byte.
        let end = (used + record.bitCount + 7) / 8 * 8
        guard last == nil, end <= bits else { return false }
        used = end
        last = record
        self.items += items
        return true
    }

    /// Adds what happened at a time: behind one that brings its age back into range, where it is long ago.
    ///
    /// - Parameter track: the running number of the track that it is about; `nil`: of none.
    mutating func add(
        happened time: LinkTime, track: Int?, _ items: SentItem..., record: (Age) -> Record
    ) -> Bool {
        let elapsed = Double(sentAt.milliseconds - time.milliseconds) / 1000
        let isNear = track.map { newestTrack - $0 <= Self.nearTracks } ?? true
        if time.epoch == sentAt.epoch, !Age(seconds: elapsed).isOld, isNear {
            let made = record(Age(seconds: elapsed))
            guard hasRoom(bits: made.bitCount) else { return false }
            used += made.bitCount
            current.append(made)
            self.items += items
            return true
        }
        guard add(earlier: time, track, record) else { return false }
        self.items += items
        return true
    }

    private mutating func add(earlier time: LinkTime, _ track: Int?, _ record: (Age) -> Record) -> Bool {
        let back = Int(sentAt.epoch) - Int(time.epoch)
        // Rounded up: ages count backwards.
        let base = EarlierRecord(epochsBack: back, seconds: (time.milliseconds + 999) / 1000, track: track ?? 0)
        // Who knows neither epoch nor second any more is told an age without an end.
        guard let base else { return add(record(.old)) }
        for index in earlier.indices
        where earlier[index].base.epochsBack == back
            && (track == nil || earlier[index].base.trackBase == base.trackBase)
        {
            let age = Age(seconds: Double(earlier[index].base.seconds) - Double(time.milliseconds) / 1000)
            guard earlier[index].base.seconds * 1000 >= time.milliseconds, !age.isOld else { continue }
            let made = record(age)
            guard hasRoom(bits: made.bitCount) else { return false }
            used += made.bitCount
            earlier[index].records.append(made)
            return true
        }
        let made = record(Age(seconds: Double(base.seconds) - Double(time.milliseconds) / 1000))
        let bits = Record.earlier(base).bitCount + made.bitCount
        guard hasRoom(bits: bits) else { return false }
        used += bits
        earlier.append((base, [made]))
        return true
    }
}
