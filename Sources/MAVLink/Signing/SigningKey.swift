// The secret under signatures.
import CCrypto

/// A key of 32 bytes that all who may command share.
public struct SigningKey: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    private let bytes: [UInt8]

    public static let byteCount = 32

    /// - Returns: `nil` for more or fewer bytes.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// A key is shown to nobody, not even by accident.
    public var description: String { "SigningKey" }
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// The first 6 bytes of SHA-256 over the key and the frame up to its signature (mavlink.io, "Message Signing").
    func signature(of frame: MAVLinkFrame, link: UInt8, time: SigningTime) -> [UInt8] {
        let signed = bytes + frame.checkedBytes(isSigned: true) + [link] + time.bytes
        var digest = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
        // Never fails: there is nothing that it could lack.
        _ = crypto_hash_sha256(&digest, signed, UInt64(signed.count))
        return Array(digest.prefix(6))
    }

    /// Whether a frame's signature is this key's, in a time that tells nothing of how much of it is right.
    func fits(_ signature: MAVLinkFrame.Signature, of frame: MAVLinkFrame) -> Bool {
        let right = self.signature(of: frame, link: signature.link, time: signature.time)
        return zip(right, signature.bytes).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
