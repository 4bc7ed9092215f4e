// What may wait: pictures and names.

/// Objects and chips that are to be sent, in what alerts and tracks leave of the link and in a share that they always leave. Times are
/// milliseconds of the epoch.
struct BulkQueue {
    private var objects: [SentObject] = []
    private var chips: [(track: Int, record: ChipRecord, plan: RepeatPlan, isWished: Bool)] = []
    private var next = 0
    /// Bytes that are theirs by now.
    private var credit = 0.0

    /// Of all bytes; the larger one for what somebody asked for.
    private static let share = (usual: 0.1, wished: 0.25)
    /// Bytes: a packet or two.
    private static let mostCredit = 500.0
    /// More are given up, those first that nobody asked for.
    private static let most = 32

    // MARK: What there is to send

    /// Returns whether it was taken: not what is larger than can be told.
    mutating func add(
        _ kind: ObjectRecord.Kind, _ bytes: [UInt8], track: Int, level: Int = 0, width: Int = 0, height: Int = 0,
        check: Int, isWished: Bool, _ profile: LinkProfile, loss: Double, at now: Int
    ) -> Bool {
        let room = min(profile.usualPayloadBytes(.compact) - Self.pieceOverhead, PieceRecord.mostBytes)
        guard room > 0 else { return false }
        var pieces = max((bytes.count + room - 1) / room, 1)
        // No piece may be empty.
        while pieces > 1, (pieces - 1) * ((bytes.count + pieces - 1) / pieces) >= bytes.count { pieces -= 1 }
        let record = ObjectRecord(
            number: next, kind: kind, level: level, track: TrackTag(of: track), size: bytes.count, pieces: pieces,
            width: width, height: height, check: check)
        guard let record else { return false }
        next = (next + 1) & 0xff
        // One of each: what is newer takes the place of what is older.
        objects.removeAll { $0.record.kind == kind && $0.number == track && $0.record.level == level }
        makeRoom()
        objects.append(
            SentObject(
                record, of: track, bytes, isWished: isWished, loss: loss, hasWayBack: profile.hasWayBack, at: now))
        return true
    }

    var count: Int { objects.count + chips.count }
    var isWished: Bool { objects.contains(where: \.isWished) || chips.contains(where: \.isWished) }

    /// Whether a picture that somebody asked for is on its way.
    func isTelling(_ kind: ObjectRecord.Kind, of number: Int, level: Int) -> Bool {
        if kind == .chip, level == 0, chips.contains(where: { $0.track == number && $0.isWished }) { return true }
        return objects.contains {
            $0.record.kind == kind && $0.number == number && $0.record.level == level && $0.isWished
        }
    }

    /// Bytes of a piece's record without its bytes.
    private static let pieceOverhead = 4

    mutating func add(_ chip: ChipRecord, track: Int, isWished: Bool) {
        chips.removeAll { $0.track == track }
        makeRoom()
        chips.append((track, chip, RepeatPlan(), isWished))
    }

    private mutating func makeRoom() {
        guard count >= Self.most else { return }
        if let index = chips.firstIndex(where: { !$0.isWished }) {
            chips.remove(at: index)
        } else if let index = objects.firstIndex(where: { !$0.isWished }) {
            objects.remove(at: index)
        } else if objects.isEmpty {
            chips.removeFirst()
        } else {
            objects.removeFirst()
        }
    }

    // MARK: What comes back

    mutating func know(_ item: SentItem) {
        switch item {
        case .object(let number): change(number) { $0.knowAnnouncement() }
        case .piece(let object, let index): change(object) { $0.know(piece: index) }
        case .chip(let track): chips.removeAll { $0.track == track }
        default: break
        }
    }

    /// The station has it, or does not want it.
    mutating func end(_ number: Int) { objects.removeAll { $0.record.number == number } }

    mutating func announceAgain(_ number: Int) { change(number) { $0.announceAgain() } }

    private mutating func change(_ number: Int, _ body: (inout SentObject) -> Void) {
        for index in objects.indices where objects[index].record.number == number { body(&objects[index]) }
    }

    // MARK: Packets

    /// A part of its share is left.
    var hasCredit: Bool { credit > 0 }

    /// A packet went out.
    mutating func note(bytes: Int, wasBulk: Bool) {
        guard count > 0 else {
            credit = 0
            return
        }
        credit += Double(bytes) * (isWished ? Self.share.wished : Self.share.usual)
        if wasBulk { credit -= Double(bytes) }
        credit = min(credit, Self.mostCredit)
    }

    /// What is due, what somebody asked for first. Returns whether anything was put in.
    mutating func fill(_ draft: inout PacketDraft, _ profile: LinkProfile, loss: Double, at now: Int) -> Bool {
        let before = draft.items.count
        objects.removeAll { $0.isOver(at: now, hasWayBack: profile.hasWayBack) }
        for wished in [true, false] {
            fillChip(&draft, isWished: wished, profile, at: now)
            for index in objects.indices
            where objects[index].isWished == wished && objects[index].isDue(at: now, hasWayBack: profile.hasWayBack) {
                objects[index].fill(&draft, loss: loss, hasWayBack: profile.hasWayBack, at: now)
            }
        }
        return draft.items.count > before
    }

    /// A chip is the last of its packet.
    private mutating func fillChip(_ draft: inout PacketDraft, isWished: Bool, _ profile: LinkProfile, at now: Int) {
        for index in chips.indices
        where chips[index].isWished == isWished
            && chips[index].plan.isDue(at: now, contact: nil, goesOn: profile.hasWayBack)
        {
            let chip = chips[index]
            guard draft.add(last: .chip(chip.record), track: chip.track, .chip(track: chip.track)) else { continue }
            chips[index].plan.note(at: now, contact: nil)
            break
        }
        if !profile.hasWayBack {
            chips.removeAll { $0.plan.next(contact: nil, goesOn: false) == nil }
        }
    }
}
