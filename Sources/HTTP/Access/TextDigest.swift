// SHA-256 of a text.
import CCrypto

enum TextDigest {
    /// 32 bytes.
    static func bytes(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        var digest = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
        crypto_hash_sha256(&digest, bytes, UInt64(bytes.count))
        return digest
    }

    /// 64 lower-case hexadecimal digits.
    static func hexadecimal(_ text: String) -> String {
        bytes(text).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
