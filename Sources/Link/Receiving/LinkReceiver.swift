// What a sender's packets mean.

/// Makes tracks and events of what one sender says. Times are the sender's own.
public struct LinkReceiver: Sendable {
    public private(set) var tracks: [Int: ReceivedTrack] = [:]
    /// By the last bits of their number.
    private var contexts: [Int: ContextRecord] = [:]
    private var clocks: [UInt32: ClockRecord] = [:]
    private var newestTrack = 0
    /// Packets whose context is not known yet, the oldest first.
    private var waiting: [OpenedPacket] = []

    private static let mostWaiting = 256
    private static let mostTracks = 4096
    private static let mostClocks = 256

    public init() {}

    /// Milliseconds since 1970 (UTC) of a sender's time, and how far that may be off; `nil` as long as the sender has not said what time it was.
    public func utc(_ time: LinkTime) -> (milliseconds: Int, doubt: Int)? {
        clocks[time.epoch].map { ($0.began + time.milliseconds, $0.doubt) }
    }

    /// Takes a packet in. What stands on a context that is not known waits for it.
    ///
    /// - Throws: `LinkError` where its records cannot be read.
    public mutating func take(_ packet: OpenedPacket) throws(LinkError) -> [Report] {
        let records = try Payload(bytes: packet.text).records
        var reports = learn(records, packet)
        guard let context = contexts[packet.context] else {
            if waiting.count >= Self.mostWaiting { waiting.removeFirst() }
            waiting.append(packet)
            return reports
        }
        let ready = waiting.filter { $0.context == packet.context }
        waiting.removeAll { $0.context == packet.context }
        for earlier in ready {
            let records = try Payload(bytes: earlier.text).records
            reports += read(records, earlier, context)
        }
        return reports + read(records, packet, context)
    }

    /// What stands on nothing else.
    private mutating func learn(_ records: [Record], _ packet: OpenedPacket) -> [Report] {
        var reports: [Report] = []
        for record in records {
            switch record {
            case .context(let context):
                let low = context.number & (1 << PacketHead.contextBits - 1)
                newestTrack = max(newestTrack, context.trackBase)
                guard contexts[low] != context else { continue }
                if contexts[low].map({ !$0.isSame(as: context) }) ?? true { reports.append(.context(context)) }
                contexts[low] = context
            case .clock(let clock):
                if clocks.count >= Self.mostClocks, let oldest = clocks.keys.min() { clocks[oldest] = nil }
                if clocks[packet.number.epoch] != clock {
                    reports.append(.clock(epoch: packet.number.epoch, clock))
                }
                clocks[packet.number.epoch] = clock
            default: break
            }
        }
        return reports
    }

    private mutating func read(
        _ records: [Record], _ packet: OpenedPacket, _ context: ContextRecord
    ) -> [Report] {
        let sent = LinkTime(epoch: packet.number.epoch, milliseconds: packet.number.milliseconds)
        var base = sent
        var reports: [Report] = []
        for record in records {
            func time(_ age: Age) -> LinkTime {
                LinkTime(epoch: base.epoch, milliseconds: max(base.milliseconds - Int(age.seconds * 1000), 0))
            }
            switch record {
            case .earlier(let earlier):
                base = LinkTime(
                    epoch: sent.epoch >= UInt32(earlier.epochsBack) ? sent.epoch - UInt32(earlier.epochsBack) : 0,
                    milliseconds: earlier.seconds * 1000)
            case .track(let record): reports.append(take(record, context, seen: time(record.age), sent))
            case .short(let record): reports.append(take(record, context, seen: time(record.age), sent))
            case .update(let record):
                if let report = take(record, context, seen: time(record.age), sent) { reports.append(report) }
            case .gone(let record):
                let number = record.track.number(near: newestTrack)
                tracks[number] = nil
                reports.append(.gone(number: number, reason: record.reason, at: time(record.age)))
            case .event(let record):
                let number = record.track.number(near: newestTrack)
                reports.append(
                    .event(number: record.number, rule: record.rule, track: number, at: time(record.age)))
            case .part(let record): reports.append(.part(record, at: time(record.age)))
            case .context, .clock: break
            default: reports.append(.other(record))
            }
        }
        return reports
    }

    private mutating func take(
        _ record: TrackRecord, _ context: ContextRecord, seen: LinkTime, _ sent: LinkTime
    ) -> Report {
        take(
            record.track, record.objectClass, record.confidence, record.box, record.position, context, seen: seen, sent)
    }

    private mutating func take(
        _ record: ShortRecord, _ context: ContextRecord, seen: LinkTime, _ sent: LinkTime
    ) -> Report {
        take(
            record.track, record.objectClass, record.confidence, nil,
            TrackRecord.Position(place: record.place, error: record.error), context, seen: seen, sent)
    }

    private mutating func take(
        _ tag: TrackTag, _ objectClass: Int, _ confidence: Confidence, _ box: PictureBox?,
        _ position: TrackRecord.Position?, _ context: ContextRecord, seen: LinkTime, _ sent: LinkTime
    ) -> Report {
        let number = tag.number(near: newestTrack)
        newestTrack = max(newestTrack, number)
        let known = tracks[number]
        // A late packet tells nothing of now.
        if let known, known.told > sent { return .track(known, isNew: false) }
        let track = ReceivedTrack(
            number: number, camera: context.camera, objectClass: objectClass, confidence: confidence.probability,
            box: box ?? known?.box, position: position.flatMap { context.area?.position($0) }, seen: seen, told: sent,
            grid: position.map { ($0.place, sent) })
        if known == nil, tracks.count >= Self.mostTracks { dropOldest() }
        tracks[number] = track
        return .track(track, isNew: known == nil)
    }

    /// `nil` for a late one.
    private mutating func take(
        _ record: UpdateRecord, _ context: ContextRecord, seen: LinkTime, _ sent: LinkTime
    ) -> Report? {
        let number = record.track.number(near: newestTrack)
        guard var track = tracks[number], let grid = track.grid, grid.at.epoch == sent.epoch,
            sent.milliseconds - grid.at.milliseconds <= Int(UpdateRecord.memory * 1000),
            let place = record.place.place(near: grid.place), let area = context.area
        else { return .unknown(record.track) }
        guard track.told <= sent else { return nil }
        track.position = GroundPosition(
            place: area.earth(place), height: track.position?.height, error: record.error.metres ?? .infinity)
        track.confidence = record.confidence.probability
        (track.seen, track.told, track.grid) = (seen, sent, (place, sent))
        tracks[number] = track
        return .update(track)
    }

    private mutating func dropOldest() {
        guard let oldest = tracks.values.min(by: { ($0.told, $0.number) < ($1.told, $1.number) }) else { return }
        tracks[oldest.number] = nil
    }
}
