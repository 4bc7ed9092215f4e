// What a client's callers and its thread share.
import Synchronization

/// Takes messages from callers and gives them to the thread, and events the other way. Holds a bounded number of both.
final class MQTTDesk: Sendable {
    struct Subscription: Sendable {
        var filter: String
        var quality: MQTTMessage.Quality
    }

    struct Order: Sendable {
        var token: MQTTToken
        var message: MQTTMessage
    }

    private struct State {
        var isConnected = false
        var isClosed = false
        var lastNumber = 0
        /// Accepted, and not with the thread yet.
        var orders: [Order] = []
        var events: [MQTTEvent] = []
        var subscriptions: [Subscription] = []
        /// Accepted, and nobody has taken what became of them.
        var open = 0
        /// Of the payloads of those that are not acknowledged.
        var bytes = 0
        /// Messages among the events.
        var waiting = 0
        /// Why attempts failed since the last connection, so that later ones say nothing where it is the same.
        var reasons: Set<String> = []
    }

    private static let mostReasons = 32

    private let state = Mutex(State())
    private let mostOpen, mostBytes, mostWaiting: Int
    /// For callers: there are events.
    let news: Signal
    /// For the thread: something was asked of it.
    let wake: Signal
    /// The thread has ended.
    let ended: Signal

    init?(_ configuration: MQTTConfiguration) {
        guard let news = Signal(), let wake = Signal(), let ended = Signal() else { return nil }
        (self.news, self.wake, self.ended) = (news, wake, ended)
        (mostOpen, mostBytes) = (configuration.mostUnacknowledged, configuration.mostBytes)
        mostWaiting = configuration.mostWaiting
    }

    // MARK: Callers

    func accept(_ message: MQTTMessage) -> Result<MQTTToken, MQTTRefusal> {
        let result = state.withLock { state -> Result<MQTTToken, MQTTRefusal> in
            guard state.isConnected, !state.isClosed else { return .failure(.notConnected) }
            let bytes = state.bytes + message.payload.count
            // One that is longer than all together goes alone.
            guard state.open < mostOpen, bytes <= mostBytes || state.bytes == 0 else { return .failure(.full) }
            state.lastNumber += 1
            state.open += 1
            state.bytes = bytes
            let token = MQTTToken(number: state.lastNumber)
            state.orders.append(Order(token: token, message: message))
            return .success(token)
        }
        if case .success = result { wake.raise() }
        return result
    }

    func subscribe(_ subscription: Subscription) {
        state.withLock { $0.subscriptions.append(subscription) }
        wake.raise()
    }

    func takeEvents() -> [MQTTEvent] {
        let (events, wasFull) = state.withLock { state -> ([MQTTEvent], Bool) in
            let wasFull = !hasRoom(state)
            let events = state.events
            state.events = []
            state.waiting = 0
            for event in events {
                switch event {
                case .acknowledged, .rejected: state.open -= 1
                case .disconnected(_, let tokens): state.open -= tokens.count
                case .connected, .message, .notSubscribed: break
                }
            }
            news.lower()
            return (events, wasFull)
        }
        if wasFull { wake.raise() }
        return events
    }

    func close() {
        state.withLock { $0.isClosed = true }
        wake.raise()
    }

    // MARK: The thread

    var isClosed: Bool { state.withLock { $0.isClosed } }

    private func hasRoom(_ state: borrowing State) -> Bool {
        state.waiting < mostWaiting && state.events.count < mostOpen + 2 * mostWaiting
    }

    /// Whether more may come: messages of others, and news of new connections.
    var hasRoom: Bool { state.withLock { hasRoom($0) } }

    private func tell(_ event: MQTTEvent, _ change: (inout State) -> Void = { _ in }) {
        state.withLock { state in
            change(&state)
            state.events.append(event)
            news.raise()
        }
    }

    func connected(hasSession: Bool) {
        tell(.connected(hasSession: hasSession)) { state in (state.isConnected, state.reasons) = (true, []) }
    }

    func received(_ message: MQTTMessage) { tell(.message(message)) { $0.waiting += 1 } }

    func notSubscribed(_ filter: String, _ reason: String) { tell(.notSubscribed(filter: filter, reason: reason)) }

    /// The next message to send, where there is one for `mayTake`.
    func nextOrder(_ mayTake: (MQTTMessage) -> Bool) -> Order? {
        state.withLock { state in
            guard let first = state.orders.first, mayTake(first.message) else { return nil }
            return state.orders.removeFirst()
        }
    }

    /// All subscriptions from the `known`th on.
    func subscriptions(from known: Int) -> ArraySlice<Subscription> { state.withLock { $0.subscriptions[known...] } }

    /// A message of QoS 0 has gone.
    func gone(_ order: Order) {
        state.withLock { state in
            state.open -= 1
            state.bytes -= order.message.payload.count
        }
    }

    /// What a broker said to a message of QoS 1, or the library to any: `refusal` is `nil` where it has it.
    func ended(_ order: Order, refusal: String?, isFinal: Bool = true) {
        let event = refusal.map { MQTTEvent.rejected(order.token, reason: $0, isFinal: isFinal) }
        tell(event ?? .acknowledged(order.token)) {
            $0.bytes -= order.message.payload.count
        }
    }

    /// There is no connection any more; `sent` are those that the thread had.
    func disconnected(_ reason: String, sent: [Order]) {
        state.withLock { state in
            let all = sent + state.orders
            (state.isConnected, state.orders) = (false, [])
            let lost = all.filter { $0.message.quality == .atLeastOnce }.map(\.token).sorted()
            state.open -= all.count - lost.count
            state.bytes -= all.reduce(0) { $0 + $1.message.payload.count }
            // Of all hosts together a broker has few.
            if state.reasons.count >= Self.mostReasons { state.reasons = [] }
            guard state.reasons.insert(reason).inserted || !lost.isEmpty else { return }
            state.events.append(.disconnected(reason: reason, unacknowledged: lost))
            news.raise()
        }
    }
}
