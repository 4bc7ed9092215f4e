// What the C library is told, in its own form.
import CMosquitto
import Credentials
import Glibc

/// Strings of C that live as long as this; what they held is wiped.
private final class CStrings {
    private var copies: [(start: UnsafeMutablePointer<CChar>, count: Int)] = []

    func copy(_ text: String?) -> UnsafePointer<CChar>? {
        guard let text else { return nil }
        return copy(Array(text.utf8) + [0])
    }

    func copy(_ bytes: [UInt8]) -> UnsafePointer<CChar> {
        let start = UnsafeMutablePointer<CChar>.allocate(capacity: max(bytes.count, 1))
        for (place, byte) in bytes.enumerated() { start[place] = CChar(bitPattern: byte) }
        copies.append((start, bytes.count))
        return UnsafePointer(start)
    }

    deinit {
        for copy in copies {
            explicit_bzero(copy.start, copy.count)
            copy.start.deallocate()
        }
    }
}

/// A configuration for the time of one connection.
final class ConnectionOptions {
    private let strings = CStrings()
    private var options = arete_mqtt_options()

    /// No message of others may be larger.
    private static let mostBytes = 4 << 20

    /// - Throws: `MQTTError` for a password that cannot be read any more.
    init(_ configuration: MQTTConfiguration, _ version: MQTTVersion, mostSent: Int) throws(MQTTError) {
        options.version = version.rawValue
        options.host = strings.copy(configuration.host)
        options.client = strings.copy(configuration.client)
        options.port = Int32(configuration.port)
        options.keep_alive = Int32(configuration.keepAlive)
        options.session_expiry = UInt32(configuration.sessionExpiry)
        options.most_bytes = UInt32(Self.mostBytes)
        options.most_unacknowledged = UInt16(mostSent)
        options.user = strings.copy(configuration.user)
        if let path = configuration.passwordFile {
            options.password = strings.copy(try configuration.password(path).text)
        }
        if let will = configuration.will {
            options.will_topic = strings.copy(will.topic)
            options.will = UnsafeRawPointer(strings.copy(will.payload))
            options.will_count = will.payload.count
            options.will_qos = will.quality.rawValue
            options.will_is_retained = will.isRetained
        }
        switch configuration.encryption {
        case .tls(let credentials): encrypt(credentials)
        case .tlsForAnyName(let credentials):
            encrypt(credentials)
            options.checks_no_name = true
        case .none, .noneAnywhere: break
        }
    }

    private func encrypt(_ credentials: TLSCredentials) {
        options.is_encrypted = true
        options.authority = strings.copy(credentials.authority)
        options.certificate = strings.copy(credentials.certificate)
        options.key = strings.copy(credentials.key)
    }

    func withC<Result>(_ body: (UnsafePointer<arete_mqtt_options>) -> Result) -> Result {
        withUnsafePointer(to: &options) { body($0) }
    }
}

/// A message for the time of one call.
final class Publication {
    private let strings = CStrings()
    private let message: MQTTMessage
    private var publication = arete_mqtt_publication()

    init(_ message: MQTTMessage, name: String?, alias: UInt16) {
        self.message = message
        publication.topic = strings.copy(name)
        publication.alias = alias
        publication.content_type = strings.copy(message.contentType)
        publication.count = message.payload.count
        publication.qos = message.quality.rawValue
        publication.is_retained = message.isRetained
        publication.property_count = message.properties.count
    }

    func withC<Result>(_ body: (UnsafePointer<arete_mqtt_publication>) -> Result) -> Result {
        let properties = message.properties.flatMap { [strings.copy($0.name), strings.copy($0.value)] }
        return properties.withUnsafeBufferPointer { properties in
            message.payload.withUnsafeBytes { bytes in
                publication.properties = properties.baseAddress
                publication.bytes = bytes.baseAddress
                return withUnsafePointer(to: &publication) { body($0) }
            }
        }
    }
}
