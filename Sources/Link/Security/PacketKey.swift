// Keys that protect packets.
import CSealing

/// A key for packets of one sender in one direction.
public struct PacketKey: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    /// Which way packets go.
    public enum Direction: String, Sendable {
        /// From a sender to its station.
        case up
        case down
    }

    private let bytes: [UInt8]

    /// A key is shown to nobody, not even by accident.
    public var description: String { "PacketKey" }
    public var customMirror: Mirror { Mirror(self, children: []) }

    public static let secretBytes = 32

    /// The key for a direction that a pairing's secret of 32 bytes gives.
    ///
    /// - Throws: `SealingError` where this machine cannot derive it.
    public init(secret: [UInt8], _ direction: Direction) throws(SealingError) {
        precondition(secret.count == Self.secretBytes)
        var key = [UInt8](repeating: 0, count: Int(ARETE_SEAL_KEY_BYTES))
        let status = arete_derive_key(secret, secret.count, "arete link 1 \(direction.rawValue)", &key, key.count)
        try SealingError.check(status)
        bytes = key
    }

    static let tagBytes = Int(ARETE_SEAL_TAG_BYTES)

    /// Cipher text with its tag. Complexity: O(bytes), some microseconds.
    func seal(_ text: [UInt8], head: [UInt8], nonce: PacketNonce) throws(SealingError) -> [UInt8] {
        var sealed = [UInt8](repeating: 0, count: text.count + Self.tagBytes)
        try SealingError.check(arete_seal(bytes, nonce.bytes, head, head.count, text, text.count, &sealed))
        return sealed
    }

    /// The text; `nil` where the tag does not fit. Complexity: as `seal`.
    func unseal(_ sealed: [UInt8], head: [UInt8], nonce: PacketNonce) throws(SealingError) -> [UInt8]? {
        guard sealed.count >= Self.tagBytes else { return nil }
        let count = sealed.count - Self.tagBytes
        var text = [UInt8](repeating: 0, count: count)
        let status = arete_unseal(bytes, nonce.bytes, head, head.count, sealed, count, &text)
        try SealingError.check(status)
        return status == ARETE_SEALING_OK ? text : nil
    }
}

/// What makes each packet's encryption another one: never twice under a key.
struct PacketNonce {
    let sender: SenderID
    let number: PacketNumber

    var bytes: [UInt8] {
        var writer = BitWriter()
        writer.write(UInt64(sender.value), bits: 32)
        writer.write(UInt64(number.epoch), bits: 32)
        writer.write(number.counter, bits: PacketNumber.counterBits)
        return writer.bytes
    }
}
