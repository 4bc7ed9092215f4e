// What the packed weights of a program depend on, and the sums that tell it from any other's.
import CPlatform
import Graphs
import Tensors

/// Everything that packed weights depend on.
struct WeightSources: Sendable {
    /// Options, input shapes, the engine's build, and the sums of constants that lie in no file.
    private let words: [UInt64]
    /// The model's file, and files of weights beside it.
    private let files: [MappedFile]
    private let seed: ContentHash.Seed

    init(_ graph: Graph, file: MappedFile, options: Options, seed: ContentHash.Seed) {
        var words = [UInt64](repeating: 0, count: 4)
        // Another build may have other kernels, which want their weights otherwise.
        arete_code_identity(&words)
        words += [options.arithmetic == .exact ? 1 : 0, options.keepsEveryValue ? 1 : 0]
        for input in graph.inputs {
            let sizes = graph[input.value].shape?.dimensions ?? []
            words += [UInt64(sizes.count)] + sizes.map { UInt64(truncatingIfNeeded: $0) }
        }
        for instructionSet in [options.instructionSet, options.floatLayers] {
            Array(instructionSet.description.utf8).withUnsafeBytes { words.add($0, seed) }
        }
        var files = [file]
        for value in graph.values {
            guard let constant = value.constant else { continue }
            if let file = constant.fileRange?.file {
                if !files.contains(where: { $0 === file }) { files.append(file) }
            } else {
                // It may come from somewhere that nothing else tells of.
                constant.withUnsafeBytes { words.add($0, seed) }
            }
        }
        (self.words, self.files, self.seed) = (words, files, seed)
    }

    /// A short sum, under which weights are looked for: of the files their sizes and a few samples. Complexity: O(1) in the size of
    /// the files.
    var name: ContentHash {
        var words = words
        for file in files {
            let bytes = file.bytes
            words.append(UInt64(bytes.count))
            let step = max(Self.sampleBytes, bytes.count / Self.sampleCount)
            for start in stride(from: 0, to: bytes.count, by: step) {
                let end = min(bytes.count, start + Self.sampleBytes)
                words.add(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), seed)
            }
        }
        return sum(words)
    }

    /// The sum of all that weights depend on. Complexity: O(bytes of the files).
    var key: ContentHash {
        var words = words
        for file in files {
            file.bringIn()
            file.forEachPiece(Self.pieceBytes) { words.add($0, seed) }
        }
        return sum(words)
    }

    /// The same sum, with the files read again instead of looked at where they are mapped, so that their pages do not come back to memory;
    /// `nil` where a file is not the one any more that was mapped. Complexity: O(bytes of the files).
    func keyReadAgain() -> ContentHash? {
        var words = words
        for file in files {
            guard file.forEachPieceReadAgain(Self.pieceBytes, { words.add($0, seed) }) else { return nil }
        }
        return sum(words)
    }

    private func sum(_ words: [UInt64]) -> ContentHash { words.withUnsafeBytes { ContentHash($0, seed: seed) } }

    private static let sampleBytes = 64
    private static let sampleCount = 8
    private static let pieceBytes = 1 << 18
}

extension [UInt64] {
    /// Appends the length and the sum of `bytes`.
    fileprivate mutating func add(_ bytes: UnsafeRawBufferPointer, _ seed: ContentHash.Seed) {
        let sum = ContentHash(bytes, seed: seed)
        self += [UInt64(bytes.count), sum.first, sum.second]
    }
}
