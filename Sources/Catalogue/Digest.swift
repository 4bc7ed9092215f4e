// SHA-256 of files.
import CCrypto
import Tensors

public enum Digest {
    /// The SHA-256 of a file's bytes in 64 lower-case hexadecimal digits. Complexity: O(size); the file is mapped, not read into memory.
    public static func sha256(_ file: MappedFile) -> String {
        var sum = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
        crypto_hash_sha256(&sum, file.bytes.baseAddress, UInt64(file.bytes.count))
        let digits = Array("0123456789abcdef")
        return String(sum.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
