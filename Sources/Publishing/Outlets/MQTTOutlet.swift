// Out to a broker, as JSON.
import Database
import JSON
import Link
import MQTT

/// Publishes tracks, events and health below one topic. What happens is kept until the broker has it; tracks are told as they are now.
///
///     TOPIC/status  retained: {"online": true, ...} when this box is there, {"online": false} by the broker when it is lost
///     TOPIC/tracks  each object as it is seen, not more often than once in `interval`, with QoS 0
///     TOPIC/events  what happens, each once or more, with QoS 1: its "event" says which it is
///     TOPIC/health  a camera's health, with QoS 1
///     TOPIC/vehicle where the vehicle is, once a second, with QoS 0
public final class MQTTOutlet: Outlet {
    public struct Options: Sendable {
        /// What people call it.
        public var name: String
        public var topic: String
        /// Where events wait for the broker.
        public var outbox: String
        /// Milliseconds from one message about a track to the next.
        public var interval = 1000

        public init(name: String, topic: String, outbox: String) {
            (self.name, self.topic, self.outbox) = (name, topic, outbox)
        }
    }

    private let options: Options
    private let clock: LinkClock
    private let messages: Messages
    private let client: MQTTClient
    private let outbox: Outbox
    private var isConnected = false
    private var names = NameTables()
    private var health: [Int: CameraHealth] = [:]
    /// Tracks with news, and when each was told last.
    private var news: [Int: StoredTrack] = [:]
    private var toldAt: [Int: Int] = [:]
    /// Events that the broker was given and has not acknowledged.
    private var underWay: [MQTTToken: Int] = [:]
    private var committedAt = 0
    /// When events are offered again to a broker that refused one.
    private var restUntil = 0
    private var diskTrouble: String?
    private var counts = OutletFigures()

    private static let commitEvery = 250
    /// Milliseconds for the broker to take the last message, which has no event's number.
    private static let farewell = 2000
    private static let goodbye = -1
    private static let rest = 30_000

    /// - Throws: `DatabaseError` or `MQTTError`: one line that says what to do.
    public init(_ options: Options, _ configuration: MQTTConfiguration, clock: LinkClock) throws {
        (self.options, self.clock, messages) = (options, clock, Messages(clock: clock))
        outbox = try Outbox(path: options.outbox)
        var configuration = configuration
        configuration.will = MQTTMessage(
            topic: options.topic + "/status", payload: Array(Self.offline.text.utf8), isRetained: true,
            contentType: Self.json)
        client = try MQTTClient(configuration)
    }

    private static let json = "application/json"
    private static let offline: JSONValue = ["online": false]

    public var name: String { options.name }
    public let lacks = ["pictures"]
    public var descriptors: [Int32] { [client.descriptor] }

    public var figures: OutletFigures {
        var figures = counts
        figures.waiting = outbox.waiting.count
        figures.dropped += outbox.dropped
        figures.trouble = diskTrouble ?? figures.trouble
        return figures
    }

    public func take(_ changes: StoreChanges) {
        for track in changes.tracks where track.end == nil { news[track.number] = track }
        for event in changes.events {
            outbox.put(event.number, Array(messages.json(event).text.utf8))
            if case .gone(let track, _) = event.kind {
                news[track.number] = nil
                toldAt[track.number] = nil
            }
        }
        for state in changes.health {
            health[state.camera] = state
            if isConnected { tell(state) }
        }
        if let vehicle = changes.vehicle, isConnected { _ = publish("vehicle", messages.json(vehicle), .atMostOnce) }
        counts.dropped += changes.missed
        guard let changed = changes.names else { return }
        names = changed
        if isConnected { tellBirth() }
    }

    public func turn() -> Int {
        for event in client.takeEvents() { take(event) }
        if clock.now - committedAt >= Self.commitEvery { commit() }
        guard isConnected else { return Self.commitEvery }
        sendEvents()
        return sendTracks()
    }

