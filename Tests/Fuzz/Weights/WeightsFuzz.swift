// Feeds the reader of cached weights: any bytes are refused or name pieces inside the file, and what is written is read back.

import Engine
import FuzzDriver

@main enum WeightsFuzz {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            let bytes = UnsafeRawBufferPointer(start: data, count: size)
            let seed = ContentHash.Seed(first: 1, second: 2)
            let key = ContentHash(
                first: size < 32 ? 0 : bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
                second: size < 32 ? 0 : bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
            var end = 0
            for (range, _) in WeightFile.table(bytes, key: key) ?? [] {
                precondition(range.lowerBound >= end && range.upperBound <= size && range.lowerBound % 64 == 0)
                end = range.upperBound
            }
            precondition(WeightFile(bytes, key: key, seed: seed) == nil, "random bytes with the right sums")

            let cut = size / 3
            let pieces = [bytes[0..<cut], bytes[cut..<cut], bytes[cut..<size]].map {
                UnsafeRawBufferPointer(rebasing: $0)
            }
            let (head, offsets, fileBytes) = WeightFile.head(of: pieces, key: key, seed: seed)
            var file = [UInt8](repeating: 0, count: fileBytes)
            file.replaceSubrange(0..<head.count, with: head)
            for (piece, offset) in zip(pieces, offsets) {
                file.replaceSubrange(offset..<offset + piece.count, with: piece)
            }
            file.withUnsafeBytes { file in
                guard let read = WeightFile(file, key: key, seed: seed) else { preconditionFailure("not read back") }
                precondition(zip(read.pieces, pieces).allSatisfy { file[$0].elementsEqual($1) })
            }
            return 0
        }
    }
}
