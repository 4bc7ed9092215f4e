// The store, for several threads.
import Database
import JSON
import Synchronization

/// What people see and say, each over a connection to the store that one thread uses at a time: who reads does not wait for
/// what is said, which may wait for others who write.
final class StationView: Sendable {
    private let board: Mutex<StationBoard>
    private let desk: Mutex<StationDesk>
    private let status: StationStatus

    /// - Throws: `DatabaseError`, one line that says what to do.
    init(place: String, _ status: StationStatus, _ sight: CameraSight?) throws(DatabaseError) {
        self.status = status
        board = Mutex(try StationBoard(place: place, sight))
        desk = Mutex(try StationDesk(place: place))
    }

    func read<Result: Sendable>(
        _ body: (StationBoard) throws(DatabaseError) -> Result
    ) throws(DatabaseError) -> Result {
        try board.withLock { board throws(DatabaseError) in try body(board) }
    }

    func say<Result: Sendable>(
        _ body: (StationDesk) throws(DatabaseError) -> Result
    ) throws(DatabaseError) -> Result {
        try desk.withLock { desk throws(DatabaseError) in try body(desk) }
    }

    func revision() throws(DatabaseError) -> Int { try read { board throws(DatabaseError) in try board.revision() } }

    /// All that there is.
    func state() throws(DatabaseError) -> JSONValue {
        let all = try read { board throws(DatabaseError) in try board.changes(since: 0) }
        return JSONValue(.object([JSONMember("version", JSONValue(1))] + surroundings + members(all)))
    }

    /// What changed, and the revision that it leads to; no text where the store is another one.
    ///
    /// - Parameter surroundings: to be told, too, and with them how all senders' links are.
    func changes(
        since revision: Int, _ newest: Int, with surroundings: [JSONMember]
    ) throws(DatabaseError) -> (text: String?, revision: Int) {
        guard revision <= newest else { return (nil, newest) }
        let changes = try read { board throws(DatabaseError) in
            try board.changes(since: revision, withAllSenders: !surroundings.isEmpty)
        }
        guard case .integer(let reached)? = changes["revision"]?.content else { return (nil, newest) }
        return (JSONValue(.object(members(changes) + surroundings)).text, Int(reached))
    }

    /// What has no revision.
    var surroundings: [JSONMember] {
        [JSONMember("station", status.json), JSONMember("area", status.area)]
    }

    /// What goes over all links now, to be compared.
    var traffic: [Int: StationStatus.Traffic] { status.traffic }

    /// With what goes over the senders' links.
    private func members(_ changes: JSONValue) -> [JSONMember] {
        guard case .object(let members) = changes.content else { return [] }
        return members.map { member in
            guard member.key == "senders", case .array(let senders) = member.value.content else { return member }
            return JSONMember(member.key, JSONValue(senders.map(withTraffic)))
        }
    }

    private func withTraffic(_ sender: JSONValue) -> JSONValue {
        guard case .object(let members) = sender.content, case .string(let id)? = sender["id"]?.content,
            let traffic = Int(id).map({ status.traffic[$0] })
        else { return sender }
        return JSONValue(
            .object(
                members + [
                    // Of others, packets are refused.
                    JSONMember("paired", JSONValue(traffic != nil)),
                    JSONMember("bytes_per_second", .optional(traffic?.bytesPerSecond)),
                    JSONMember("packets_lost", .optional(traffic?.loss)),
                ]))
    }
}
