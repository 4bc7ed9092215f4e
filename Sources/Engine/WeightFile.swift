// The file that packed weights are kept in: a header, a table of pieces, the pieces.
import Glibc

/// What a cache file holds, checked.
///
/// All numbers are little-endian words of 8 bytes:
///
///     magic, version, key (2), number of pieces, bytes of the file, sum of the header and the table (2)
///     for each piece: offset, bytes, sum (2)
///     the pieces, each at a multiple of 64
package struct WeightFile {
    package let pieces: [Range<Int>]

    static let magic: UInt64 = 0x3153_5457_4554_4552
    /// To be raised when this layout changes.
    static let version: UInt64 = 1
    static let headerBytes = 64
    static let entryBytes = 32
    private static let alignment = 64
    private static let mostPieces = 1 << 20

    /// `nil` for bytes that are no such file for `key`, or that anything has changed since it was written.
    /// Complexity: O(bytes).
    package init?(_ bytes: UnsafeRawBufferPointer, key: ContentHash, seed: ContentHash.Seed) {
        guard let table = Self.table(bytes, key: key) else { return nil }
        let tableEnd = Self.headerBytes + table.count * Self.entryBytes
        guard Self.word(bytes, 6) == Self.headSum(bytes, tableEnd: tableEnd, seed).first,
            Self.word(bytes, 7) == Self.headSum(bytes, tableEnd: tableEnd, seed).second
        else { return nil }
        for (range, sum) in table {
            guard ContentHash(UnsafeRawBufferPointer(rebasing: bytes[range]), seed: seed) == sum else { return nil }
        }
        pieces = table.map(\.range)
    }

    /// The pieces that the table of `bytes` names, all inside the file; `nil` if it contradicts itself. Sums are not looked at.
    package static func table(
        _ bytes: UnsafeRawBufferPointer, key: ContentHash
    ) -> [(range: Range<Int>, sum: ContentHash)]? {
        guard bytes.count >= headerBytes, word(bytes, 0) == magic, word(bytes, 1) == version,
            word(bytes, 2) == key.first, word(bytes, 3) == key.second, word(bytes, 5) == UInt64(bytes.count),
            let count = Int(exactly: word(bytes, 4)), count <= mostPieces,
            headerBytes + count * entryBytes <= bytes.count
        else { return nil }
        var table: [(range: Range<Int>, sum: ContentHash)] = []
        var end = headerBytes + count * entryBytes
        for index in 0..<count {
            let first = (headerBytes + index * entryBytes) / 8
            guard let offset = Int(exactly: word(bytes, first)), let size = Int(exactly: word(bytes, first + 1)),
                offset % alignment == 0, offset >= end, offset <= bytes.count, size <= bytes.count - offset
            else { return nil }
            let sum = ContentHash(first: word(bytes, first + 2), second: word(bytes, first + 3))
            table.append((offset..<offset + size, sum))
            end = offset + size
        }
        return table
    }

    /// Header and table of a file of `pieces`, where each piece goes, and the bytes of the whole file.
    package static func head(
        of pieces: [UnsafeRawBufferPointer], key: ContentHash, seed: ContentHash.Seed
    ) -> (bytes: [UInt8], offsets: [Int], fileBytes: Int) {
        var offset = headerBytes + pieces.count * entryBytes
        var offsets: [Int] = []
        var entries: [UInt64] = []
        for piece in pieces {
            offset = (offset + alignment - 1) / alignment * alignment
            let sum = ContentHash(piece, seed: seed)
            entries += [UInt64(offset), UInt64(piece.count), sum.first, sum.second]
            offsets.append(offset)
            offset += piece.count
        }
        var words = [magic, version, key.first, key.second, UInt64(pieces.count), UInt64(offset), 0, 0] + entries
        let sum = words.withUnsafeBytes { headSum($0, tableEnd: $0.count, seed) }
        (words[6], words[7]) = (sum.first, sum.second)
        return (words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }, offsets, offset)
    }

    /// The sum of header and table, without the sum itself.
    private static func headSum(
        _ bytes: UnsafeRawBufferPointer, tableEnd: Int, _ seed: ContentHash.Seed
    ) -> ContentHash {
        let front = ContentHash(UnsafeRawBufferPointer(rebasing: bytes[0..<48]), seed: seed)
        let between = ContentHash.Seed(first: front.first, second: front.second)
        return ContentHash(UnsafeRawBufferPointer(rebasing: bytes[headerBytes..<tableEnd]), seed: between)
    }

    private static func word(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self))
    }
}
