// Numbers that stand for topics, on one connection.

/// A topic gets a number when it comes for the second time, as one that comes once would be longer with it (MQTT 5,
/// section 3.3.2.3.4).
struct TopicAliases {
    private let most: Int
    private var numbers: [String: UInt16] = [:]
    private var lastNumber = 0
    private var seen: Set<String> = []

    /// - Parameter most: that the broker keeps.
    init(most: Int) { self.most = min(most, 256) }

    /// An alias takes three bytes beside the topic, or in its place.
    private static let cost = 3

    /// The topic to be sent, `nil` where the number is enough; and the number, 0 for none.
    mutating func name(of message: MQTTMessage) -> (name: String?, alias: UInt16) {
        let topic = message.topic
        guard message.mayHaveAlias, most > 0, topic.utf8.count > Self.cost else { return (topic, 0) }
        if let number = numbers[topic] { return (nil, number) }
        guard lastNumber < most else { return (topic, 0) }
        guard seen.remove(topic) != nil else {
            if seen.count >= 4 * most { seen.removeAll() }
            seen.insert(topic)
            return (topic, 0)
        }
        lastNumber += 1
        let number = UInt16(lastNumber)
        numbers[topic] = number
        return (topic, number)
    }

    /// The message that was to tell the broker a number did not go.
    mutating func forget(_ topic: String) { numbers[topic] = nil }
}
