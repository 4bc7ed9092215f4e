// From a payload to a packet.

/// Makes a sender's packets.
public struct PacketSealer: Sendable {
    private let sender: SenderID
    private let key: PacketKey

    public init(sender: SenderID, key: PacketKey) { (self.sender, self.key) = (sender, key) }

    /// A packet. Each number is for one packet alone. Complexity: O(bytes).
    ///
    /// - Parameter context: the number of the context that the records stand on.
    /// - Throws: `SealingError` where this machine cannot encrypt.
    public func packet(
        _ payload: Payload, _ form: PacketForm, context: Int, number: PacketNumber
    ) throws(SealingError) -> [UInt8] {
        let head = PacketHead(form, context: context, sender: sender, number: number).bytes
        let text = payload.bytes
        guard form != .bare else { return head + text }
        return head + (try key.seal(text, head: head, nonce: PacketNonce(sender: sender, number: number)))
    }
}
