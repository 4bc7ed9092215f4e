// arete link: packets taken apart, and what its other tasks are.
import JSON
import Link

enum LinkCommand: Command {
    static let form = CommandForm(
        name: "link", summary: "Makes keys of links, takes packets apart, sends recorded results",
        positionals: "pair NAME|FILE | inspect PACKET... | replay RESULTS.jsonl", positionalCount: 2...Int.max,
        options: [
            .init(
                name: "-o", value: "FILE",
                help: "pair: the secret goes there, readable for you alone; with --show the code's picture"),
            .init(
                name: "--show", value: nil, help: "pair: the secret in FILE as a QR code for the other side's camera"),
            .init(name: "--from", value: nil, help: "pair: FILE is a picture of such a code, which -o takes in"),
            .init(name: "--rotate", value: nil, help: "pair: FILE gets another secret"),
            .init(name: "--revoke", value: nil, help: "pair: a station that has FILE refuses its packets from now on"),
            .init(name: "--pairing", value: "FILE", help: "inspect: whose packets they are"),
            .init(name: "--down", value: nil, help: "inspect: packets from the station to its sender"),
            .init(
                name: "--epoch", value: "N", help: "inspect: of small packets, which do not tell it (default: 1 to 8)"),
            .init(name: "--counter", value: "N", help: "inspect: near the counter of small packets (default 0)"),
            .init(name: "--to", value: "PLACE", help: "replay: the station, or the radio at \(PortPlace.forms)"),
            .init(
                name: "--sinks", value: "FILE",
                help: "replay: in place of --to, the sinks of a JSON file: {\"spool\": DIR, \"sinks\": [...]}"),
            .init(name: "--spool", value: "FILE", help: "replay: keeps what the station has not yet"),
            .init(name: "--rate", value: "N", help: "replay: bytes a second, with the carrier's (default 1000)"),
            .init(
                name: "--packet", value: "N",
                help: "replay: bytes that a packet holds (default: 233, 128 for mavlink, 340 for iridium)"),
            .init(
                name: "--carrier", value: "N",
                help: "replay: bytes that the carrier adds to each (default: its usual ones, 28 for udp)"),
            .init(
                name: "--area", value: "LAT,LON[,M]",
                help: "replay: where positions are told around, and the lowest height"),
            .init(
                name: "--patience", value: "S",
                help: "replay: seconds to wait at the end for what is not acknowledged (default 60)"),
            .init(name: "--json", value: nil, help: "inspect, replay: JSON documents"),
        ])

    static func run(_ arguments: ParsedArguments) throws {
        switch arguments.positionals[0] {
        case "pair": try pair(arguments)
        case "inspect": try inspect(arguments)
        case "replay":
            guard arguments.positionals.count == 2 else { throw UsageError("'link replay' takes one RESULTS.jsonl") }
            let patience = try arguments.number("--patience", in: 0...1e9) ?? 60
            if let sinks = arguments.last("--sinks") {
                return try SinkReplay.run(
                    arguments.positionals[1], sinks: sinks, patience: patience, isJSON: arguments.has("--json"))
            }
            var replay = try LinkReplay(arguments)
            try replay.run(arguments.positionals[1], patience: patience)
        default:
            throw UsageError(
                "'link' can pair, inspect and replay, not '\(arguments.positionals[0])'; see 'arete link --help'")
        }
    }

    private static func inspect(_ arguments: ParsedArguments) throws {
        guard let path = arguments.last("--pairing") else {
            throw UsageError("'link inspect' needs --pairing FILE: packets are encrypted")
        }
        let pairing = try Pairing(path: path, mayBeRevoked: true)
        let epoch = try arguments.integer("--epoch", in: 0...Int(UInt32.max))
        // Without more to go by, the first day of the first epochs.
        let counter = try arguments.integer("--counter", in: 0...Int(PacketNumber.mostCounter))
        let age = counter.map { $0 * PacketNumber.millisecondsPerStep } ?? (epoch == nil ? 86_400_000 : 0)
        let keys = try pairing.keys(arguments.has("--down") ? .down : .up)
        for text in arguments.positionals.dropFirst() {
            guard let bytes = [UInt8](hexadecimal: text) else {
                throw UsageError("'\(text)' is no packet in hexadecimal digits")
            }
            // Each alone: what came before it is not known here.
            var opener = PacketOpener()
            let near = epoch.map { PacketNumber(epoch: UInt32($0), counter: 0) }
            opener.add(pairing.sender, keys: keys, mayBeBare: true, last: near, cameAt: -age)
            let packet: OpenedPacket
            do throws(PacketFailure) { packet = try opener.open(bytes, carrier: pairing.sender, at: 0) } catch {
                throw NotOpened(packet: text, failure: error)
            }
            let document = json(packet)
            try Output.print(arguments.has("--json") ? document.text : document.indentedText)
        }
    }

    private static func json(_ packet: OpenedPacket) -> JSONValue {
        let payload = Payload(bytes: packet.text)
        var members = [
            JSONMember("form", JSONValue("\(packet.form)")), JSONMember("context", JSONValue(packet.context)),
            JSONMember("epoch", JSONValue(Int(packet.number.epoch))),
            JSONMember("counter", JSONValue(Int(packet.number.counter))),
            JSONMember("records", JSONValue(payload.records.map(\.json))),
        ]
        if let fault = payload.fault { members.append(JSONMember("fault", JSONValue("\(fault)"))) }
        return JSONValue(.object(members))
    }
}

private struct NotOpened: Error, CustomStringConvertible {
    let packet: String
    let failure: PacketFailure

    var description: String {
        let shown = packet.count > 16 ? packet.prefix(16) + "..." : Substring(packet)
        return switch failure {
        case .machine(let error): "\(error)"
        case .refused(.malformed): "packet \(shown): is none of the link format, version 1"
        case .refused(.forged): "packet \(shown): another sender's, or damaged, or far from --epoch and --counter"
        case .refused(let refusal): "packet \(shown): \(refusal.rawValue)"
        }
    }
}
