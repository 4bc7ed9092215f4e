// From packets to what a station has, and what it answers.
import Database
import Link

/// Opens packets of paired senders, keeps what they say, and answers when it is on the disk. For one thread at a time; it has neither socket
/// nor clock of its own. Times are milliseconds of one clock that nobody sets.
///
/// Where several stations have the same tables, all may get a sender's packets: one of them takes them, since what a packet means stands on others. Where that one takes no more, another goes on, with the
/// sender's next packets, as one that was started anew, and under a later epoch, so that the sender hears the one that goes on alone.
public final class StationReceiver {
    private let store: StationStore
    private var opener = PacketOpener()
    private var senders: [SenderID: PairedSender] = [:]
    private var paired: [SenderID: Pairing] = [:]
    private var batch: [(packet: OpenedPacket, peer: PacketPeer)] = []
    /// What operators asked for up to this change was taken up.
    private var askedRevision = 0
    /// As `askedRevision`, of what they said.
    private var verdictRevision = 0
    public private(set) var counts = Counts()

    /// Milliseconds after which names that did not come are asked for again: they take several packets.
    private static let namesPatience = 60_000
    /// What fits the shortest packets that full ones go in: MAVLink's of 128 bytes.
    private static let mostAnswerBits = (128 - 22) * 8
    /// Milliseconds after which an unknown place is asked for again.
    private static let patience = 10_000

    /// - Throws: `DatabaseError` or `SealingError`: one line that says what to do.
    public init(store place: String, _ pairings: [Pairing], at now: Int) throws {
        store = try StationStore(place: place)
        _ = try pair(pairings, at: now)
    }

    /// From now on these are the pairings: others' packets are strangers', and those of revoked ones are refused.
    ///
    /// - Returns: what that changed.
    /// - Throws: `DatabaseError` or `SealingError`; it may be called again.
    public func pair(_ pairings: [Pairing], at now: Int) throws -> [PairingChange] {
        var changes: [PairingChange] = []
        let all = Set(pairings.map(\.sender))
        for (id, pairing) in paired where !all.contains(id) {
            opener.remove(id)
            (senders[id], paired[id]) = (nil, nil)
            changes.append(PairingChange(sender: pairing.name, kind: .removed))
        }
        // Those that are refused come first: they wait for nothing that others need of the disk.
        for pairing in pairings.filter(\.isRevoked) + pairings.filter({ !$0.isRevoked })
        where paired[pairing.sender] != pairing {
            let kind = try pair(pairing, at: now)
            paired[pairing.sender] = pairing
            if let kind { changes.append(PairingChange(sender: pairing.name, kind: kind)) }
        }
        return changes
    }

    private func pair(_ pairing: Pairing, at now: Int) throws -> PairingChange.Kind? {
        let id = pairing.sender
        let (up, down) = (try pairing.keys(.up), try pairing.keys(.down))
        if pairing.isRevoked {
            // Whatever the disk says: at once.
            opener.add(id, keys: up, isRevoked: true, last: senders[id]?.newest, cameAt: now)
            senders[id] = nil
        }
        try store.name(id, pairing.name)
        opener.add(id, keys: up, isRevoked: pairing.isRevoked, last: try store.known(id).last, cameAt: now)
        if pairing.isRevoked { return paired[id]?.isRevoked == true ? nil : .revoked }
        if let sender = senders[id] {
            sender.name = pairing.name
            return sender.set(up, down) ? .rotated : nil
        }
        let sender = PairedSender(id, name: pairing.name)
        _ = sender.set(up, down)
        senders[id] = sender
        return .added
    }

    /// Takes a packet in; it counts once `commit` has returned.
    public func take(_ packet: [UInt8], from peer: PacketPeer, at now: Int) throws(SealingError) {
        do throws(PacketFailure) {
            let opened = try opener.open(packet, at: now)
            batch.append((opened, peer))
            senders[opened.sender]?.meter.note(packet.count, opened.number.epoch, at: now)
        } catch {
            switch error {
            case .refused(let refusal): counts.refused[refusal, default: 0] += 1
            case .machine(let error): throw error
            }
        }
    }

    /// Packets that wait for `commit`.
    public var waiting: Int { batch.count }

