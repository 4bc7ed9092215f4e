// One connection to a broker, from its begin to its end.
import CMosquitto
import Credentials
import Glibc

/// Used by one thread. What the library tells comes while one of its functions runs.
final class MQTTConnection {
    private let configuration: MQTTConfiguration
    private let version: MQTTVersion
    private let desk: MQTTDesk
    private var handle: OpaquePointer?

    /// Why it ended.
    private(set) var reason = ""
    private(set) var wasConnected = false
    /// The broker may speak another version.
    private(set) var wasNotUnderstood = false
    private var isOver = false
    /// The library's own lines about what went wrong.
    private var errors: [String] = []

    /// With the library, by its numbers.
    private var sent: [Int32: MQTTDesk.Order] = [:]
    /// The one that the library is being given, and whether it has gone already.
    private var giving: (order: MQTTDesk.Order, hasGone: Bool)?
    /// Of those that are to be acknowledged.
    private var unacknowledgedCount = 0
    private var mostUnacknowledged = 1
    private var mostBytes = 0
    /// Since then the broker has acknowledged nothing.
    private var silentSince = 0.0
    private var aliases = TopicAliases(most: 0)
    private var subscriptions: [Int32: String] = [:]
    private var subscribed = 0

    init(_ configuration: MQTTConfiguration, _ version: MQTTVersion, _ desk: MQTTDesk) {
        (self.configuration, self.version, self.desk) = (configuration, version, desk)
    }

    var unacknowledged: [MQTTDesk.Order] { Array(sent.values) + (giving.map { [$0.order] } ?? []) }

    private var place: String { "\(configuration.host):\(configuration.port)" }

    /// More than this many are never with the library, so that it sends what it is given at once and in order.
    private static let mostSent = 1000

    /// Connects, and comes back when the connection has ended.
    func run() {
        do throws(MQTTError) {
            let options = try ConnectionOptions(configuration, version, mostSent: Self.mostSent)
            try open(options)
        } catch {
            reason = "\(place): \(error)"
            return
        }
        defer {
            if let handle { arete_mqtt_free(handle) }
            handle = nil
        }
        let began = Monotonic.seconds
        var nextMisc = began
        while !isOver {
            if desk.isClosed { return leave() }
            let now = Monotonic.seconds
            if !wasConnected, now - began > configuration.answerPatience {
                return end("the broker took the connection and did not answer within \(configuration.answerPatience) s")
            }
            if unacknowledgedCount > 0, now - silentSince > configuration.acknowledgePatience {
                return end("the broker has acknowledged nothing for \(configuration.acknowledgePatience) s")
            }
            if now >= nextMisc {
                nextMisc = now + 1
                check { arete_mqtt_misc($0) }
            }
            if wasConnected { giveAll() }
            if !isOver { waitAndServe(until: nextMisc) }
        }
    }

