// Who sends, as a station knows them.
import Link

/// A sender whose pairing a station has. For one thread at a time.
final class PairedSender {
    let id: SenderID
    var name: String
    /// Under the epoch of this station's answers; `nil` where another one takes its packets.
    private(set) var sealer: PacketSealer?
    var keeping = SenderKeeping()
    /// The newest first, each with the one for the way down.
    private var keys: [(up: PacketKey, down: PacketKey)] = []
    /// Under which its newest packet came.
    private var key: PacketKey?
    var receiver = LinkReceiver()
    var receipts = ReceiptBook()
    /// Where its newest packet came from, and which that was.
    var peer: PacketPeer?
    var newest: PacketNumber?
    var asked: [RequestRecord: Int] = [:]
    var wishes: [RequestRecord] = []
    var pictures = PictureWishes()
    var verdicts = VerdictNews()
    var meter = LinkMeter()
    /// The names that its contexts stand on, where they are not here.
    var names: UInt32?

    init(_ id: SenderID, name: String) { (self.id, self.name) = (id, name) }

    /// Its packets are taken here from now on.
    func begin(_ sealer: PacketSealer, _ receiver: LinkReceiver) {
        (self.sealer, self.receiver) = (sealer, receiver)
        seal()
    }

    /// Another station takes its packets.
    func leave() {
        (sealer, receiver, receipts, keeping) = (nil, LinkReceiver(), ReceiptBook(), SenderKeeping())
        (peer, newest, asked, wishes, names) = (nil, nil, [:], [], nil)
    }

    /// Whether there are others than before.
    func set(_ up: [PacketKey], _ down: [PacketKey]) -> Bool {
        guard keys.map(\.up) != up else { return false }
        keys = Array(zip(up, down))
        seal()
        return true
    }

    /// It has this key: it may not have a newer one yet.
    func has(_ key: PacketKey?) {
        self.key = key
        seal()
    }

    private func seal() {
        guard let pair = keys.first(where: { $0.up == key }) ?? keys.first else { return }
        sealer?.use(pair.down)
    }

    func utc(of report: Report) -> Int? { report.time.flatMap { receiver.utc($0) }?.milliseconds }

    /// Asks for what is needed, a few things at a time.
    func wish(_ wish: RequestRecord, at now: Int, patience: Int) {
        guard wishes.count < 8, asked[wish].map({ now - $0 > patience }) ?? true else { return }
        asked = asked.filter { now - $0.value <= patience }
        asked[wish] = now
        wishes.append(wish)
    }
}
