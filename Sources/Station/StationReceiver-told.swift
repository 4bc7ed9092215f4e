// What a station tells of what came.
import Link

extension StationReceiver {
    /// What was learnt, and that the store has.
    public struct Learnt: Sendable {
        let id: SenderID
        public var sender: String
        public var report: Report
        /// It was not there before.
        public var isNew: Bool
        /// Of its time, in milliseconds since 1970 (UTC); `nil` as long as the sender has not told the time.
        public var utc: Int?
    }

    /// A packet for a sender.
    public struct Answer: Sendable {
        public var peer: PacketPeer
        public var packet: [UInt8]
    }

    /// Packets since the begin, by what became of them.
    public struct Counts: Hashable, Sendable {
        public var taken = 0
        public var refused: [PacketRefusal: Int] = [:]
        /// Of senders whose packets another station takes.
        public var elsewhere = 0
    }

    /// What became of a sender's pairing.
    public struct PairingChange: Hashable, Sendable {
        public enum Kind: Hashable, Sendable { case added, rotated, revoked, removed }

        public var sender: String
        public var kind: Kind
    }
}

extension Report {
    /// Its sender repeats it until it has a receipt.
    var isRepeated: Bool {
        switch self {
        case .update, .pose, .unknown, .wish, .object, .other, .unreadable: false
        case .track, .gone, .event, .part, .context, .clock, .chip: true
        }
    }

    /// When what it tells was so.
    var time: LinkTime? {
        switch self {
        case .track(let track, _), .update(let track): track.seen
        case .gone(_, _, let at), .event(_, _, _, let at), .part(_, let at): at
        case .pose(let pose): pose.seen
        case .unknown, .wish, .context, .clock, .chip, .object, .other, .unreadable: nil
        }
    }
}
