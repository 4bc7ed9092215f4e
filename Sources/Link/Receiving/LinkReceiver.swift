// What a sender's packets mean.

/// Makes tracks and events of what one sender says. Times are the sender's own.
public struct LinkReceiver: Sendable {
    private var book = TrackBook()
    private var contexts = ContextBook()
    private var epoch: UInt32 = 0
    private var clocks: [UInt32: ClockRecord] = [:]
    private var objects = ObjectBook()
    /// Packets whose context is not known yet, the oldest first.
    private var waiting: [OpenedPacket] = []

    private static let mostWaiting = 256
    private static let mostClocks = 256

    /// - Parameters:
    ///   - newestTrack: the newest running number that an earlier run of the receiver met.
    ///   - clocks: begins of epochs, by their number, that it was told of.
    public init(newestTrack: Int = 0, clocks: [UInt32: ClockRecord] = [:]) {
        self.clocks = clocks
        book.note(newest: newestTrack, isFirst: true)
    }

    /// By their running numbers; 1,024 at most.
    public var tracks: [Int: ReceivedTrack] { book.tracks }

    /// Milliseconds since 1970 (UTC) of a sender's time, and how far that may be off; `nil` as long as the sender has not said what time it was.
    public func utc(_ time: LinkTime) -> (milliseconds: Int, doubt: Int)? {
        clocks[time.epoch].map { ($0.began + time.milliseconds, $0.doubt) }
    }

    /// What a packet told.
    public struct Taken: Sendable {
        public var reports: [Report] = []
        /// All of it is in the reports: else some waits for its context, or cannot be read, and must not count as received.
        public var isWhole = true
        /// Packets that waited for their context: all of them is in the reports, too.
        public var others: [PacketNumber] = []
    }

    /// Takes a packet in. What stands on a context that is not known waits for it. Complexity: O(bytes) and what waited.
    ///
    /// - Throws: `SealingError` where this machine has no SHA-256.
    public mutating func take(_ packet: OpenedPacket) throws(SealingError) -> Taken {
        if packet.number.epoch > epoch {
            // Another run, with contexts of its own.
            (epoch, contexts, waiting, objects) = (packet.number.epoch, ContextBook(), [], ObjectBook())
        }
        let payload = Payload(bytes: packet.text)
        var taken = Taken(reports: learn(payload.records, packet))
        if let fault = payload.fault {
            taken.reports.append(.unreadable(fault))
            taken.isWhole = false
        }
        let time = packet.number.milliseconds
        guard packet.number.epoch == epoch, let context = contexts.context(packet.context, at: time) else {
            if waiting.count >= Self.mostWaiting { waiting.removeFirst() }
            waiting.append(packet)
            taken.reports.append(.wish(.contexts))
            taken.isWhole = false
            return taken
        }
        // What waited longer may have stood on another one with the same bits.
        let ready = waiting.filter {
            $0.context == packet.context && abs(time - $0.number.milliseconds) <= ContextBook.memory
        }
        waiting.removeAll { $0.context == packet.context }
        for earlier in ready {
            let payload = Payload(bytes: earlier.text)
            taken.reports += try read(payload.records, earlier, context)
            if payload.fault == nil { taken.others.append(earlier.number) }
        }
        taken.reports += try read(payload.records, packet, context)
        return taken
    }

    /// What stands on nothing else.
    private mutating func learn(_ records: [Record], _ packet: OpenedPacket) -> [Report] {
        var reports: [Report] = []
        for record in records {
            switch record {
            case .context(let context) where packet.number.epoch == epoch:
                book.note(newest: context.newestTrack, isFirst: contexts.isEmpty)
                if contexts.note(context, at: packet.number.milliseconds) { reports.append(.context(context)) }
            case .clock(let clock) where packet.number.epoch >= UInt32(clock.epochsBack):
                let epoch = packet.number.epoch - UInt32(clock.epochsBack)
                if clocks[epoch] != clock { reports.append(.clock(epoch: epoch, clock)) }
                if clocks.count >= Self.mostClocks, let oldest = clocks.keys.min() { clocks[oldest] = nil }
                clocks[epoch] = clock
            default: break
            }
        }
        return reports
    }

    /// What the records of a packet count from.
    private struct Base {
        var time: LinkTime
        /// Of the running numbers, where it was told.
        var tracks: Int?

        func time(_ age: Age) -> LinkTime {
            LinkTime(epoch: time.epoch, milliseconds: max(time.milliseconds - Int(age.seconds * 1000), 0))
        }
    }

