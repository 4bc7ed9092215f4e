// A real broker on this machine, for one test.
import CMosquitto
import Foundation
import MQTT
import Peers

final class Broker {
    let port: Int
    let folder: TestFolder
    private let configuration: String
    private var process: PeerProcess?

    static let absence: String? =
        arete_mqtt_absence().map { String(cString: $0) }
        ?? (PeerProcess.path(of: "mosquitto") == nil || PeerProcess.path(of: "mosquitto_sub") == nil
            ? "no mosquitto" : nil)

    /// - Parameter settings: further lines of its configuration; `FOLDER` is its folder.
    init(_ settings: String = "", anonymous: Bool = true) throws {
        folder = try TestFolder("broker")
        port = try Listener.freePort()
        configuration = folder.path("mosquitto.conf")
        let text = """
            listener \(port) 127.0.0.1
            allow_anonymous \(anonymous)
            user \(NSUserName())
            persistence true
            persistence_location \(folder.url.path)/
            autosave_on_changes true
            autosave_interval 1
            max_queued_messages 0
            set_tcp_nodelay true
            \(settings.replacingOccurrences(of: "FOLDER", with: folder.url.path))
            """
        try folder.write("mosquitto.conf", text + "\n")
        try start()
    }

    func start() throws {
        guard let path = PeerProcess.path(of: "mosquitto") else { return }
        let process = try PeerProcess(path, ["-c", configuration], in: folder.url)
        self.process = process
        guard waits(20, until: { accepts() || !process.isRunning }), process.isRunning else {
            throw PeerError(text: "mosquitto: \(process.text)")
        }
    }

    private func accepts() -> Bool {
        let probe = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(probe) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(probe, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    /// What it has logged.
    var text: String { process?.text ?? "" }

    /// It stands still, with its connections.
    func pause() { process?.signal(SIGSTOP) }

    /// At once, as a power cut would.
    func kill() { process?.kill() }

    /// `mosquitto_sub`, which prints a line for each message once it has subscribed.
    func subscriber(_ arguments: [String]) throws -> PeerProcess {
        let words = ["-V", "mqttv5", "-h", "127.0.0.1", "-p", "\(port)"] + arguments
        // It keeps some of its lines for itself otherwise.
        return try PeerProcess("/usr/bin/stdbuf", ["-oL", "mosquitto_sub"] + words, in: folder.url)
    }

    func configuration(_ client: String = "arete") -> MQTTConfiguration {
        var configuration = MQTTConfiguration(host: "127.0.0.1", port: port, client: client, encryption: .none)
        (configuration.shortestPause, configuration.longestPause) = (0.05, 0.3)
        return configuration
    }
}

/// A client with all that it has told.
final class Watched {
    let client: MQTTClient
    private(set) var events: [MQTTEvent] = []

    init(_ configuration: MQTTConfiguration) throws { client = try MQTTClient(configuration) }

    /// Waits for events as a program does. Returns whether there was one of those wanted.
    @discardableResult
    func waits(_ seconds: Double = 20, for isWanted: (MQTTEvent) -> Bool) -> Bool {
        let end = Date().addingTimeInterval(seconds)
        while Date() < end {
            var ready = pollfd(fd: client.descriptor, events: Int16(POLLIN), revents: 0)
            poll(&ready, 1, 100)
            let news = client.takeEvents()
            events += news
            if news.contains(where: isWanted) { return true }
        }
        return false
    }

    func connects() -> Bool { waits { if case .connected = $0 { true } else { false } } }

    /// Why it is not connected, in one line.
    func reason(_ seconds: Double = 20) -> String {
        var reason = "none"
        waits(seconds) {
            guard case .disconnected(let found, _) = $0 else { return false }
            reason = found
            return true
        }
        return reason
    }

    /// Publishes when there is room. Returns the token.
    func publish(_ message: MQTTMessage, _ seconds: Double = 30) -> MQTTToken? {
        let end = Date().addingTimeInterval(seconds)
        while Date() < end {
            switch client.publish(message) {
            case .success(let token): return token
            case .failure(.unsendable): return nil
            case .failure: waits(0.02) { _ in true }
            }
        }
        return nil
    }

    var acknowledged: [MQTTToken] {
        events.compactMap { if case .acknowledged(let token) = $0 { token } else { nil } }
    }

    var messages: [MQTTMessage] {
        events.compactMap { if case .message(let message) = $0 { message } else { nil } }
    }
}

extension MQTTMessage {
    init(_ topic: String, _ text: String, _ quality: Quality = .atLeastOnce, retained: Bool = false) {
        self.init(topic: topic, payload: Array(text.utf8), quality: quality, isRetained: retained)
    }
}
