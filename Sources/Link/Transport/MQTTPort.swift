// Packets through a broker.
import MQTT

/// Each packet is a message of QoS 1: what senders tell goes through `TOPIC/up/CLIENT`, and what a station answers through
/// `TOPIC/down/CLIENT`. A packet that the broker has may still be lost: only the station's receipt counts.
final class MQTTPort: PacketPort {
    private let place: BrokerPlace
    private let isStation: Bool
    private let client: MQTTClient
    /// Where packets come in, and whence a station has them.
    private let prefix: String
    private let ownTopic: String
    private var isConnected = false
    private var underWay: Set<MQTTToken> = []
    private var packets: [(packet: [UInt8], peer: PacketPeer)] = []
    /// Of the first that was not taken.
    private var next = 0
    private var loss: String?
    private var refusal: String?

    /// Packets that a sender has under way: more would be older than what there is to tell by then.
    private static let mostUnderWay = 4
    private static let mostBytes = 2048

    /// - Throws: `TransportError`, one line that says what is wrong.
    init(_ place: BrokerPlace, isStation: Bool) throws(TransportError) {
        (self.place, self.isStation) = (place, isStation)
        let name = place.client ?? "arete-" + Self.drawn
        let (up, down) = ("\(place.topic)/up/", "\(place.topic)/down/")
        (prefix, ownTopic) = (isStation ? up : down, up + name)
        let configuration = try place.configuration(client: name)
        do throws(MQTTError) {
            client = try MQTTClient(configuration)
            try client.subscribe(prefix + (isStation ? "+" : name))
        } catch {
            throw .failed("\(place)", "\(error)")
        }
    }

    private static var drawn: String { String(UInt64.random(in: .min ... .max), radix: 36) }

    var descriptor: Int32 { client.descriptor }
    /// A station's answers are many, and no later one replaces them.
    var isReady: Bool { isConnected && (isStation || underWay.count < Self.mostUnderWay) }
    var trouble: String? { loss ?? refusal }

    func turn(at now: Int) -> Int {
        for event in client.takeEvents() { take(event) }
        return .max
    }

    private func take(_ event: MQTTEvent) {
        switch event {
        case .connected: (isConnected, loss, refusal) = (true, nil, nil)
        case .disconnected(let reason, _): (isConnected, loss, underWay) = (false, reason, [])
        case .acknowledged(let token): (refusal, _) = (nil, underWay.remove(token))
        case .rejected(let token, let reason, _):
            underWay.remove(token)
            refusal = "\(place.topic): the broker refuses: \(reason)"
        case .notSubscribed(let filter, let reason): refusal = "\(filter): the broker refuses: \(reason)"
        case .message(let message):
            guard message.topic.hasPrefix(prefix), message.payload.count <= Self.mostBytes else { return }
            let name = String(message.topic.dropFirst(prefix.count))
            packets.append((message.payload, PacketPeer(bytes: Array(name.utf8), description: name)))
        }
    }

    func send(_ packet: [UInt8], to peer: PacketPeer?) {
        let name = peer.map { String(decoding: $0.bytes, as: UTF8.self) }
        let topic = name.map { "\(place.topic)/down/\($0)" } ?? ownTopic
        // What finds no room is lost, as in a network.
        guard case .success(let token) = client.publish(MQTTMessage(topic: topic, payload: packet)) else { return }
        underWay.insert(token)
    }

    func receive() -> (packet: [UInt8], peer: PacketPeer)? {
        if next >= packets.count {
            (packets, next) = ([], 0)
            _ = turn(at: 0)
        }
        guard next < packets.count else { return nil }
        defer { next += 1 }
        return packets[next]
    }
}
