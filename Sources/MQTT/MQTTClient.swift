// A client whose caller never waits.
import CMosquitto
import Credentials
import Threads

/// Publishes to a broker by MQTT 5, or 3.1.1 where it speaks no newer one, and takes messages from it, over one connection that a thread of its own makes and
/// makes again. Any thread may use it.
///
/// It keeps nothing over the end of a connection: who must lose nothing keeps each message until
/// `MQTTEvent.acknowledged` names it, and publishes it again after `disconnected` or in the next life of the program.
public final class MQTTClient: Sendable {
    private let desk: MQTTDesk

    /// Begins to connect, and comes back at once.
    ///
    /// - Throws: `MQTTError` for a configuration that cannot work, and where this machine has no MQTT.
    public init(_ configuration: MQTTConfiguration) throws(MQTTError) {
        if let absence = arete_mqtt_absence() { throw .absent(String(cString: absence)) }
        try configuration.check()
        guard let desk = MQTTDesk(configuration) else { throw .absent("no descriptor is left for a connection") }
        self.desk = desk
        do throws(ThreadError) {
            try SystemThread.detach { MQTTWorker(configuration, desk).run() }
        } catch {
            throw .absent("\(error)")
        }
    }

    /// As `close`, without waiting.
    deinit { desk.close() }

    /// Can be read from (`poll`) as long as `takeEvents` would give something.
    public var descriptor: Int32 { desk.news.descriptor }

    /// Gives a message to the broker. Never waits.
    ///
    /// - Returns: a token of which `takeEvents` tells what became of it (nothing for QoS 0); or why the message was not
    ///   accepted.
    public func publish(_ message: MQTTMessage) -> Result<MQTTToken, MQTTRefusal> {
        if let refusal = message.refusal { return .failure(.unsendable(refusal)) }
        return desk.accept(message)
    }

    /// Asks for all messages under a filter, on this connection and all later ones. Never waits.
    ///
    /// - Throws: `MQTTError.configuration` for what is no filter.
    public func subscribe(_ filter: String, quality: MQTTMessage.Quality = .atLeastOnce) throws(MQTTError) {
        guard !filter.isEmpty, !filter.contains("\0"), arete_mqtt_is_filter(filter) else {
            throw .configuration("'\(filter.prefix(80))' is no filter of topics")
        }
        desk.subscribe(MQTTDesk.Subscription(filter: filter, quality: quality))
    }

    /// What has happened since the last call, in its order. Never waits.
    public func takeEvents() -> [MQTTEvent] { desk.takeEvents() }

    /// Says goodbye to the broker, so that it does not tell the last will, and waits until that is said, but no longer
    /// than `seconds`. What is not acknowledged by then is named by the last `disconnected`.
    public func close(within seconds: Double) {
        desk.close()
        desk.ended.wait(milliseconds: Int32(clamping: Int(max(0, min(seconds, 1e6)) * 1000)))
    }
}
