// arete station: the other end of links.
import Database
import JSON
import Link
import Station

enum StationCommand: Command {
    static let form = CommandForm(
        name: "station", summary: "Receives what senders of paired links tell, and keeps it",
        positionals: "", positionalCount: 0...0,
        options: [
            .init(
                name: "--listen", value: "PLACE...",
                help: "where packets come in (127.0.0.1: from this machine alone): \(PortPlace.forms)",
                takesMany: true),
            .init(name: "--pairing", value: "FILE...", help: "of each sender ('arete link pair')", takesMany: true),
            .init(name: "--store", value: "FILE", help: "where all is kept"),
            .init(name: "--no-page", value: nil, help: "serve no page: print alone"),
            .init(name: "--json", value: nil, help: "one JSON document a line"),
        ])

    private static let commitEvery = 100
    private static let batch = 64

    static func run(_ arguments: ParsedArguments) throws {
        let places = arguments.all("--listen")
        guard !places.isEmpty else { throw UsageError("'station' needs --listen PLACE: \(PortPlace.forms)") }
        guard let path = arguments.last("--store") else { throw UsageError("'station' needs --store FILE") }
        guard arguments.has("--no-page") else { throw UsageError("this version serves no page: say --no-page") }
        let files = arguments.all("--pairing")
        guard !files.isEmpty else { throw UsageError("'station' needs --pairing FILE: packets are encrypted") }
        let pairings = try files.map { try Pairing(path: $0) }
        let ports = try places.map { try PortPlace($0).open(listens: true) }
        let clock = LinkClock()
        let receiver = try StationReceiver(store: path, pairings, at: clock.now)
        Interruption.watch()
        // With port 0, another one was given.
        let addresses = zip(ports, places).map { ($0 as? UDPSocket)?.address ?? $1 }.joined(separator: ", ")
        Output.error("arete: listens at \(addresses) for \(pairings.map(\.name).joined(separator: ", "))")
        let isJSON = arguments.has("--json")
        var trouble: String?
        var troubles = [String?](repeating: nil, count: ports.count)
        while !Interruption.isWanted {
            do {
                try turn(ports, receiver, clock, isJSON)
                trouble = nil
            } catch let error as DatabaseError {
                // What came counts for nothing, and its senders say it again.
                if trouble != "\(error)" { Output.error("arete: \(error)") }
                trouble = "\(error)"
            }
            for (index, port) in ports.enumerated() where port.trouble != troubles[index] {
                troubles[index] = port.trouble
                if let trouble = port.trouble { Output.error("arete: \(trouble)") }
            }
        }
        Output.error("arete: \(receiver.counts.text)")
    }

    private static func turn(
        _ ports: [any PacketPort], _ receiver: StationReceiver, _ clock: LinkClock, _ isJSON: Bool
    ) throws {
        let end = clock.now + commitEvery
        while receiver.waiting < batch, clock.now < end {
            let pause = ports.map { $0.turn(at: clock.now) }.min() ?? .max
            if try receive(ports, receiver, clock) { continue }
            let left = min(end - clock.now, receiver.pause(at: clock.now) ?? commitEvery)
            guard left > 0 else { break }
            Readiness.wait(for: ports.map(\.descriptor), milliseconds: min(left, pause))
        }
        for learnt in try receiver.commit(at: clock.now) where learnt.isWorthTelling {
            try Output.print(isJSON ? learnt.json.text : learnt.text)
        }
        for answer in try receiver.answers(at: clock.now) {
            ports[answer.peer.port].send(answer.packet, to: answer.peer)
        }
    }

    /// Takes one packet from each port, so that none waits for another. Returns whether there was any.
    private static func receive(
        _ ports: [any PacketPort], _ receiver: StationReceiver, _ clock: LinkClock
    ) throws -> Bool {
        var hasReceived = false
        for (index, port) in ports.enumerated() {
            guard let (packet, sender) = port.receive() else { continue }
            var peer = sender
            peer.port = index
            hasReceived = true
            try receiver.take(packet, from: peer, at: clock.now)
        }
        return hasReceived
    }
}
