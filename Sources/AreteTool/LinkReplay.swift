// arete link replay: results that a pipeline wrote, sent as if they came now.
import Glibc
import JSON
import Link
import Tensors

/// Sends a file of results at the pace at which they were recorded.
struct LinkReplay {
    private let publisher: LinkPublisher
    private let isJSON: Bool
    private var rules: [String: Int] = [:]
    private var sources: [String: Int] = [:]
    private var sentBytes = 0
    private var isFailing = false

    private static let patience = 20

    init(_ arguments: ParsedArguments) throws {
        guard let pairing = arguments.last("--pairing") else { throw UsageError("'link replay' needs --pairing FILE") }
        guard let place = arguments.last("--to") else { throw UsageError("'link replay' needs --to udp:HOST:PORT") }
        guard let spool = arguments.last("--spool") else {
            throw UsageError("'link replay' needs --spool FILE: what was not acknowledged is kept there")
        }
        let profile = LinkProfile(
            name: place, packetBytes: try arguments.integer("--packet", in: 11...1200) ?? 233,
            carrierBytes: try arguments.integer("--carrier", in: 0...200) ?? 28,
            bytesPerSecond: try arguments.number("--rate", in: 1...1e8) ?? 1000)
        if let refusal = profile.refusal { throw UsageError(refusal) }
        let area = try arguments.last("--area").map { try Self.area($0) }
        publisher = try LinkPublisher(
            profile, try Pairing(path: pairing), spool: spool, to: try TransportPlace(place),
            context: ContextRecord(number: 0, camera: 0, area: area, classes: 0, model: 0, newestTrack: 0))
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
        let file = try MappedFile(path: path)
        let lines = String(decoding: file.bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        Interruption.watch()
        let start = Clock.wall
        var first: Double?
        for (index, line) in lines.enumerated() where !line.isEmpty {
            let result = try RecordedResult(String(line), source: "\(path), line \(index + 1)")
            if let time = result.time {
                let due = start + time - (first ?? time)
                first = first ?? time
                while Clock.wall < due, !Interruption.isWanted { try step() }
            }
            if Interruption.isWanted { break }
            try publish(result)
            try step()
        }
        let end = Clock.wall + patience
        repeat { try step() } while publisher.waiting > 0 && Clock.wall < end && !Interruption.isWanted
        tell(publisher.finish())
        let summary = JSONValue(
            .object([
                JSONMember("sent_bytes", JSONValue(sentBytes)), JSONMember("waiting", JSONValue(publisher.waiting)),
                JSONMember("loss", JSONValue(publisher.loss)),
            ]))
        try Output.print(
            isJSON ? summary.text : "\(sentBytes) bytes sent, \(publisher.waiting) things not acknowledged")
    }

    private mutating func publish(_ result: RecordedResult) throws {
        let camera = sources[result.source] ?? sources.count
        sources[result.source] = camera
        for var track in result.tracks ?? [] {
            track.camera = camera
            try publisher.see(track)
        }
        if let (name, track) = result.rule {
            let rule = rules[name] ?? rules.count
            rules[name] = rule
            try publisher.alert(rule, camera: camera, id: track)
        }
        if let left = result.left { try publisher.lose(camera: camera, id: left) }
        if let (number, isGood) = result.part {
            try publisher.tell(.part(number: number, isGood: isGood, wasInspected: true, reason: nil))
        }
    }

    private mutating func step() throws { tell(try publisher.step(within: Self.patience)) }

    /// Alerts are told when they are on the disk, and when the station has them.
    private mutating func tell(_ progress: LinkPublisher.Progress) {
        sentBytes += progress.sentBytes
        if let failure = progress.failure, !isFailing { Output.error("arete: \(failure)") }
        isFailing = progress.failure != nil
        guard isJSON else { return }
        for number in progress.kept { try? Output.print(#"{"kept": \#(number)}"#) }
        for case .alert(let number) in progress.acknowledged.sorted(by: { "\($0)" < "\($1)" }) {
            try? Output.print(#"{"acknowledged": \#(number)}"#)
        }
    }
}
