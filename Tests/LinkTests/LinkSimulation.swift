// A sender, a link that loses, doubles, delays and falls silent, and a receiver, in a time of their own.
import TestSupport

@testable import Link

/// What a link does to packets.
struct LinkWeather {
    /// Bytes a second that pass.
    var bytesPerSecond: Double
    var loss = 0.0
    var doubled = 0.0
    /// Milliseconds.
    var latency = 150...150
    /// Nothing passes in this time, either way.
    var outage: Range<Int> = 0..<0
}

/// Runs in steps of 20 ms.
struct LinkSimulation {
    private static let secret = [UInt8](repeating: 5, count: 32)
    private static let id = SenderID(0x0102_0304)

    private var random: SplitMix
    private let weather: LinkWeather
    private let start: Int
    private(set) var sender: LinkSender
    private(set) var receiver = LinkReceiver()
    private var upOpener = PacketOpener()
    private var downOpener = PacketOpener()
    private let downSealer: PacketSealer
    private var receipts = ReceiptBook()
    private var asked: [RequestRecord: Int] = [:]
    private var up: [(packet: [UInt8], at: Int)] = []
    private var down: [(packet: [UInt8], at: Int)] = []
    private var lineFreeAt = 0
    private(set) var now = 0
    private(set) var sentBytes: [(bytes: Int, at: Int)] = []
    private(set) var refused = 0

    /// - Parameter start: the receiver's clock at the begin of the sender's epoch, in milliseconds.
    init(
        _ profile: LinkProfile, _ weather: LinkWeather, area: Area?, seed: Int, start: Int = 1_000_000,
        newestTrack: Int = 0
    ) throws {
        random = SplitMix(state: UInt64(seed))
        self.weather = weather
        self.start = start
        let upKey = try PacketKey(secret: Self.secret, .up)
        let downKey = try PacketKey(secret: Self.secret, .down)
        sender = LinkSender(
            profile, sealer: PacketSealer(sender: Self.id, key: upKey, epoch: 1), newestTrack: newestTrack)
        sender.tell(CameraView(camera: 0, area: area, names: 1, model: 2), at: 0)
        downSealer = PacketSealer(sender: Self.id, key: downKey, epoch: 1)
        upOpener.add(Self.id, keys: [upKey], mayBeBare: profile.isBare)
        downOpener.add(Self.id, keys: [downKey])
    }

    mutating func see(_ number: Int, _ sighting: TrackSighting) { sender.see(number, sighting, at: now) }
    mutating func tell(_ alert: Alert) { sender.tell(alert) }
    mutating func tell(_ pose: CameraPose) { sender.tell(pose) }
    mutating func tell(_ view: CameraView) { sender.tell(view, at: now) }
    mutating func note(room: Double) { sender.note(room: room, at: now) }
    mutating func forget(_ number: Int) { sender.forget(number) }
    /// Milliseconds that the last packet waits in the line.
    var backlog: Int { max(lineFreeAt - now, 0) }
    /// As a station does that starts anew.
    mutating func forgetAll() { receiver = LinkReceiver() }
    mutating func tell(chip: ChipRecord, of track: Int) { sender.tell(chip, of: track, isWished: true) }
    mutating func tell(_ kind: ObjectRecord.Kind, _ bytes: [UInt8], isWished: Bool) throws -> Bool {
        try sender.tell(kind, bytes, isWished: isWished, at: now)
    }
    mutating func takeAcknowledged() -> Set<SentItem> { sender.takeAcknowledged() }

    /// Goes 20 ms on; what the receiver learnt.
    mutating func step() throws -> [Report] {
        now += 20
        while let packet = try sender.packet(at: now) {
            let bytes = packet.count + sender.profile.carrierBytes
            sentBytes.append((bytes, now))
            // The line takes one after the other.
            lineFreeAt = max(lineFreeAt, now) + Int(Double(bytes) / weather.bytesPerSecond * 1000)
            up += crossing(packet, at: lineFreeAt)
        }
        var reports: [Report] = []
        for packet in Self.arrived(&up, at: now) {
            guard let opened = try? upOpener.open(packet, carrier: Self.id, at: start + now) else {
                refused += 1
                continue
            }
            let learnt = try receiver.take(opened)
            reports += learnt.reports
            guard learnt.isWhole else { continue }
            receipts.note(opened.number, isUrgent: learnt.reports.contains(where: Self.isUrgent), at: now)
        }
        if sender.profile.hasWayBack { try answer(reports) }
        for packet in Self.arrived(&down, at: now) {
            guard let opened = try? downOpener.open(packet, at: now) else { continue }
            sender.take(Payload(bytes: opened.text).records, at: now)
        }
        return reports
    }

    /// Receipts, and requests for tracks whose place is not known, each once in 10 s at most.
    private mutating func answer(_ reports: [Report]) throws {
        var records: [Record] = []
        if let receipt = receipts.receipt(at: now) { records.append(.receipt(receipt)) }
        for report in reports {
            let wish: RequestRecord
            switch report {
            case .unknown(let number): wish = .track(number: number)
            case .wish(let wanted): wish = wanted
            case .object(let object, _, _): wish = .enough(object: object.number)
            default: continue
            }
            guard asked[wish].map({ now - $0 > 10_000 }) ?? true else { continue }
            asked[wish] = now
            records.append(.request(wish))
        }
        if !records.isEmpty { try answer(records) }
    }

    mutating func answer(_ records: [Record]) throws {
        guard let packet = try downSealer.packet(Payload(records), .full, context: 0, at: now) else { return }
        down += crossing(packet.bytes, at: now)
    }

    private static func isUrgent(_ report: Report) -> Bool {
        switch report {
        case .update, .pose, .unknown, .wish, .object, .other, .unreadable: false
        case .track, .gone, .event, .part, .context, .clock, .chip: true
        }
    }

    /// When a packet arrives that is sent now: never, once or twice.
    private mutating func crossing(_ packet: [UInt8], at time: Int) -> [(packet: [UInt8], at: Int)] {
        let copies = Double.random(in: 0..<1, using: &random) < weather.doubled ? 2 : 1
        var arrivals: [(packet: [UInt8], at: Int)] = []
        for _ in 0..<copies {
            let isLost = Double.random(in: 0..<1, using: &random) < weather.loss || weather.outage.contains(time)
            if !isLost { arrivals.append((packet, time + Int.random(in: weather.latency, using: &random))) }
        }
        return arrivals
    }

    private static func arrived(_ way: inout [(packet: [UInt8], at: Int)], at now: Int) -> [[UInt8]] {
        let here = way.filter { $0.at <= now }.sorted { $0.at < $1.at }
        way.removeAll { $0.at <= now }
        return here.map(\.packet)
    }
}
