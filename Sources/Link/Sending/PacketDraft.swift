// A packet while it is filled.

/// Takes records as long as they fit. Times are milliseconds of the sender's epoch.
struct PacketDraft {
    private var bits: Int
    private let sentAt: LinkTime
    private let tags: TrackTags
    private var used = 0
    private var current: [Record] = []
    /// What is too old for an age that counts from the packet, by the time that it counts from.
    private var earlier: [(base: EarlierRecord, records: [Record])] = []
    /// Nothing can follow it. `base`: of its track, where its last bits alone mean another one.
    private var last: (record: Record, base: EarlierRecord?)?
    private(set) var items: [SentItem] = []

    init(bytes: Int, sentAt: LinkTime, tags: TrackTags) {
        bits = bytes * 8
        (self.sentAt, self.tags) = (sentAt, tags)
    }

    var isEmpty: Bool { current.isEmpty && earlier.isEmpty && last == nil }
    var payload: Payload {
        let base: [Record] = (last?.base).map { [.earlier($0)] } ?? []
        let end = base + (last.map { [$0.record] } ?? [])
        return Payload(current + earlier.flatMap { [.earlier($0.base)] + $0.records } + end)
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

    /// Adds a record that tells no time. Returns whether it fitted.
    ///
    /// - Parameter track: the running number of the track that it is about; `nil`: of none.
    mutating func add(about track: Int?, _ record: Record, _ item: SentItem) -> Bool {
        add(happened: sentAt, track: track, item) { _ in record }
    }

    /// Adds a record about a track that takes the rest of the packet. Returns whether it fitted.
    mutating func add(last record: Record, track: Int, _ items: SentItem...) -> Bool {
        let isPlain = earlier.isEmpty && tags.isPlain(track)
        let base = isPlain ? nil : EarlierRecord(epochsBack: 0, seconds: sentAt.milliseconds / 1000, track: track)
        let baseBits = base.map { Record.earlier($0).bitCount } ?? 0
        // Its bytes begin at a byte.
        let end = (used + baseBits + record.bitCount + 7) / 8 * 8
        guard last == nil, isPlain || base != nil, end <= bits else { return false }
        used = end
        last = (record, base)
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
        let isPlain = track.map { tags.isPlain($0) } ?? true
        if time.epoch == sentAt.epoch, !Age(seconds: elapsed).isOld, isPlain {
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
        // What comes last would count from it, too.
        guard last.map({ $0.base != nil }) ?? true else { return false }
        let made = record(Age(seconds: Double(base.seconds) - Double(time.milliseconds) / 1000))
        let bits = Record.earlier(base).bitCount + made.bitCount
        guard hasRoom(bits: bits) else { return false }
        used += bits
        earlier.append((base, [made]))
        return true
    }
}
