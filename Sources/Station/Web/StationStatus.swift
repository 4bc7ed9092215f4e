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

    /// Where packets come in.
    public struct Port: Hashable, Sendable {
        public var place: String
        /// Why it does not work; `nil` where it does.
        public var trouble: String?

        public init(place: String, trouble: String?) { (self.place, self.trouble) = (place, trouble) }
    }

    private struct State {
        var name = ""
        var ports: [Port] = []
        var counts = StationReceiver.Counts()
        var trouble: String?
        var traffic: [Int: Traffic] = [:]
        /// What is searched, and on what ground: `null` where there is no terrain.
        var area = JSONValue(.null)
        var terrain: JSONValue?
        var terrainTrouble: String?
        /// What troubles ways out; `nil` for those that work.
        var forwards: [String: String?] = [:]
        /// Seconds since 1970; `nil` without HTTPS.
        var certificateEnd: Int?
    }

    private let state = Mutex(State())

    public init() {}

    /// - Parameter name: what people call the station.
    public func tell(name: String) { state.withLock { $0.name = name } }

    public func tell(_ ports: [Port]) { state.withLock { $0.ports = ports } }

    /// - Parameters:
    ///   - trouble: why nothing is kept; `nil` where it is.
    ///   - traffic: by senders' ids.
    public func tell(_ counts: StationReceiver.Counts, trouble: String?, traffic: [Int: Traffic]) {
        state.withLock { ($0.counts, $0.trouble, $0.traffic) = (counts, trouble, traffic) }
    }

    /// - Parameter area: as `/api/state` has it.
    func tell(area: JSONValue) { state.withLock { $0.area = area } }

    /// - Parameter terrain: what there is of the ground; `nil`: nothing.
    func tell(terrain: StationTerrain) { state.withLock { $0.terrain = terrain.json } }

    /// - Parameter trouble: why the ground below a camera is not known.
    func tell(terrainTrouble trouble: String?) { state.withLock { $0.terrainTrouble = trouble } }

    /// - Parameter certificateEnd: the last second since 1970 at which the page's certificate is valid.
    public func tell(certificateEnd: Int) { state.withLock { $0.certificateEnd = certificateEnd } }

    /// - Parameters:
    ///   - name: of a way out.
    ///   - trouble: why it cannot do its work now.
    public func tell(forward name: String, trouble: String?) {
        state.withLock { _ = $0.forwards.updateValue(trouble, forKey: name) }
    }

    /// Why the ground below a camera is not known, or not all of what was searched is kept; `nil` where all is well.
    public var terrainTrouble: String? { state.withLock { $0.terrainTrouble } }

    var area: JSONValue { state.withLock { $0.area } }

    var json: JSONValue {
        let state = state.withLock { $0 }
        let refused = PacketRefusal.allCases.compactMap { refusal in
            state.counts.refused[refusal].map { JSONMember(refusal.rawValue, JSONValue($0)) }
        }
        return [
            "name": JSONValue(state.name),
            "ports": JSONValue(
                state.ports.map { ["place": JSONValue($0.place), "trouble": .optional($0.trouble)] as JSONValue }),
            "counts": ["taken": JSONValue(state.counts.taken), "refused": JSONValue(.object(refused))],
            "certificate": ["ends": state.certificateEnd.map { JSONValue($0) } ?? JSONValue(.null)],
            "store": ["trouble": .optional(state.trouble)], "terrain": Self.terrain(state),
            "forwards": JSONValue(
                state.forwards.sorted { $0.key < $1.key }.map { name, trouble in
                    ["name": JSONValue(name), "trouble": .optional(trouble)]
                }),
        ]
    }

    private static func terrain(_ state: State) -> JSONValue {
        guard case .object(let members)? = state.terrain?.content else {
            return ["trouble": "no terrain was given: --terrain"]
        }
        let isKnown = state.terrainTrouble == nil
        return JSONValue(
            .object(
                isKnown
                    ? members
                    : members.filter { $0.key != "trouble" } + [
                        JSONMember("trouble", .optional(state.terrainTrouble))
                    ]))
    }

    /// Of the links of those that are paired.
    var traffic: [Int: Traffic] { state.withLock { $0.traffic } }
}
