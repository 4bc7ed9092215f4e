// arete link replay: results that a pipeline wrote, sent as if they came now.
import JSON
import Link
import Publishing

/// Sends a file of results at the pace at which they were recorded.
struct LinkReplay {
    private let store: TrackStore
    private let reader: StoreReader
    private let outlet: LinkOutlet
    private let isJSON: Bool
    private var trouble: String?
    private var numbersTrouble: String?

    /// Milliseconds after which it is asked whether somebody wants it to end.
    private static let patience = 20

    init(_ arguments: ParsedArguments) throws {
        guard let pairing = arguments.last("--pairing") else { throw UsageError("'link replay' needs --pairing FILE") }
        guard let place = arguments.last("--to") else { throw UsageError("'link replay' needs --to PLACE") }
        guard let spool = arguments.last("--spool") else {
            throw UsageError("'link replay' needs --spool FILE: what was not acknowledged is kept there")
        }
        let portPlace = try PortPlace(place)
        let carrier = portPlace.carrier
        let packet = try arguments.integer("--packet", in: 11...carrier.mostPacketBytes) ?? carrier.usualPacketBytes
        let profile = LinkProfile(
            name: place, packetBytes: packet,
            carrierBytes: try arguments.integer("--carrier", in: 0...200) ?? portPlace.headerBytes(of: packet),
            bytesPerSecond: try arguments.number("--rate", in: 1...1e8) ?? 1000)
        if let refusal = profile.refusal { throw UsageError(refusal) }
        let area = try arguments.last("--area").map { try Self.area($0) }
        store = try TrackStore(path: spool + ".numbers")
        reader = StoreReader(store)
        let port = try portPlace.open(listens: false)
        outlet = try LinkOutlet(
            LinkOutlet.Options(profile: profile, spool: spool, area: area, tellsEach: true), pairing: pairing,
            over: port,
            of: store)
        isJSON = arguments.has("--json")
    }

    private static func area(_ text: String) throws -> Area {
        let parts = text.split(separator: ",").map { Double($0) }
        guard (2...3).contains(parts.count), let latitude = parts[0], let longitude = parts[1],
            let base = parts.count == 3 ? parts[2] : 0, abs(base) < 10_000,
            let area = Area(origin: EarthPlace(latitude: latitude, longitude: longitude), base: Int(base))
        else { throw UsageError("--area takes LATITUDE,LONGITUDE or LATITUDE,LONGITUDE,METRES, not '\(text)'") }
        return area
    }

    /// Sends all lines of a file, then what is left until the station has it, for `patience` seconds.
    mutating func run(_ path: String, patience: Double) throws {
        try RecordedRun(path).play(into: store) { step(within: $0) }
        let end = Clock.wall + patience
        repeat {
            step(within: end - Clock.wall)
        } while outlet.figures.waiting > 0 && Clock.wall < end && !Interruption.isWanted
        outlet.finish()
        tell()
        let figures = outlet.figures
        let summary = JSONValue(
            .object([
                JSONMember("sent_bytes", JSONValue(figures.sentBytes)),
                JSONMember("waiting", JSONValue(figures.waiting)), JSONMember("dropped", JSONValue(figures.dropped)),
                JSONMember("loss", JSONValue(figures.loss)),
            ]))
        try Output.print(
            isJSON ? summary.text : "\(figures.sentBytes) bytes sent, \(figures.waiting) things not acknowledged")
    }

    /// Until something has happened, `seconds` at most.
    private mutating func step(within seconds: Double) {
        let changes = reader.take()
        numbersTrouble = changes.failure.map { "\($0)" }
        outlet.take(changes)
        let pause = outlet.turn()
        tell()
        Readiness.wait(
            for: outlet.descriptors, milliseconds: min(pause, Self.patience, max(Int(seconds * 1000), 0)))
    }

    /// Alerts are told when they are on the disk, and when the station has them.
    private mutating func tell() {
        let now = outlet.figures.trouble ?? numbersTrouble
        if let now, now != trouble { Output.error("arete: \(now)") }
        trouble = now
        guard isJSON else { return }
        for number in outlet.takeKept() { try? Output.print(#"{"kept": \#(number)}"#) }
        for case .alert(let number) in outlet.takeAcknowledged().sorted(by: { "\($0)" < "\($1)" }) {
            try? Output.print(#"{"acknowledged": \#(number)}"#)
        }
    }
}
