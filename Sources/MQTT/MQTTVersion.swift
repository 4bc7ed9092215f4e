// Which MQTT a broker speaks.

/// As the library numbers them.
enum MQTTVersion: Int32 {
    /// MQTT 3.1.1.
    case four = 4
    case five = 5

    /// What is tried when a broker does not understand this one.
    var other: MQTTVersion { self == .five ? .four : .five }

    /// What a broker says then: MQTT 5's "unsupported protocol version", MQTT 3.1.1's "unacceptable protocol version".
    static let otherVersionCodes: Set<Int32> = [132, 1]
}