    /// Brings all that came to the disk, at once.
    ///
    /// - Throws: `DatabaseError`: nothing of it counts then, and its senders say it again.
    public func commit(at now: Int) throws(DatabaseError) -> [Learnt] {
        guard !batch.isEmpty else { return [] }
        var learnt: [Learnt] = []
        var whole: [Whole] = []
        let all = batch
        batch = []
        do throws(DatabaseError) { try keepSenders(of: all.map(\.packet), at: now) } catch {
            for sender in senders.values { sender.keeping.forget() }
            throw error
        }
        let packets = all.filter { senders[$0.packet.sender]?.sealer != nil }
        counts.elsewhere += all.count - packets.count
        guard !packets.isEmpty else { return [] }
        var left: Set<SenderID> = []
        let before = senders.mapValues { ($0.receiver, $0.newest) }
        var hasLog = true
        while true {
            do throws(DatabaseError) {
                left = try write(packets, &learnt, &whole)
                break
            } catch {
                // What was learnt and is not on the disk was not learnt.
                for (id, known) in before {
                    guard let sender = senders[id] else { continue }
                    (sender.receiver, sender.newest) = known
                }
                (learnt, whole) = ([], [])
                guard case .full = error, hasLog, store.emptyLog() else { throw error }
                hasLog = false
            }
        }
        for id in left { senders[id]?.leave() }
        let leftCount = packets.count { left.contains($0.packet.sender) }
        counts.elsewhere += leftCount
        counts.taken += packets.count - leftCount
        for packet in whole {
            senders[packet.sender]?.receipts.note(packet.number, isUrgent: packet.isUrgent, at: now)
        }
        for one in learnt {
            guard let sender = senders[one.id] else { continue }
            sender.pictures.note(one.report)
            sender.verdicts.note(one.report, at: now)
            if case .other(.tally(let tally)) = one.report { sender.meter.note(tally, at: now) }
            for wish in wishes(one.report, of: sender) { sender.wish(wish, at: now, patience: Self.patience) }
        }
        return learnt
    }

    /// A packet of which all is on the disk.
    private struct Whole {
        let sender: SenderID
        let number: PacketNumber
        let isUrgent: Bool
    }

    /// Begins to take the packets of senders that no other station takes.
    private func keepSenders(of packets: [OpenedPacket], at now: Int) throws(DatabaseError) {
        var newest: [SenderID: PacketNumber] = [:]
        for packet in packets where senders[packet.sender]?.sealer == nil {
            newest[packet.sender] = max(newest[packet.sender] ?? packet.number, packet.number)
        }
        guard !newest.isEmpty else { return }
        let keepers = try store.keepers()
        for (id, number) in newest.sorted(by: { $0.key.value < $1.key.value }) {
            guard let sender = senders[id], let down = paired[id].flatMap({ try? $0.keys(.down) })?.first else {
                continue
            }
            let keeper = keepers[id] ?? StationStore.Keeper()
            let isFree = keeper.station == nil || !store.isShared
            guard isFree || sender.keeping.isOver(number, taken: keeper.newest, at: now),
                let epoch = try store.keep(id, after: keeper.station)
            else { continue }
            let known = try store.known(id)
            sender.begin(
                PacketSealer(sender: id, key: down, epoch: epoch),
                LinkReceiver(newestTrack: known.newestTrack, clocks: known.clocks))
        }
    }

    /// Returns the senders whose packets another station takes meanwhile: nothing of theirs was written.
    private func write(
        _ packets: [(packet: OpenedPacket, peer: PacketPeer)], _ learnt: inout [Learnt],
        _ whole: inout [Whole]
    ) throws(DatabaseError) -> Set<SenderID> {
        var left: Set<SenderID> = []
        try store.transaction { () throws(DatabaseError) in
            if store.isShared {
                let keepers = try store.keepers()
                left = Set(packets.map(\.packet.sender)).filter {
                    keepers[$0]?.station != senders[$0]?.sealer?.epoch
                }
            }
            for (packet, peer) in packets {
                guard let sender = senders[packet.sender], !left.contains(packet.sender) else { continue }
                guard let taken = try? sender.receiver.take(packet) else { continue }
                for report in taken.reports {
                    let isNew = try store.write(report, of: packet.sender)
                    learnt.append(
                        Learnt(
                            id: packet.sender, sender: sender.name, report: report, isNew: isNew,
                            utc: sender.utc(of: report)))
                }
                let isUrgent = taken.reports.contains(where: \.isRepeated)
                for number in taken.others + (taken.isWhole ? [packet.number] : []) {
                    whole.append(Whole(sender: packet.sender, number: number, isUrgent: isUrgent))
                }
                guard sender.newest.map({ $0 < packet.number }) ?? true else { continue }
                (sender.newest, sender.peer) = (packet.number, peer)
                sender.has(packet.key)
                try store.note(packet.sender, packet.number)
            }
        }
        return left
    }

