// A station at work.
import Database
import Link
import Station
import Tensors

/// Takes packets from all ports, keeps and tells what they say, and answers.
struct StationRun {
    private let places: [String]
    /// As others reach them.
    private let openPlaces: [String]
    private let ports: [any PacketPort]
    private let receiver: StationReceiver
    private var pairings: PairingFolder
    private var lookedAt = 0
    private let clock = LinkClock()
    private let store: String
    private let status = StationStatus()
    private let isJSON: Bool
    private let pictures: StationPictures?
    private var requests: StationRequests?
    /// Why nothing is kept, and why ports do not work: told once.
    private var trouble: String?
    private var isFull = false
    private var portTroubles: [String?]
    private var pictureTrouble: String?
    private var terrainTrouble: String?
    private var hasLostLines = false

    private static let commitEvery = 100
    private static let batch = 64
    /// Milliseconds after which it is asked what became of the pairings.
    private static let pairingsEvery = 1000

    /// - Throws: what is wrong with the arguments, or cannot be opened.
    init(_ arguments: ParsedArguments) throws {
        places = arguments.all("--listen")
        guard !places.isEmpty else { throw UsageError("'station' needs --listen PLACE: \(PortPlace.forms)") }
        guard let store = arguments.last("--store") else { throw UsageError("'station' needs --store PLACE") }
        self.store = store
        let files = arguments.all("--pairing")
        guard !files.isEmpty else { throw UsageError("'station' needs --pairing FILE: packets are encrypted") }
        pairings = try PairingFolder(files)
        for trouble in pairings.refresh() { Output.error("arete: \(trouble)") }
        pictures = try arguments.last("--pictures").map { try StationPictures(folder: $0) }
        requests = arguments.has("--asks") ? StationRequests() : nil
        isJSON = arguments.has("--json")
        ports = try places.map { try Self.place($0).open(listens: true) }
        // With port 0, another one was given.
        openPlaces = zip(ports, places).map { ($0 as? UDPSocket).map { "udp:\($0.address)" } ?? $1 }
        portTroubles = [String?](repeating: nil, count: ports.count)
        receiver = try StationReceiver(store: store, pairings.pairings, at: clock.now)
    }

    private static func place(_ text: String) throws -> PortPlace {
        do throws(TransportError) { return try PortPlace(text) } catch { throw UsageError("--listen: \(error)") }
    }

    /// Opens the page.
    func serve(_ arguments: ParsedArguments) throws -> StationServing {
        try StationServing(arguments, store: store, status)
    }

    /// Opens ways to others; `nil` where there are none.
    func forward(_ arguments: ParsedArguments) throws -> StationForwarding? {
        try arguments.last("--sinks").map { try StationForwarding(sinks: $0, store: store, status) }
    }

    func tellPlaces() {
        // With port 0, another one was given.
        let addresses = zip(ports, places).map { ($0 as? UDPSocket)?.address ?? $1 }.joined(separator: ", ")
        let names = pairings.pairings.map { $0.isRevoked ? "\($0.name) (revoked)" : $0.name }
        let senders = names.isEmpty ? "nobody yet" : names.joined(separator: ", ")
        Output.error("arete: listens at \(addresses) for \(senders)")
    }

    func tellCounts() { Output.error("arete: \(receiver.counts.text)") }

    /// What came within a tenth of a second at most.
    mutating func turn() throws {
        do {
            try takePairings()
            try takePackets()
            let hasNews = receiver.waiting > 0
            try tellLearnt()
            // Where nothing came, nothing had to be written.
            if hasNews { tellWorks() }
        } catch let error as DatabaseError {
            // What came counts for nothing, and its senders say it again.
            tell("\(error)", before: &trouble)
            if case .full = error { isFull = true } else { isFull = false }
        }
        for (index, port) in ports.enumerated() { tell(port.trouble, before: &portTroubles[index]) }
        status.tell(
            zip(openPlaces, portTroubles).map { StationStatus.Port(place: $0, trouble: $1) })
        status.tell(receiver.counts, trouble: trouble, traffic: receiver.traffic(at: clock.now))
        tellTerrain()
    }

    /// That what comes is kept again.
    private mutating func tellWorks() {
        if trouble != nil { Output.error("arete: the store works again") }
        trouble = nil
    }

    /// That it began: where it is changes each second, as long as a camera flies over such ground.
    private mutating func tellTerrain() {
        let now = status.terrainTrouble
        if let now, terrainTrouble == nil { Output.error("arete: terrain: \(now)") }
        terrainTrouble = now
    }

    /// Tells of trouble when it is other than before.
    private func tell(_ now: String?, before: inout String?) {
        if let now, now != before { Output.error("arete: \(now)") }
        before = now
    }

    private mutating func takePairings() throws {
        guard clock.now - lookedAt >= Self.pairingsEvery else { return }
        lookedAt = clock.now
        for trouble in pairings.refresh() { Output.error("arete: \(trouble)") }
        for change in try receiver.pair(pairings.pairings, at: clock.now) { Output.error("arete: \(change.text)") }
        try receiver.takeAsked(at: clock.now)
        // Without news, too, people want to know when they can rely on it. On a full disk there may be room for so little,
        // and none for what is waiting: its senders say that again soon.
        guard trouble != nil, !isFull else { return }
        try receiver.tryStore()
        tellWorks()
    }

    private mutating func takePackets() throws {
        let end = clock.now + Self.commitEvery
        while receiver.waiting < Self.batch, clock.now < end {
            let pause = ports.map { $0.turn(at: clock.now) }.min() ?? .max
            if try receive() { continue }
            for fault in requests?.take(receiver, at: clock.now) ?? [] { Output.error("arete: \(fault)") }
            let left = min(end - clock.now, receiver.pause(at: clock.now) ?? Self.commitEvery)
            guard left > 0 else { break }
            let descriptors = ports.map(\.descriptor) + [requests?.descriptor ?? -1]
            Readiness.wait(for: descriptors, milliseconds: min(left, pause))
        }
    }

    /// Takes one packet from each port, so that none waits for another. Returns whether there was any.
    private func receive() throws -> Bool {
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

    /// Lines that find no room or no reader are lost, and that is told once: the store has what they tell.
    private mutating func print(_ line: String) {
        do { try Output.print(line) } catch {
            if !hasLostLines { Output.error("arete: \(error)") }
            hasLostLines = true
        }
    }

    private mutating func tellLearnt() throws {
        for learnt in try receiver.commit(at: clock.now) where learnt.isWorthTelling {
            print(isJSON ? learnt.json.text : learnt.text)
            guard let pictures, let (name, file) = learnt.picture else { continue }
            do throws(AtomicFileError) {
                try pictures.write(file, as: name, of: learnt.sender)
                pictureTrouble = nil
            } catch {
                tell("\(error)", before: &pictureTrouble)
            }
        }
        for answer in try receiver.answers(at: clock.now) {
            ports[answer.peer.port].send(answer.packet, to: answer.peer)
        }
    }
}
