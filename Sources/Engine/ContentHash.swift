// Sums that tell contents apart.
import CPlatform

/// A 128-bit sum of bytes. It depends on a secret seed, so that nobody can make two contents of one sum.
package struct ContentHash: Hashable, Sendable {
    package var first: UInt64
    package var second: UInt64

    /// What the sum depends on besides the bytes.
    package struct Seed: Hashable, Sendable {
        package var first: UInt64
        package var second: UInt64

        package init(first: UInt64, second: UInt64) { (self.first, self.second) = (first, second) }
    }

    /// Complexity: O(bytes), some 15 GB a second.
    package init(_ bytes: UnsafeRawBufferPointer, seed: Seed) {
        let seed = [seed.first, seed.second]
        var hash: [UInt64] = [0, 0]
        arete_hash128(bytes.baseAddress, bytes.count, seed, &hash)
        (first, second) = (hash[0], hash[1])
    }

    package init(first: UInt64, second: UInt64) { (self.first, self.second) = (first, second) }

    var hexadecimal: String {
        [first, second].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
