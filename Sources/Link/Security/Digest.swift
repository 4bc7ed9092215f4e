// What bytes are known by.
import CSealing

/// SHA-256, cut.
public enum Digest {
    /// The first 32 bits.
    ///
    /// - Throws: `SealingError` where this machine has no SHA-256.
    public static func first32(of bytes: [UInt8]) throws(SealingError) -> UInt32 {
        var digest = [UInt8](repeating: 0, count: Int(ARETE_SHA256_BYTES))
        try SealingError.check(arete_sha256(bytes, bytes.count, &digest))
        return digest.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }
}
