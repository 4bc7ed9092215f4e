// What a client needs to know about its broker.
import Credentials

/// A broker, and how a client behaves towards it. Times are seconds.
public struct MQTTConfiguration: Sendable {
    public enum Encryption: Sendable {
        case tls(TLSCredentials)
        /// As `tls`, for a broker whose certificate bears another name. Whoever has any certificate of the authority
        /// can then read and write everything.
        case tlsForAnyName(TLSCredentials)
        /// Only to a broker on this machine.
        case none
        /// Whoever is on the way can read and write everything, the password too.
        case noneAnywhere
    }

    /// A broker, or a node of one that has several.
    public struct Host: Hashable, Sendable {
        public var name: String
        public var port: Int

        public init(_ name: String, _ port: Int) { (self.name, self.port) = (name, port) }
    }

    public var host: String
    public var port: Int
    /// Nodes of the same broker: a client goes on at the next of all where one is lost, and begins at any.
    public var others: [Host] = []
    /// Of this client alone: the broker ends the connection of another one with the same name.
    public var client: String
    public var encryption: Encryption
    public var user: String?
    /// Of a file that only its owner reads; it is read anew for each connection.
    public var passwordFile: String?
    /// What the broker says when this client is lost.
    public var will: MQTTMessage?
    /// From 5 on. After twice as long without an answer the connection is taken for lost.
    public var keepAlive = 30
    /// How long the broker keeps the session, with what it could not deliver, after the connection is lost.
    public var sessionExpiry = 86_400
    /// How long a broker may take to answer a new connection.
    public var answerPatience = 20.0
    /// How long a broker may leave everything unacknowledged that was sent.
    public var acknowledgePatience = 60.0
    /// Before the second attempt to connect; twice as long before each later one, each a random part shorter.
    public var shortestPause = 1.0
    public var longestPause = 60.0
    /// Messages that were accepted and whose end has not been taken with `takeEvents`.
    public var mostUnacknowledged = 256
    /// Of the payloads of those not acknowledged yet.
    public var mostBytes = 4 << 20
    /// Messages of others that wait for `takeEvents`; more wait at the broker.
    public var mostWaiting = 256

    /// - Parameter port: 8883 with TLS, else 1883, where it is `nil`.
    public init(host: String, port: Int? = nil, client: String, encryption: Encryption = .tls(.system)) {
        (self.host, self.client, self.encryption) = (host, client, encryption)
        switch encryption {
        case .tls, .tlsForAnyName: self.port = port ?? 8883
        case .none, .noneAnywhere: self.port = port ?? 1883
        }
    }

    /// - Throws: `MQTTError` for what cannot work.
    public func check() throws(MQTTError) {
        func refuse(_ condition: Bool, _ reason: String) throws(MQTTError) {
            if condition { throw .configuration(reason) }
        }
        for node in hosts {
            try refuse(node.name.isEmpty || node.name.contains("\0"), "the broker's host is missing")
            try refuse(!(1...65535).contains(node.port), "port \(node.port) is none: 1 to 65535")
        }
        try refuse(
            client.isEmpty || client.utf8.count > 256 || client.contains("\0"), "a client has a name of 1 to 256 bytes")
        try refuse(!(5...65535).contains(keepAlive), "keep-alive of \(keepAlive) s: 5 to 65535")
        try refuse(!(0...0xffff_fffe).contains(sessionExpiry), "session expiry of \(sessionExpiry) s: 0 to 4294967294")
        try refuse(mostUnacknowledged < 1 || mostBytes < 1 || mostWaiting < 1, "limits begin at 1")
        try refuse(!(answerPatience > 0 && acknowledgePatience > 0), "patience must be longer than 0 s")
        try refuse(!(shortestPause > 0 && longestPause >= shortestPause), "pauses must be longer than 0 s")
        if case .none = encryption, let far = hosts.first(where: { !Loopback.contains($0.name) }) {
            throw .configuration(
                "\(far.name) is another machine: it needs TLS, or the explicit word that everybody may read and write")
        }
        try refuse(user?.contains("\0") == true, "a user's name holds no zero byte")
        try refuse(user == nil && passwordFile != nil, "a password needs a user")
        if let passwordFile { _ = try password(passwordFile) }
        if let will, let refusal = will.refusal { throw .configuration("the last will \(refusal)") }
    }

    private var hosts: [Host] { [Host(host, port)] + others }

    var hostCount: Int { 1 + others.count }

    /// The same for one of its hosts alone.
    func at(_ turn: Int) -> MQTTConfiguration {
        let node = hosts[turn % hostCount]
        var configuration = self
        (configuration.host, configuration.port, configuration.others) = (node.name, node.port, [])
        return configuration
    }

    func password(_ path: String) throws(MQTTError) -> Secret {
        do throws(CredentialError) { return try Secret(path: path) } catch { throw .configuration(error.description) }
    }
}

/// Why there is no client.
public enum MQTTError: Error, Hashable, Sendable, CustomStringConvertible {
    /// This machine has no MQTT.
    case absent(String)
    case configuration(String)

    public var description: String {
        switch self {
        case .absent(let reason), .configuration(let reason): reason
        }
    }
}
