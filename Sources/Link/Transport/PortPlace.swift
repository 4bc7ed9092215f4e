// Where packets of a link go, as people write it.
import Credentials
import MAVLink
import Serial

/// What carries packets, and where it is: `udp:HOST:PORT`, or a device with a rate that may be left out, as
/// `serial:/dev/ttyUSB0:57600`, `meshtastic:/dev/ttyUSB0`, `iridium:/dev/ttyUSB0` and `mavlink:/dev/ttyS1:57600`.
/// `mavlink:` may go by `udp:HOST:PORT` too, and may end in `,system=N`, `,component=N` and `,key=FILE`. `mqtts:HOST/TOPIC` and `mqtt:HOST/TOPIC` are brokers.
public struct PortPlace: Hashable, Sendable, CustomStringConvertible {
    public enum Carrier: String, CaseIterable, Sendable { case udp, serial, meshtastic, iridium, mavlink, mqtts, mqtt }

    enum Way: Hashable, Sendable {
        case network(TransportPlace)
        case line(path: String, rate: Int)
        case broker(BrokerPlace)
    }

    public let carrier: Carrier
    private(set) var way: Way
    /// Who speaks, where MAVLink carries it; `nil`: the usual one.
    let system: UInt8?
    let component: UInt8?
    /// The file of the key under which all messages are signed; `nil`: none are.
    private var keyFile: String?

    /// All forms, for people.
    public static let forms =
        "udp:HOST:PORT, serial:DEVICE:RATE, meshtastic:DEVICE, iridium:DEVICE, mavlink:DEVICE:RATE, mqtts:HOST/TOPIC"

    /// - Throws: `TransportError.place` for what is none.
    public init(_ text: String, carriers: [Carrier] = Carrier.allCases) throws(TransportError) {
        let colon = text.firstIndex(of: ":") ?? text.endIndex
        guard let carrier = Carrier(rawValue: String(text[..<colon])), carriers.contains(carrier) else {
            let known = carriers.map { $0.rawValue + ":" }.sorted().joined(separator: ", ")
            throw .place(text, "begins with no transport that is known: \(known)")
        }
        self.carrier = carrier
        if [.mqtt, .mqtts].contains(carrier) {
            (system, component, way) = (nil, nil, .broker(try BrokerPlace(text)))
            return
        }
        let comma = text.firstIndex(of: ",") ?? text.endIndex
        let options = try PlaceOptions(text[comma...], carrier == .mavlink ? Self.signed : Self.bare, of: text)
        (system, component) = (try options.number("system"), try options.number("component"))
        keyFile = options["key"]
        let place = text[..<comma]
        let rest = place.dropFirst(carrier.rawValue.count + 1)
        if carrier == .udp {
            way = .network(try TransportPlace(String(place)))
        } else if carrier == .mavlink, rest.hasPrefix("udp:") {
            way = .network(try TransportPlace(String(rest)))
        } else {
            way = try Self.line(rest, carrier, of: text)
        }
    }

    private static let bare = PlaceOptions.Form(
        names: [], text: "mavlink: alone takes ,system=N and ,component=N, 1 to 255, and ,key=FILE")
    private static let signed = PlaceOptions.Form(
        names: ["system", "component", "key"],
        text: "mavlink: takes ,system=N and ,component=N, 1 to 255, and ,key=FILE")

    private static func line(_ rest: Substring, _ carrier: Carrier, of text: String) throws(TransportError) -> Way {
        let form = "\(carrier.rawValue):/dev/ttyUSB0:\(carrier.usualRate)"
        guard rest.hasPrefix("/") else { throw .place(text, "names no device: \(form)") }
        // Names of devices by their place have colons in them.
        guard let colon = rest.lastIndex(of: ":"), let rate = Int(rest[rest.index(after: colon)...]) else {
            return .line(path: String(rest), rate: carrier.usualRate)
        }
        guard SerialPort.rates.contains(rate) else { throw .place(text, "ends in no rate that a port has: \(form)") }
        return .line(path: String(rest[..<colon]), rate: rate)
    }

    public var description: String {
        let place =
            switch way {
            case .network(let network): carrier == .udp ? "\(network)" : "\(carrier.rawValue):\(network)"
            case .line(let path, let rate): "\(carrier.rawValue):\(path):\(rate)"
            case .broker(let broker): "\(broker)"
            }
        let who = (system.map { ",system=\($0)" } ?? "") + (component.map { ",component=\($0)" } ?? "")
        return place + who + (keyFile.map { ",key=\($0)" } ?? "")
    }

    /// The device or the place in a network, whoever speaks there.
    public var line: String {
        switch way {
        case .network(let network): "\(network)"
        case .line(let path, _): path
        case .broker(let broker): "\(broker)"
        }
    }

    /// Whether one opening of a line serves both.
    public func shares(_ other: PortPlace) -> Bool {
        carrier == other.carrier && way == other.way && keyFile == other.keyFile
    }

