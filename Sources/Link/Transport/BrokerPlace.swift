// A broker that carries packets, as people write it.
import Credentials
import MQTT

/// `mqtts:HOST:PORT/TOPIC` or `mqtt:HOST:PORT/TOPIC`, where the port may be left out, with `,user=NAME`, `,password=FILE`,
/// `,ca=FILE`, `,certificate=FILE`, `,key=FILE`, `,client=NAME` and `,plain` behind it, and a `,host=HOST:PORT` for each other node of the same broker.
struct BrokerPlace: Hashable, Sendable, CustomStringConvertible {
    private let broker: TransportPlace
    private let others: [TransportPlace]
    /// Packets go through topics below it.
    let topic: String
    /// What the broker knows this side by, and keeps packets for while it is away; `nil`: a name for once.
    let client: String?
    private let user: String?
    private let isPlain: Bool
    private var files: [String: String] = [:]

    private static let fileNames = ["password", "ca", "certificate", "key"]
    private static let form = PlaceOptions.Form(
        names: fileNames + ["user", "client"], repeated: ["host"], flags: ["plain"],
        text: "mqtts: and mqtt: take ,user=NAME ,password=FILE ,ca=FILE ,certificate=FILE ,key=FILE ,client=NAME"
            + " ,host=HOST:PORT and ,plain")

    /// - Throws: `TransportError.place` for what is none.
    init(_ text: String) throws(TransportError) {
        let comma = text.firstIndex(of: ",") ?? text.endIndex
        let place = text[..<comma]
        let options = try PlaceOptions(text[comma...], Self.form, of: text)
        let colon = place.firstIndex(of: ":").map { place.index(after: $0) } ?? place.endIndex
        // Behind the slashes that a URL has.
        let host = place[colon...].hasPrefix("//") ? place[colon...].dropFirst(2) : place[colon...]
        guard let slash = host.firstIndex(of: "/"), place.index(after: slash) < place.endIndex else {
            throw .place(text, "names no topic: mqtts:HOST/TOPIC")
        }
        broker = try TransportPlace(String(place[..<slash]), ports: MQTTConfiguration.ports)
        var others: [TransportPlace] = []
        for node in options.all("host") {
            others.append(try TransportPlace("\(broker.scheme):\(node)", ports: MQTTConfiguration.ports))
        }
        self.others = others
        topic = String(place[place.index(after: slash)...])
        guard MQTTConfiguration.isTopic(topic) else {
            let most = MQTTConfiguration.mostTopicBytes
            throw .place(text, "has a topic that cannot be one: 1 to \(most) bytes without + and #")
        }
        (client, user) = (options["client"], options["user"])
        if let client, client.contains(where: { "/+#".contains($0) }) || client.utf8.count > 64 {
            throw .place(text, "has the name \(client): 1 to 64 bytes without /, + and #")
        }
        isPlain = options["plain"] != nil
        for name in Self.fileNames { files[name] = options[name] }
        guard (files["certificate"] == nil) == (files["key"] == nil) else {
            throw .place(text, "has half of a pair: ,certificate=FILE and ,key=FILE come together")
        }
        guard broker.scheme == "mqtts" || files.keys.allSatisfy({ $0 == "password" }) else {
            throw .place(text, "encrypts nothing: mqtts: takes ,ca=FILE, ,certificate=FILE and ,key=FILE")
        }
    }

    var description: String {
        var values = files
        (values["user"], values["client"]) = (user, client)
        let options = values.sorted { $0.key < $1.key }.map { ",\($0.key)=\($0.value)" }.joined()
        let hosts = others.map { ",host=\($0.address)" }.joined()
        return "\(broker)/\(topic)" + hosts + options + (isPlain ? ",plain" : "")
    }

    /// Its files' names, as `path` makes them.
    mutating func resolve(_ path: (String) -> String) { files = files.mapValues(path) }

    /// How a side that is called `client` connects.
    ///
    /// - Throws: `TransportError` for files that are not there, or that others may read.
    func configuration(client: String) throws(TransportError) -> MQTTConfiguration {
        do {
            let credentials = try TLSCredentials(
                authority: files["ca"], certificate: files["certificate"], key: files["key"])
            let encryption = try MQTTConfiguration.Encryption(
                scheme: broker.scheme, credentials, isPlain: isPlain)
            var configuration = MQTTConfiguration(
                host: broker.host, port: broker.port, client: client, encryption: encryption)
            configuration.others = others.map { MQTTConfiguration.Host($0.host, $0.port) }
            (configuration.user, configuration.passwordFile) = (user, files["password"])
            if self.client == nil { configuration.sessionExpiry = 0 }
            try configuration.check()
            return configuration
        } catch {
            throw .failed("\(broker)", "\(error)")
        }
    }
}
