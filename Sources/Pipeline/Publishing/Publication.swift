// All ways out.
import Credentials
import Database
import Glibc
import Link
import MQTT
import Publishing
import WebClient

/// A store, and the ways out that read it, each on a thread of its own.
public final class Publication {
    public let store: TrackStore
    /// Where ways out take pictures from.
    let album = Album()
    private let folder: String
    private let model: UInt32
    private(set) var outlets: [OutletSink] = []
    private var lines: [CarriedLine] = []
    /// What knows where the cameras are at any time; `nil` where no vehicle carries them.
    public private(set) var vehicle: Vehicle?

    /// A file of the spool's folder where running numbers are.
    private static let numbers = "numbers"

    /// Opens all ways out among the sinks.
    ///
    /// - Parameters:
    ///   - vehicle: what carries the cameras, where its autopilot is.
    ///   - model: the first 32 bits of SHA-256 of the model's file.
    ///   - report: is told, on their threads, how those do.
    /// - Throws: `PipelineError`, one line that says what to do.
    public init(
        _ sinks: [SinkConfiguration], vehicle place: PortPlace? = nil, spool folder: String, model: UInt32 = 0,
        report: @escaping @Sendable (String, OutletFigures) -> Void
    ) throws(PipelineError) {
        (self.folder, self.model) = (folder, model)
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw .system("\(folder): \(String(cString: strerror(errno)))")
        }
        do throws(DatabaseError) { store = try TrackStore(path: "\(folder)/\(Self.numbers)") } catch {
            throw .system("\(error)")
        }
        if let place {
            let inlet: VehicleInlet
            do { inlet = VehicleInlet(place, over: try line(place), into: store) } catch {
                throw .system("\(VehicleInlet.name): \(error)")
            }
            vehicle = inlet.vehicle
            try add(inlet, over: place, report)
        }
        for sink in sinks {
            let opened: (any Outlet)?
            do { opened = try outlet(sink) } catch { throw .system("\(sink.outletName ?? ""): \(error)") }
            guard let opened else { continue }
            try add(opened, over: sink.mavlinkPlace, report)
        }
    }

    /// Gives each way out some seconds to send what must arrive, and ends it.
    public func finish() {
        for outlet in outlets { outlet.stop() }
        for outlet in outlets { try? outlet.finish() }
    }

    private func add(
        _ outlet: any Outlet, over place: PortPlace?, _ report: @escaping @Sendable (String, OutletFigures) -> Void
    ) throws(PipelineError) {
        let name = outlet.name
        let line = place.flatMap { place in lines.first { $0.place.shares(place) } }
        outlets.append(try OutletSink(outlet, of: store, over: line) { report(name, $0) })
    }

    /// One for all who speak there: each program has a device for itself.
    private func line(_ place: PortPlace) throws -> MAVLinkLine {
        if let line = lines.first(where: { $0.place.shares(place) }) { return line.line }
        let line = try CarriedLine(place, clock: store.clock)
        lines.append(line)
        return line.line
    }

    /// What can be told before anything is opened.
    static func check(
        _ sinks: [SinkConfiguration], vehicle: PortPlace?, path: String
    ) throws(PipelineError) {
        var names: Set<String> = vehicle == nil ? [] : [VehicleInlet.name]
        var senders: [SenderID: String] = [:]
        let places = (vehicle.map { [$0] } ?? []) + sinks.compactMap(\.portPlace)
        for (index, place) in places.enumerated() {
            guard let other = places[..<index].first(where: { $0.excludes(place) }) else { continue }
            throw .file(
                path: path,
                reason: "\"\(place)\" and \"\(other)\" are one line: only mavlink: is shared, with one rate and key")
        }
        for place in places {
            do throws(TransportError) { try place.check() } catch { throw .system("\(error)") }
        }
        for sink in sinks {
            guard let name = sink.outletName else { continue }
            guard names.insert(name).inserted else {
                throw .file(path: path, reason: "two sinks are called \"\(name)\": give each a \"name\"")
            }
            do {
                switch sink {
                case .lines, .mavlink: break
                case .link(let link):
                    let pairing = try Pairing(path: link.pairing)
                    _ = try pairing.keys(.up)
                    // Two spools would count the same epochs, and what encrypts packets would come twice.
                    if let other = senders.updateValue(name, forKey: pairing.sender) {
                        let reason = "\"\(other)\" has the same sender: 'arete link pair' makes a pairing for each link"
                        throw PipelineError.file(path: path, reason: "\"\(name)\": \(reason)")
                    }
                case .mqtt(let broker): _ = try broker.encryption.credentials()
                case .tak(let tak): _ = try tak.encryption.credentials()
                case .webhook(let hook): _ = try Self.webhook(hook)
                }
            } catch let error as PipelineError {
                throw error
            } catch {
                throw .system("\(name): \(error)")
            }
        }
    }

    private func outlet(_ sink: SinkConfiguration) throws -> (any Outlet)? {
        switch sink {
        case .lines: nil
        case .link(let link): try outlet(link)
        case .mavlink(let mavlink): try outlet(mavlink)
        case .mqtt(let broker): try outlet(broker)
        case .tak(let tak): try outlet(tak)
        case .webhook(let hook):
            try WebhookOutlet(
                WebhookOutlet.Options(name: hook.name, box: box, outbox: file(hook.name)), Self.webhook(hook),
                clock: store.clock)
        }
    }

    /// Of this box among others.
    private var box: String { "arete-" + (HostName.text ?? "box") }

    private func file(_ name: String) -> String { "\(folder)/\(name).spool" }

    private func outlet(_ link: LinkConfiguration) throws -> LinkOutlet {
        try LinkOutlet(
            LinkOutlet.Options(
                profile: link.profile, spool: file(link.name), area: link.area, model: model,
                album: link.hasPictures ? album : nil, sceneEvery: link.sceneEvery),
            pairing: link.pairing, over: try port(link.place), of: store)
    }

    private func port(_ place: PortPlace) throws -> any PacketPort {
        guard place.carrier == .mavlink else { return try place.open(listens: false, mayBeAway: true) }
        return MAVLinkPort(place, over: try line(place))
    }

    private func outlet(_ mavlink: MAVLinkConfiguration) throws -> MAVLinkOutlet {
        MAVLinkOutlet(
            name: mavlink.name, to: mavlink.place, over: try line(mavlink.place), box: box, clock: store.clock)
    }

    private func outlet(_ broker: BrokerConfiguration) throws -> MQTTOutlet {
        let encryption = try MQTTConfiguration.Encryption(
            scheme: broker.place.scheme, broker.encryption.credentials(), isPlain: broker.encryption.isPlain)
        var configuration = MQTTConfiguration(
            host: broker.place.host, port: broker.place.port, client: "\(box)-\(broker.name)", encryption: encryption)
        (configuration.user, configuration.passwordFile) = (broker.user, broker.passwordFile)
        return try MQTTOutlet(
            MQTTOutlet.Options(name: broker.name, topic: broker.topic, outbox: file(broker.name)), configuration,
            clock: store.clock)
    }

    private func outlet(_ tak: TAKConfiguration) throws -> TAKOutlet {
        let path: TAKOutlet.Path
        switch tak.place.scheme {
        case "udp": path = .mesh(tak.place)
        case "tls":
            path = .server(
                host: tak.place.host, port: tak.place.port, .tls(try tak.encryption.credentials()))
        default:
            path = .server(
                host: tak.place.host, port: tak.place.port, tak.encryption.isPlain ? .noneAnywhere : .none)
        }
        return TAKOutlet(TAKOutlet.Options(name: tak.name, box: box, path: path), clock: store.clock)
    }

    private static func webhook(_ hook: WebhookConfiguration) throws -> Webhook {
        try Webhook(
            url: hook.url, credentials: try hook.encryption.credentials(), tokenFile: hook.tokenFile,
            allowsPlain: hook.encryption.isPlain)
    }
}
