// From a payload to a packet.
import Synchronization

/// Makes the packets of an epoch, whatever way they go: it draws their numbers, so that none is used twice.
public final class PacketSealer: Sendable {
    public let epoch: UInt32
    private let sender: SenderID
    private let key: Mutex<PacketKey>
    private let counter: Mutex<PacketCounter>

    /// - Parameter epoch: one that no packet was sent in under this key, and that is on the disk.
    public init(sender: SenderID, key: PacketKey, epoch: UInt32) {
        (self.sender, self.epoch) = (sender, epoch)
        self.key = Mutex(key)
        counter = Mutex(PacketCounter(epoch: epoch))
    }

    /// Later packets have this key. They share one count, so that a key that comes back meets no number again.
    public func use(_ key: PacketKey) { self.key.withLock { $0 = key } }

    /// A packet that is sent now. Complexity: O(bytes).
    ///
    /// - Parameters:
    ///   - context: the number of the context that the records stand on.
    ///   - milliseconds: since the epoch began, by a clock that nobody sets and that runs on while the machine sleeps.
    /// - Returns: `nil` where packets come so fast that their numbers would run ahead of the time: later, then.
    /// - Throws: `SealingError` where this machine cannot encrypt.
    public func packet(
        _ payload: Payload, _ form: PacketForm, context: Int, at milliseconds: Int
    ) throws(SealingError) -> (bytes: [UInt8], number: PacketNumber)? {
        guard let number = counter.withLock({ $0.next(at: milliseconds) }) else { return nil }
        return (try packet(payload, form, context: context, number: number), number)
    }

    func packet(
        _ payload: Payload, _ form: PacketForm, context: Int, number: PacketNumber
    ) throws(SealingError) -> [UInt8] {
        let head = PacketHead(form, context: context, sender: sender, number: number).bytes
        let text = payload.bytes
        guard form != .bare else { return head + text }
        let key = key.withLock { $0 }
        return head + (try key.seal(text, head: head, nonce: PacketNonce(sender: sender, number: number)))
    }
}