    private func open(_ options: ConnectionOptions) throws(MQTTError) {
        var line = [CChar](repeating: 0, count: 256)
        let context = Unmanaged.passUnretained(self).toOpaque()
        let made = options.withC { options in
            arete_mqtt_new(
                options,
                { context, event in
                    guard let context, let event else { return }
                    Unmanaged<MQTTConnection>.fromOpaque(context).takeUnretainedValue().take(event.pointee)
                }, context, &line, line.count)
        }
        guard let made else {
            throw .configuration(String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        handle = made
        let status = options.withC { arete_mqtt_connect(made, $0) }
        guard status == 0 else {
            let reason = text(ofError: status)
            arete_mqtt_free(made)
            handle = nil
            throw .configuration(reason)
        }
    }

    private func end(_ reason: String) {
        self.reason = "\(place): \(reason)"
        isOver = true
    }

    /// Calls the library, whose error ends the connection.
    private func check(_ call: (OpaquePointer) -> Int32) {
        guard let handle, !isOver else { return }
        let status = call(handle)
        if status != 0, !isOver { end(text(ofError: status)) }
    }

    private func text(ofError status: Int32) -> String {
        // Before anything else changes what the system says.
        let word = Self.line(arete_mqtt_error_text(status))
        if !wasConnected, [Self.protocolError, Self.malformed].contains(status) {
            wasNotUnderstood = true
            return "what is there does not speak MQTT, or is no broker"
        }
        guard !errors.isEmpty else {
            guard !wasConnected, status == Self.connectionLost else { return word }
            // RabbitMQ 3.10 knows MQTT 3.1.1 alone, and says nothing to others.
            wasNotUnderstood = true
            return "the broker ended the connection at once: is it one, and is TLS right?"
        }
        let all = errors.joined(separator: " ")
        if all.contains("host name verification failed") {
            return "the broker's certificate is for another name than \(configuration.host)"
        }
        if all.contains("certificate verify failed") {
            return "nobody who is believed vouches for the broker's certificate (\(authority))"
        }
        let last = errors[errors.count - 1]
        return last.split(separator: ":").last.map { $0.drop { $0 == " " } }.map(String.init) ?? word
    }

    private static let (protocolError, connectionLost, malformed): (Int32, Int32, Int32) = (2, 7, 21)

    private var authority: String {
        switch configuration.encryption {
        case .tls(let credentials), .tlsForAnyName(let credentials): credentials.authority ?? "the system's authorities"
        case .none, .noneAnywhere: "no TLS"
        }
    }

    private func leave() {
        reason = "closed"
        guard let handle, wasConnected else { return }
        // The library closes its socket at once. With this one the connection lasts until the broker has read all and
        // ends it: it would forget what it has not read when something of its own comes back.
        let socket = dup(arete_mqtt_socket(handle))
        arete_mqtt_disconnect(handle)
        _ = arete_mqtt_write(handle)
        guard socket >= 0 else { return }
        defer { close(socket) }
        shutdown(socket, Int32(SHUT_WR))
        let end = Monotonic.seconds + Self.goodbye
        var bytes = [UInt8](repeating: 0, count: 4096)
        while Monotonic.seconds < end {
            var ready = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            guard poll(&ready, 1, 100) >= 0 else { return }
            if ready.revents != 0, recv(socket, &bytes, bytes.count, Int32(MSG_DONTWAIT)) <= 0 { return }
        }
    }

    /// Seconds that a broker may take to end a connection that was said goodbye to.
    private static let goodbye = 5.0

    private func waitAndServe(until time: Double) {
        guard let handle else { return }
        let hasRoom = desk.hasRoom
        var events = hasRoom ? Int16(POLLIN) : 0
        if arete_mqtt_wants_to_write(handle) { events |= Int16(POLLOUT) }
        let socket = arete_mqtt_socket(handle)
        guard socket >= 0 else { return end("the connection is lost") }
        var ready = [
            pollfd(fd: socket, events: events, revents: 0),
            pollfd(fd: desk.wake.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        let left = max(0, time - Monotonic.seconds)
        guard poll(&ready, 2, Int32(clamping: Int(left * 1000) + 1)) > 0 else { return }
        if ready[1].revents != 0 { desk.wake.lower() }
        let happened = Int32(ready[0].revents)
        if happened & Int32(POLLIN | POLLHUP | POLLERR) != 0 { check { arete_mqtt_read($0) } }
        if happened & Int32(POLLOUT) != 0 { check { arete_mqtt_write($0) } }
    }

    // MARK: Giving

    private func giveAll() {
        for subscription in desk.subscriptions(from: subscribed) {
            subscribed += 1
            var id: Int32 = 0
            check { arete_mqtt_subscribe($0, subscription.filter, subscription.quality.rawValue, &id) }
            subscriptions[id] = subscription.filter
        }
        while !isOver {
            let hasRoom = unacknowledgedCount < mostUnacknowledged && sent.count < Self.mostSent
            let order = desk.nextOrder { sent.count < Self.mostSent && (hasRoom || $0.quality == .atMostOnce) }
            guard let order else { return }
            give(order)
        }
    }

    private func give(_ order: MQTTDesk.Order) {
        guard let handle else { return }
        // The library says so too, but keeps the message and sends it later, and then the broker ends the connection.
        guard order.message.packetBytes <= mostBytes else { return desk.ended(order, refusal: Self.tooLarge) }
        giving = (order, false)
        let (name, alias) = aliases.name(of: order.message)
        var id: Int32 = 0
        let status = Publication(order.message, name: name, alias: alias).withC { arete_mqtt_publish(handle, $0, &id) }
        let hasGone = giving?.hasGone == true
        guard status == 0 else {
            if Self.isItsOwn(status) {
                giving = nil
                aliases.forget(order.message.topic)
                desk.ended(order, refusal: Self.text(ofRefusal: status))
            } else if hasGone {
                giving = nil
                desk.gone(order)
                end(text(ofError: status))
            } else {
                end(text(ofError: status))
            }
            return
        }
        giving = nil
        guard !hasGone else { return desk.gone(order) }
        sent[id] = order
        if order.message.quality == .atLeastOnce {
            if unacknowledgedCount == 0 { silentSince = Monotonic.seconds }
            unacknowledgedCount += 1
        }
    }

    /// Errors of a message, not of the connection: invalid, too long, not UTF-8, and a quality, retaining or alias that
    /// the broker does not know.
    private static func isItsOwn(_ status: Int32) -> Bool { [3, 9, 18, 24, 28, 29].contains(status) }

    private static let tooLarge = "it is larger than the broker takes"

    private static func text(ofRefusal status: Int32) -> String {
        line(arete_mqtt_error_text(status))
    }

    // MARK: Events

    private func take(_ event: arete_mqtt_event) {
        switch event.kind {
        case ARETE_MQTT_CONNECTED: takeConnected(event)
        case ARETE_MQTT_DISCONNECTED:
            if event.code >= 128 { end("the broker ended the connection: \(Self.text(ofReason: event.code))") }
        case ARETE_MQTT_SENT: takeSent(event)
        case ARETE_MQTT_SUBSCRIBED:
            guard let filter = subscriptions.removeValue(forKey: event.id), event.code >= 128 else { return }
            desk.notSubscribed(filter, Self.text(ofReason: event.code))
        case ARETE_MQTT_MESSAGE: takeMessage(event)
        case ARETE_MQTT_ERROR:
            // Lines that nobody asked for do not pile up.
            if errors.count < 16, let text = event.topic { errors.append(String(cString: text)) }
        default: break
        }
    }

    /// Of a connection. The library has no words for the few numbers that MQTT 3.1.1 has (section 3.2.2.3).
    private func text(ofRefusal code: Int32) -> String {
        let words = [
            1: "it does not speak MQTT 5 or 3.1.1", 2: "it does not take this client's name", 3: "it is not available",
            4: "wrong user or password", 5: "not authorized",
        ]
        return words[Int(code)] ?? Self.text(ofReason: code)
    }

    private static func text(ofReason code: Int32) -> String {
        line(arete_mqtt_reason_text(code))
    }

    private static func line(_ words: UnsafePointer<CChar>?) -> String {
        let text = words.map { String(cString: $0) } ?? ""
        return text.hasSuffix(".") ? String(text.dropLast()) : text
    }

    private func takeConnected(_ event: arete_mqtt_event) {
        guard event.code == 0 else {
            wasNotUnderstood = MQTTVersion.unknownVersionCodes.contains(event.code)
            return end("the broker refused: \(text(ofRefusal: event.code))")
        }
        wasConnected = true
        mostUnacknowledged = max(1, min(Int(event.most_unacknowledged), Self.mostSent))
        mostBytes = Int(event.most_bytes)
        aliases = TopicAliases(most: Int(event.most_aliases))
        desk.connected(hasSession: event.has_session)
    }

    private func takeSent(_ event: arete_mqtt_event) {
        guard let order = sent.removeValue(forKey: event.id) else {
            if giving?.order.message.quality == .atMostOnce { giving?.hasGone = true }
            return
        }
        guard order.message.quality == .atLeastOnce else { return desk.gone(order) }
        unacknowledgedCount -= 1
        silentSince = Monotonic.seconds
        desk.ended(
            order, refusal: event.code >= 128 ? Self.text(ofReason: event.code) : nil,
            isFinal: Self.finalReasons.contains(event.code))
    }

    /// MQTT 5, section 3.4.2.1: a topic name that is not valid, a packet that is too large, a payload of another format than was said.
    private static let finalReasons: Set<Int32> = [0x90, 0x95, 0x99]

    private func takeMessage(_ event: arete_mqtt_event) {
        let payload = event.bytes.map { Array(UnsafeRawBufferPointer(start: $0, count: event.count)) } ?? []
        desk.received(
            MQTTMessage(
                topic: event.topic.map { String(cString: $0) } ?? "", payload: payload,
                quality: event.qos == 0 ? .atMostOnce : .atLeastOnce, isRetained: event.is_retained,
                contentType: event.content_type.map { String(cString: $0) }))
    }
}
