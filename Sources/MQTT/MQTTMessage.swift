// What goes through a broker.
import CMosquitto

public struct MQTTMessage: Hashable, Sendable {
    public enum Quality: Int32, Sendable {
        /// Nobody says whether it came.
        case atMostOnce = 0
        /// The broker says that it has it.
        case atLeastOnce = 1
    }

    public struct Property: Hashable, Sendable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
    }

    public var topic: String
    public var payload: [UInt8]
    public var quality: Quality
    /// The broker keeps it for those who come later.
    public var isRetained: Bool
    /// `application/json`.
    public var contentType: String?
    /// User properties, which come with it to all subscribers.
    public var properties: [Property] = []
    /// A topic that comes often is sent once per connection and then as a number, where that is shorter and the broker
    /// knows how.
    public var mayHaveAlias = true

    public init(
        topic: String, payload: [UInt8], quality: Quality = .atLeastOnce, isRetained: Bool = false,
        contentType: String? = nil
    ) {
        (self.topic, self.payload, self.quality) = (topic, payload, quality)
        (self.isRetained, self.contentType) = (isRetained, contentType)
    }

    /// What MQTT can carry at all.
    private static let mostBytes = 268_000_000

    /// Its packet, with the topic and the number that stands for it (MQTT 5, section 3.3).
    var packetBytes: Int {
        func varintBytes(_ value: Int) -> Int { value < 128 ? 1 : value < 16384 ? 2 : value < 2_097_152 ? 3 : 4 }
        var properties = mayHaveAlias ? 3 : 0
        if let contentType { properties += 3 + contentType.utf8.count }
        for property in self.properties { properties += 5 + property.name.utf8.count + property.value.utf8.count }
        let head = 2 + topic.utf8.count + (quality == .atLeastOnce ? 2 : 0)
        let rest = head + varintBytes(properties) + properties + payload.count
        return 1 + varintBytes(rest) + rest
    }

    /// Why no broker takes it, for the end of a sentence.
    var refusal: String? {
        if topic.contains("\0") || !arete_mqtt_is_topic(topic) || topic.isEmpty {
            return "has a topic that cannot be published to: \(topic.prefix(80))"
        }
        let texts = properties.flatMap { [$0.name, $0.value] } + [contentType ?? ""]
        guard texts.allSatisfy({ $0.utf8.count <= 65535 && !$0.contains("\0") }) else {
            return "has a property that is too long or holds a zero byte"
        }
        return payload.count > Self.mostBytes ? "is longer than MQTT carries" : nil
    }
}

/// A message that was accepted, numbered from 1 in a client's life.
public struct MQTTToken: Hashable, Comparable, Sendable {
    public let number: Int
    public static func < (a: MQTTToken, b: MQTTToken) -> Bool { a.number < b.number }
}

/// Why a message was not accepted: the caller keeps it.
public enum MQTTRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// Until `MQTTEvent.connected` comes.
    case notConnected
    /// Until others are acknowledged.
    case full
    /// It never will be.
    case unsendable(String)

    public var description: String {
        switch self {
        case .notConnected: "there is no connection to the broker"
        case .full: "too many messages wait for the broker's word"
        case .unsendable(let reason): "the message \(reason)"
        }
    }
}

/// What has happened.
public enum MQTTEvent: Hashable, Sendable {
    /// Messages are accepted. `hasSession`: the broker knew this client, and what it kept for it comes now.
    case connected(hasSession: Bool)
    /// Messages are accepted no more; those of QoS 1 named here may or may not have come: publish them again. The
    /// client tries to connect again by itself, and says so here when it fails for another reason than the last time.
    case disconnected(reason: String, unacknowledged: [MQTTToken])
    /// The broker has it.
    case acknowledged(MQTTToken)
    /// The broker does not take it. `isFinal`: it never will, as of a message that is longer than it takes or has a topic that it cannot have; else somebody may
    /// mend what keeps it from that.
    case rejected(MQTTToken, reason: String, isFinal: Bool)
    case message(MQTTMessage)
    /// The broker does not deliver these messages.
    case notSubscribed(filter: String, reason: String)
}
