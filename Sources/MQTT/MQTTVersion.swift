// Which MQTT a broker speaks.

/// As the library numbers them.
enum MQTTVersion: Int32 {
    /// MQTT 3.1.1.
    case four = 4
    case five = 5

    /// What brokers say to a version that they do not know: MQTT 5's "unsupported protocol version", MQTT 3.1.1's "unacceptable protocol version".
    static let unknownVersionCodes: Set<Int32> = [132, 1]
}