    private func take(_ event: MQTTEvent) {
        switch event {
        case .connected:
            isConnected = true
            counts.trouble = nil
            tellBirth()
            for state in health.values { tell(state) }
        case .disconnected(let reason, _):
            isConnected = false
            underWay = [:]
            counts.trouble = reason
        case .acknowledged(let token):
            counts.trouble = nil
            if let number = underWay.removeValue(forKey: token) { outbox.remove(number) }
        case .rejected(let token, let reason, let isFinal):
            counts.trouble = "the broker refuses: \(reason)"
            guard let number = underWay.removeValue(forKey: token) else { return }
            // Somebody may give the right that is missing: it is tried again.
            restUntil = clock.now + Self.rest
            guard isFinal else { return }
            outbox.remove(number)
            counts.dropped += 1
        case .message, .notSubscribed: break
        }
    }

    private func tellBirth() {
        let status: JSONValue = [
            "online": true, "time": messages.time(clock.now),
            "cameras": JSONValue(names[.cameras].map { JSONValue($0) }),
            "classes": JSONValue(names[.classes].map { JSONValue($0) }),
            "rules": JSONValue(names[.rules].map { JSONValue($0) }),
        ]
        _ = publish("status", status, .atLeastOnce, isRetained: true)
    }

    private func tell(_ health: CameraHealth) { _ = publish("health", messages.json(health), .atLeastOnce) }

    /// Events that are on this machine's disk and not under way, in their order.
    private func sendEvents() {
        guard clock.now >= restUntil else { return }
        let sent = Set(underWay.values)
        for message in outbox.waiting where !sent.contains(message.number) {
            switch publish("events", message.body, .atLeastOnce) {
            case .success(let token): underWay[token] = message.number
            case .failure(.unsendable):
                outbox.remove(message.number)
                counts.dropped += 1
                return
            case .failure: return
            }
        }
    }

    /// Tracks whose time has come. Returns milliseconds until the next one's has.
    private func sendTracks() -> Int {
        let now = clock.now
        var pause = Self.commitEvery
        for (number, track) in news.sorted(by: { $0.key < $1.key }) {
            let due = (toldAt[number] ?? .min / 2) + options.interval
            guard due <= now else {
                pause = min(pause, due - now)
                continue
            }
            guard case .success = publish("tracks", messages.json(track), .atMostOnce) else { break }
            toldAt[number] = now
            news[number] = nil
        }
        return max(pause, 1)
    }

    private func publish(
        _ topic: String, _ body: JSONValue, _ quality: MQTTMessage.Quality, isRetained: Bool = false
    ) -> Result<MQTTToken, MQTTRefusal> {
        publish(topic, Array(body.text.utf8), quality, isRetained: isRetained)
    }

    private func publish(
        _ topic: String, _ body: [UInt8], _ quality: MQTTMessage.Quality, isRetained: Bool = false
    ) -> Result<MQTTToken, MQTTRefusal> {
        let result = client.publish(
            MQTTMessage(
                topic: "\(options.topic)/\(topic)", payload: body, quality: quality, isRetained: isRetained,
                contentType: Self.json))
        if case .success = result {
            counts.sentMessages += 1
            counts.sentBytes += body.count
        }
        return result
    }

    private func commit() {
        committedAt = clock.now
        do throws(DatabaseError) {
            // Where nothing had to be written, nothing is known of the disk.
            if try outbox.commit() { diskTrouble = nil }
        } catch {
            diskTrouble = "\(error)"
        }
    }

    /// Says goodbye: then the broker does not tell the last will, so this does.
    public func finish() {
        if case .success(let goodbye) = publish("status", Self.offline, .atLeastOnce, isRetained: true) {
            underWay[goodbye] = Self.goodbye
            let end = clock.now + Self.farewell
            while isConnected, underWay[goodbye] != nil, clock.now < end {
                Readiness.wait(for: descriptors, milliseconds: end - clock.now)
                for event in client.takeEvents() { take(event) }
            }
        }
        let trouble = counts.trouble
        client.close(within: 1)
        for event in client.takeEvents() { take(event) }
        // That it is closed is none.
        counts.trouble = trouble
        commit()
    }
}