    private mutating func read(
        _ records: [Record], _ packet: OpenedPacket, _ context: ContextRecord
    ) throws(SealingError) -> [Report] {
        let sent = LinkTime(epoch: packet.number.epoch, milliseconds: packet.number.milliseconds)
        var base = Base(time: sent)
        var reports: [Report] = []
        for record in records {
            switch record {
            case .earlier(let earlier):
                let epoch = sent.epoch - min(UInt32(earlier.epochsBack), sent.epoch)
                base = Base(
                    time: LinkTime(epoch: epoch, milliseconds: earlier.seconds * 1000), tracks: earlier.trackBase)
            case .track(let told):
                reports.append(take(told, box: told.box, context, base, sent))
            case .short(let told):
                let position = TrackRecord.Position(place: told.place, error: told.error)
                let whole = TrackRecord(
                    track: told.track, objectClass: told.objectClass, confidence: told.confidence, age: told.age,
                    position: position, box: PictureBox(middleX: 0, middleY: 0, width: 0, height: 0))
                reports.append(take(whole, box: nil, context, base, sent))
            case .update(let told):
                if let report = take(told, context, base, sent) { reports.append(report) }
            case .ellipse(let told):
                if let report = take(told, base, sent) { reports.append(report) }
            case .gone(let told):
                let number = book.number(told.track, base: base.tracks, at: sent)
                book.remove(number)
                reports.append(.gone(number: number, reason: told.reason, at: base.time(told.age)))
            case .event(let told):
                let number = book.number(told.track, base: base.tracks, at: sent)
                reports.append(
                    .event(number: told.number, rule: told.rule, track: number, at: base.time(told.age)))
            case .part(let told): reports.append(.part(told, at: base.time(told.age)))
            case .pose(let told):
                guard let area = context.area else { break }
                reports.append(.pose(area.pose(told, camera: context.camera, seen: base.time(told.age))))
            case .chip, .object, .piece:
                if let report = try take(large: record, base, sent) { reports.append(report) }
            case .context, .clock: break
            default: reports.append(.other(record))
            }
        }
        return reports
    }

    /// Chips, objects and their pieces.
    private mutating func take(large record: Record, _ base: Base, _ sent: LinkTime) throws(SealingError) -> Report? {
        let outcome: ObjectBook.Outcome
        switch record {
        case .chip(let chip):
            let number = book.number(chip.track, base: base.tracks, at: sent)
            return BareWebP.file(chip.bytes, width: chip.width, height: chip.height).map { file in
                .chip(track: number, file: file)
            }
        case .object(let told):
            let number =
                told.kind == .scene ? told.track.low : book.number(told.track, base: base.tracks, at: sent)
            outcome = try objects.take(told, track: number)
        case .piece(let piece): outcome = try objects.take(piece)
        default: return nil
        }
        switch outcome {
        case .nothing: return nil
        case .whole(let told, let track, let bytes): return .object(told, track: track, bytes: bytes)
        case .wish(let wish): return .wish(wish)
        }
    }

    private mutating func take(
        _ told: TrackRecord, box: PictureBox?, _ context: ContextRecord, _ base: Base, _ sent: LinkTime
    ) -> Report {
        let number = book.number(told.track, base: base.tracks, at: sent)
        let known = book.tracks[number]
        // A late packet tells nothing of now.
        if let known, known.told > sent { return .track(known, isNew: false) }
        var position = told.position.flatMap { context.area?.position($0) }
        position?.ellipse = known?.position?.ellipse.flatMap { ellipse in
            told.position?.error.mayBelong(to: ellipse) == true ? ellipse : nil
        }
        position?.doubts = known?.position?.doubts ?? []
        let track = ReceivedTrack(
            number: number, camera: context.camera, objectClass: told.objectClass,
            confidence: told.confidence.probability, box: box ?? known?.box, position: position,
            seen: base.time(told.age), told: sent,
            grid: told.position.map { GridSighting(place: $0.place, at: sent, context: context.number) },
            ellipseTold: known?.ellipseTold)
        book.set(track)
        return .track(track, isNew: known == nil)
    }

    /// `nil` for a late one.
    private mutating func take(
        _ update: UpdateRecord, _ context: ContextRecord, _ base: Base, _ sent: LinkTime
    ) -> Report? {
        let number = book.number(update.track, base: base.tracks, at: sent)
        guard var track = book.tracks[number], let grid = track.grid, grid.context == context.number,
            grid.at.epoch == sent.epoch,
            sent.milliseconds - grid.at.milliseconds <= Int(UpdateRecord.trust * 1000),
            let place = update.place.place(near: grid.place), let area = context.area
        else { return .unknown(number: number) }
        guard track.told <= sent else { return nil }
        track.position = GroundPosition(
            place: area.earth(place), height: track.position?.height, error: update.error.metres ?? .infinity,
            ellipse: track.position?.ellipse.flatMap { update.error.mayBelong(to: $0) ? $0 : nil },
            doubts: track.position?.doubts ?? [], datum: area.datum)
        track.confidence = update.confidence.probability
        (track.seen, track.told) = (base.time(update.age), sent)
        track.grid = GridSighting(place: place, at: sent, context: context.number)
        book.set(track)
        return .update(track)
    }

    /// `nil` for a late one, and for one of a track that has no place.
    private mutating func take(_ told: EllipseRecord, _ base: Base, _ sent: LinkTime) -> Report? {
        let number = book.number(told.track, base: base.tracks, at: sent)
        guard var track = book.tracks[number] else { return .unknown(number: number) }
        guard track.position != nil, track.ellipseTold.map({ $0 <= sent }) ?? true else { return nil }
        track.position?.ellipse = ErrorEllipse(major: told.major, minor: told.minor, bearing: told.bearing)
        track.position?.doubts = told.doubts
        track.ellipseTold = sent
        book.set(track)
        return .update(track)
    }
}
