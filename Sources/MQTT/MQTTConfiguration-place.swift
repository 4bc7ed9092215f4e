// A broker as people write it: `mqtts:` or `mqtt:`, and a topic.
import Credentials

extension MQTTConfiguration {
    /// Of both ways to write one, with the usual ports.
    public static let ports: [String: Int?] = ["mqtts": 8883, "mqtt": 1883]

    public static let mostTopicBytes = 199

    /// Whether topics can begin with it.
    public static func isTopic(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= mostTopicBytes && !text.contains { "+#\0".contains($0) }
    }
}

extension MQTTConfiguration.Encryption {
    /// - Parameters:
    ///   - scheme: `mqtts` or `mqtt`.
    ///   - credentials: asked for where it is `mqtts`.
    ///   - isPlain: everybody on the way to another machine may read and write everything.
    public init(
        scheme: String, _ credentials: @autoclosure () throws(CredentialError) -> TLSCredentials, isPlain: Bool
    ) throws(CredentialError) {
        self = scheme == "mqtts" ? .tls(try credentials()) : isPlain ? .noneAnywhere : .none
    }
}
