// A sink at somebody's server, as a pipeline's file describes it.
import JSON
import Link
import MQTT

/// An MQTT broker that JSON goes to.
public struct BrokerConfiguration: Sendable {
    public var name: String
    /// `mqtts:` or `mqtt:`.
    public var place: TransportPlace
    public var topic: String
    public var user: String?
    public var passwordFile: String?
    var encryption: EncryptionConfiguration

    init(_ fields: JSONFields, _ folder: ConfigurationFolder) throws(JSONError) {
        name = try fields.outletName() ?? "mqtt"
        place = try fields.place("to", ports: MQTTConfiguration.ports, form: "mqtts:HOST")
        guard let topic = try fields.string("topic") else {
            throw fields.missing("topic", "is missing: all topics begin with it, as \"arete/line-1\"")
        }
        guard MQTTConfiguration.isTopic(topic) else {
            throw fields.failure("topic", "must be 1 to 199 bytes without \"+\" and \"#\"")
        }
        self.topic = topic
        user = try fields.string("user")
        passwordFile = try folder.path(fields, "password_file")
        encryption = try EncryptionConfiguration(fields, folder)
    }
}

/// A TAK server, or all in a network.
public struct TAKConfiguration: Sendable {
    public var name: String
    /// `tls:` or `tcp:` of a server, `udp:` of a network's group.
    public var place: TransportPlace
    var encryption: EncryptionConfiguration

    static let ports: [String: Int?] = ["tls": 8089, "tcp": 8087, "udp": 6969]

    init(_ fields: JSONFields, _ folder: ConfigurationFolder) throws(JSONError) {
        name = try fields.outletName() ?? "tak"
        place = try fields.place("to", ports: Self.ports, form: "tls:HOST of a server or udp:239.2.3.1 of a mesh")
        encryption = try EncryptionConfiguration(fields, folder)
    }
}

/// A server that is posted to.
public struct WebhookConfiguration: Sendable {
    public var name: String
    public var url: String
    /// A bearer token, in a file that only its owner reads.
    public var tokenFile: String?
    var encryption: EncryptionConfiguration

    init(_ fields: JSONFields, _ folder: ConfigurationFolder) throws(JSONError) {
        name = try fields.outletName() ?? "webhook"
        guard let url = try fields.string("url") else { throw fields.missing("url", "is missing: https://HOST/PATH") }
        self.url = url
        tokenFile = try folder.path(fields, "token_file")
        encryption = try EncryptionConfiguration(fields, folder)
    }
}

extension JSONFields {
    /// What stands in messages, figures and file names.
    func outletName() throws(JSONError) -> String? {
        guard let name = try string("name") else { return nil }
        guard SourceConfiguration.isName(name) else {
            throw failure("name", "must be 1 to 64 letters, digits and signs of \"-_.\"")
        }
        return name
    }

    func portPlace(
        _ key: String, _ carriers: [PortPlace.Carrier], _ folder: ConfigurationFolder, forms: String
    ) throws(JSONError) -> PortPlace {
        guard let text = try string(key) else { throw missing(key, "is missing: \(forms)") }
        do throws(TransportError) {
            var place = try PortPlace(text, carriers: carriers)
            place.resolve { folder.path($0) }
            return place
        } catch {
            throw failure(key, "\(error)")
        }
    }

    func place(_ key: String, ports: [String: Int?], form: String) throws(JSONError) -> TransportPlace {
        guard let text = try string(key) else { throw missing(key, "is missing: \(form)") }
        do throws(TransportError) { return try TransportPlace(text, ports: ports) } catch {
            throw failure(key, "\(error)")
        }
    }
}
