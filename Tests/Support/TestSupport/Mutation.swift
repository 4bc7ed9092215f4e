// Broken files.

public enum Mutation {
    /// One to four damages: bits flipped, a byte set to an extreme, a part cut, doubled or moved, the end cut off.
    ///
    /// - Parameter other: a file of which the end may be taken.
    public static func mutated(_ file: [UInt8], with other: [UInt8], _ random: inout SplitMix) -> [UInt8] {
        var bytes = file
        for _ in 0..<Int.random(in: 1...4, using: &random) where bytes.count > 4 {
            let at = Int.random(in: 0..<bytes.count, using: &random)
            let length = Int.random(in: 1...min(16, bytes.count - at), using: &random)
            switch Int.random(in: 0..<7, using: &random) {
            case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes[at] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
            case 2: bytes.removeSubrange(at..<at + length)
            case 3: bytes.insert(contentsOf: bytes[at..<at + length], at: at)
            case 4: bytes.removeLast(min(bytes.count - at, bytes.count / 2))
            case 5: bytes = Array(bytes.prefix(at)) + other.dropFirst(at)
            default: for i in at..<at + length { bytes[i] = UInt8.random(in: 0...255, using: &random) }
            }
        }
        return bytes
    }
}
