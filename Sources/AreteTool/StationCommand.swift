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
                name: "--listen", value: "udp:HOST:PORT",
                help: "where packets come in (127.0.0.1: from this machine alone)"),
            .init(name: "--pairing", value: "FILE...", help: "of each sender ('arete link pair')", takesMany: true),
            .init(name: "--store", value: "FILE", help: "where all is kept"),
            .init(name: "--no-page", value: nil, help: "serve no page: print alone"),
            .init(name: "--json", value: nil, help: "one JSON document a line"),
        ])

    private static let commitEvery = 100
    private static let batch = 64

    static func run(_ arguments: ParsedArguments) throws {
        guard let listen = arguments.last("--listen") else {
            throw UsageError("'station' needs --listen udp:HOST:PORT")
        }
        guard let path = arguments.last("--store") else { throw UsageError("'station' needs --store FILE") }
        guard arguments.has("--no-page") else { throw UsageError("this version serves no page: say --no-page") }
        let files = arguments.all("--pairing")
        guard !files.isEmpty else { throw UsageError("'station' needs --pairing FILE: packets are encrypted") }
        let pairings = try files.map { try Pairing(path: $0) }
        let socket = try UDPSocket(try TransportPlace(listen), listens: true)
        let clock = LinkClock()
        let receiver = try StationReceiver(store: path, pairings, at: clock.now)
        Interruption.watch()
        Output.error("arete: listens at \(socket.address) for \(pairings.map(\.name).joined(separator: ", "))")
        let isJSON = arguments.has("--json")
        var trouble: String?
        while !Interruption.isWanted {
            do {
                try turn(socket, receiver, clock, isJSON)
                trouble = nil
            } catch let error as DatabaseError {
                // What came counts for nothing, and its senders say it again.
                if trouble != "\(error)" { Output.error("arete: \(error)") }
                trouble = "\(error)"
            }
        }
        Output.error("arete: \(receiver.counts.text)")
    }

    private static func turn(
        _ socket: UDPSocket, _ receiver: StationReceiver, _ clock: LinkClock, _ isJSON: Bool
    ) throws {
        let end = clock.now + commitEvery
        while receiver.waiting < batch, clock.now < end {
            if let (packet, peer) = socket.receive() {
                try receiver.take(packet, from: peer, at: clock.now)
                continue
            }
            let left = min(end - clock.now, receiver.pause(at: clock.now) ?? commitEvery)
            guard left > 0 else { break }
            Readiness.wait(for: [socket.descriptor], milliseconds: left)
        }
        for learnt in try receiver.commit(at: clock.now) where learnt.isWorthTelling {
            try Output.print(isJSON ? learnt.json.text : learnt.text)
        }
        for answer in try receiver.answers(at: clock.now) { socket.send(answer.packet, to: answer.peer) }
    }
}