    /// Whether both cannot be open at once.
    public func excludes(_ other: PortPlace) -> Bool {
        guard line == other.line, !carrier.isOpenOften || !other.carrier.isOpenOften else { return false }
        return carrier != .mavlink || !shares(other)
    }

    /// Names of files as `path` makes them.
    public mutating func resolve(_ path: (String) -> String) {
        keyFile = keyFile.map(path)
        guard case .broker(var broker) = way else { return }
        broker.resolve(path)
        way = .broker(broker)
    }

    /// Looks at all files that it names.
    ///
    /// - Throws: `TransportError`, one line that says what is wrong.
    public func check() throws(TransportError) {
        _ = try signingKey()
        if case .broker(let broker) = way { _ = try broker.configuration(client: "check") }
    }

    /// What is in its key's file: 64 hexadecimal digits in one line, readable for its owner alone; `nil` where messages are not signed.
    ///
    /// - Throws: `TransportError`, one line that says what is wrong.
    public func signingKey() throws(TransportError) -> SigningKey? {
        guard let keyFile else { return nil }
        let secret: Secret
        do throws(CredentialError) { secret = try Secret(path: keyFile) } catch { throw .key("\(error)") }
        guard let key = [UInt8](hexadecimal: secret.text).flatMap({ SigningKey($0) }) else {
            throw .key("\(keyFile): a key is 64 hexadecimal digits in one line: openssl rand -hex 32")
        }
        return key
    }

    /// Who speaks at a MAVLink place.
    ///
    /// - Parameter usual: of what the place does not name.
    public func sender(_ usual: MAVLinkFrame.Sender) -> MAVLinkFrame.Sender {
        MAVLinkFrame.Sender(system: system ?? usual.system, component: component ?? usual.component)
    }

    /// Bytes that its carrier adds to a packet of so many.
    public func headerBytes(of packetBytes: Int) -> Int {
        carrier.headerBytes(of: packetBytes) + (keyFile == nil ? 0 : Self.signatureBytes)
    }

    private static let signatureBytes = 13

    /// Opens what is there.
    ///
    /// - Parameters:
    ///   - listens: as a station, to which others send.
    ///   - mayBeAway: a line that cannot be opened now is tried again, and its port says why.
    /// - Throws: `TransportError`, one line that says what is wrong.
    public func open(listens: Bool, mayBeAway: Bool = false) throws(TransportError) -> any PacketPort {
        if carrier == .mavlink {
            let line = try MAVLinkLine(self, listens: listens, mayBeAway: mayBeAway)
            return MAVLinkPort(self, over: line, isStation: listens)
        }
        switch way {
        case .network(let network):
            return try network.open(listens: listens, mayBeAway: mayBeAway)
        case .line(let path, let rate):
            var wire = SerialWire(path: path, rate: rate)
            if !mayBeAway { try wire.open(at: 0) }
            switch carrier {
            case .meshtastic: return MeshtasticPort(wire)
            case .iridium: return SBDPort(wire)
            case .serial, .udp, .mavlink, .mqtt, .mqtts: return COBSPort(wire)
            }
        case .broker(let broker): return try MQTTPort(broker, isStation: listens)
        }
    }
}

extension PortPlace.Carrier {
    /// Several may speak there at once, each for itself.
    fileprivate var isOpenOften: Bool { [.udp, .mqtt, .mqtts].contains(self) }

    /// Bytes of the longest packet.
    public var mostPacketBytes: Int {
        switch self {
        case .udp, .mqtt, .mqtts: 1200
        case .serial: COBS.mostBytes
        case .meshtastic: MeshtasticPacket.mostBytes
        case .iridium: SBDModem.mostSentBytes
        case .mavlink: Tunnel.mostBytes
        }
    }

    /// Bytes of the longest packet where nobody says how long it may be. A satellite's cost the same, short or long.
    public var usualPacketBytes: Int { self == .iridium ? mostPacketBytes : min(mostPacketBytes, 233) }

    /// Bytes that it adds to a packet of so many, where nothing is signed.
    func headerBytes(of packetBytes: Int) -> Int {
        switch self {
        // IPv4 and UDP.
        case .udp: 28
        case .serial: COBS.mostEncodedBytes(packetBytes) - packetBytes
        // On the air, and around the bytes in it.
        case .meshtastic: 16 + 5
        case .iridium: 0
        // The frame, and what TUNNEL says of its bytes.
        case .mavlink: 12 + 5
        // PUBLISH with the number of a topic, IPv4 and TCP with its times; and the record of TLS 1.3.
        case .mqtt: 10 + 52
        case .mqtts: 10 + 52 + 22
        }
    }

    /// Baud.
    var usualRate: Int {
        switch self {
        case .serial, .mavlink, .udp, .mqtt, .mqtts: 57_600
        case .meshtastic: 115_200
        case .iridium: 19_200
        }
    }
}