    /// Asks a sender for a picture, of a track or of all that a camera sees, until it comes or half an hour has passed. Returns why not.
    public func ask(_ request: RequestRecord, of name: String, at now: Int) -> String? {
        guard let sender = senders.values.first(where: { $0.name == name }) else {
            return "no sender is called \(name)"
        }
        return sender.pictures.add(request, at: now) ? nil : "\(name) was asked for too many pictures"
    }

    /// Returns when the store takes what is written.
    ///
    /// - Throws: `DatabaseError` as long as it does not.
    public func tryStore() throws(DatabaseError) { try store.tryWriting() }

    /// Takes up what operators asked for, and what they said of tracks, since this was last called.
    ///
    /// - Throws: `DatabaseError`; it may be called again.
    public func takeAsked(at now: Int) throws(DatabaseError) {
        for (id, request, revision) in try store.asked(since: askedRevision) {
            _ = senders[id]?.pictures.add(request, at: now)
            askedRevision = max(askedRevision, revision)
        }
        for (id, verdict, track, revision) in try store.verdicts(since: verdictRevision) {
            senders[id]?.verdicts.say(verdict, of: track, at: now)
            verdictRevision = max(verdictRevision, revision)
        }
    }

    /// What goes over the links of all senders now, by their ids.
    public func traffic(at now: Int) -> [Int: StationStatus.Traffic] {
        Dictionary(
            uniqueKeysWithValues: senders.map { id, sender in
                (
                    Int(id.value),
                    StationStatus.Traffic(
                        bytesPerSecond: sender.meter.bytesPerSecond(at: now), loss: sender.meter.loss(at: now))
                )
            })
    }

    /// What is missing to understand it.
    private func wishes(_ report: Report, of sender: PairedSender) -> [RequestRecord] {
        switch report {
        case .unknown(let number): return [.track(number: number)]
        case .wish(let wish): return [wish]
        case .context(let context):
            sender.names = context.names
            return []
        case .object(let record, _, _): return [.enough(object: record.number)]
        case .track, .update, .gone, .event, .part, .pose, .clock, .chip, .other, .unreadable: return []
        }
    }

    /// Receipts and requests that are due.
    ///
    /// - Throws: `DatabaseError` or `SealingError`.
    public func answers(at now: Int) throws -> [Answer] {
        var answers: [Answer] = []
        for (id, sender) in senders {
            guard let names = sender.names else { continue }
            if try store.hasNames(of: id, hash: names) {
                sender.names = nil
            } else {
                sender.wish(.names, at: now, patience: Self.namesPatience)
            }
        }
        for id in senders.keys.sorted(by: { $0.value < $1.value }) {
            guard let sender = senders[id], let sealer = sender.sealer, let peer = sender.peer else { continue }
            sender.wishes += sender.pictures.due(at: now)
            var records: [Record] = []
            if let receipt = sender.receipts.receipt(at: now) { records.append(.receipt(receipt)) }
            var bits = records.reduce(0) { $0 + $1.bitCount }
            var told = 0
            for wish in sender.wishes {
                bits += Record.request(wish).bitCount
                guard bits <= Self.mostAnswerBits else { break }
                records.append(.request(wish))
                told += 1
            }
            for verdict in sender.verdicts.due(at: now) {
                bits += Record.verdict(verdict).bitCount
                guard bits <= Self.mostAnswerBits else { break }
                records.append(.verdict(verdict))
            }
            guard !records.isEmpty else { continue }
            let packet = try sealer.packet(Payload(records), .full, context: 0, at: now)
            guard let packet else { continue }
            sender.wishes.removeFirst(told)
            for case .verdict(let verdict) in records { sender.verdicts.tell(verdict, at: now) }
            answers.append(Answer(peer: peer, packet: packet.bytes))
        }
        return answers
    }

    /// Milliseconds until the next receipt is due; `nil`: none is.
    public func pause(at now: Int) -> Int? { senders.values.compactMap(\.receipts.due).min().map { max($0 - now, 0) } }
}
