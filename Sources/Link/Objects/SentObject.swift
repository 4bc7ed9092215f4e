// An object on its way to the station.

/// What takes several packets, with what was sent of it. Times are milliseconds of the epoch.
struct SentObject {
    let record: ObjectRecord
    /// The running number of its track, or its camera's.
    let number: Int
    /// Somebody asked for it.
    let isWished: Bool
    private let pieces: [[UInt8]]
    private var announcing = RepeatPlan()
    private var isAnnounced = false
    private var came: Set<Int> = []
    /// The next piece, and the end of those that are sent before it is looked whether they came.
    private var next = 0
    private var end: Int
    private var lastSent: Int?
    let since: Int

    /// Milliseconds for which receipts are waited for before more is sent.
    private static let patience = 8000
    /// After them an object that nobody has is given up.
    private static let most = 1_800_000

    /// - Parameter loss: the part of packets that is lost.
    init(
        _ record: ObjectRecord, of number: Int, _ bytes: [UInt8], isWished: Bool, loss: Double, hasWayBack: Bool,
        at now: Int
    ) {
        (self.record, self.number, self.isWished, since) = (record, number, isWished, now)
        let size = record.pieceBytes
        pieces = (0..<record.pieces).map { Array(bytes[$0 * size..<min(($0 + 1) * size, bytes.count)]) }
        let count = record.pieces
        // Where receipts come, more can follow; where none do, all must be sent at once.
        let repairs = ErasureCode.repairCount(pieces: count, loss: loss, failure: hasWayBack ? 0.2 : 0.001)
        end = count + repairs
    }

    func isOver(at now: Int, hasWayBack: Bool) -> Bool {
        now - since > Self.most || !hasWayBack && next >= end && announcing.count > 1
    }

    /// Announcement and pieces that are due, as many as fit. Returns what was put in.
    mutating func fill(_ draft: inout PacketDraft, loss: Double, hasWayBack: Bool, at now: Int) {
        let isFirst = announcing.count == 0
        let middle = announcing.count == 1 && next >= end
        if !isAnnounced,
            isFirst || middle || hasWayBack && announcing.isDue(at: now, contact: nil, goesOn: true),
            draft.add(
                about: record.kind == .chip ? number : nil, .object(record), .object(record.number))
        {
            announcing.note(at: now, contact: nil)
        }
        guard announcing.count > 0 else { return }
        if next >= end, hasWayBack, now - (lastSent ?? now) >= Self.patience { addMore(loss) }
        while next < end, let piece = piece(next), draft.add(.piece(piece), .piece(object: record.number, next)) {
            next += 1
            lastSent = now
        }
    }

    /// As many as are missing, and as will be lost of them.
    private mutating func addMore(_ loss: Double) {
        // All came, and nobody says that it is whole: who had the pieces has forgotten them.
        if came.count >= record.pieces { came = [] }
        let missing = max(record.pieces - came.count, 1)
        if next > Self.lastIndex { next = 0 }
        end = min(
            next + missing + ErasureCode.repairCount(pieces: missing, loss: loss, failure: 0.2), Self.lastIndex + 1)
    }

    private static let lastIndex = 255

    private func piece(_ index: Int) -> PieceRecord? {
        let bytes = index < pieces.count ? pieces[index] : ErasureCode.repairPiece(index, of: pieces)
        return PieceRecord(object: record.number, index: index, bytes: bytes)
    }

    /// The station has a packet with it.
    mutating func know(piece index: Int) { came.insert(index) }
    mutating func knowAnnouncement() { isAnnounced = true }
    mutating func announceAgain() {
        isAnnounced = false
        announcing = RepeatPlan()
    }

    /// Something of it could be sent now.
    func isDue(at now: Int, hasWayBack: Bool) -> Bool {
        if announcing.count == 0 || next < end { return true }
        if !isAnnounced, announcing.count == 1 || hasWayBack && announcing.isDue(at: now, contact: nil, goesOn: true) {
            return true
        }
        return hasWayBack && now - (lastSent ?? now) >= Self.patience
    }
}
