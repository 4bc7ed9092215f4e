// How a station is, beside what it keeps.
import JSON
import Link
import Synchronization

/// What the station's thread says of itself and its links, for those who serve it to people.
public final class StationStatus: Sendable {
    /// What goes over a sender's link now.
    public struct Traffic: Hashable, Sendable {
        public var bytesPerSecond: Double
        /// The part of its packets that is lost; `nil` where that is not known.
        public var loss: Double?

        public init(bytesPerSecond: Double, loss: Double?) {
            (self.bytesPerSecond, self.loss) = (bytesPerSecond, loss)
        }
    }

    private struct State {
        var places: [String] = []
        var counts = StationReceiver.Counts()
        var trouble: String?
        var traffic: [Int: Traffic] = [:]
    }

    private let state = Mutex(State())

    public init() {}

    /// - Parameter places: where it listens.
    public func tell(places: [String]) { state.withLock { $0.places = places } }

    /// - Parameters:
    ///   - trouble: why nothing is kept; `nil` where it is.
    ///   - traffic: by senders' ids.
    public func tell(_ counts: StationReceiver.Counts, trouble: String?, traffic: [Int: Traffic]) {
        state.withLock { ($0.counts, $0.trouble, $0.traffic) = (counts, trouble, traffic) }
    }

    var json: JSONValue {
        let state = state.withLock { $0 }
        let refused = PacketRefusal.allCases.compactMap { refusal in
            state.counts.refused[refusal].map { JSONMember(refusal.rawValue, JSONValue($0)) }
        }
        return [
            "places": JSONValue(state.places.map { JSONValue($0) }),
            "counts": ["taken": JSONValue(state.counts.taken), "refused": JSONValue(.object(refused))],
            "store": ["trouble": .optional(state.trouble)],
        ]
    }

    /// Of a sender's link.
    func traffic(of sender: Int) -> Traffic? { state.withLock { $0.traffic[sender] } }
}
