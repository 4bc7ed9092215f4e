// Packed weights of one program: from the cache, or packed now and kept there.
import CPlatform
import Graphs
import Tensors

/// The pieces that lowering packs, in their order.
struct PackedWeights {
    private let folder: WeightCache.Folder
    private let key: ContentHash
    /// What the cache had.
    private let kept: (file: MappedFile, pieces: [Range<Int>])?
    private var pieces: [UnsafeRawBufferPointer] = []
    /// Whether all pieces so far came from the cache.
    private var isKept: Bool

    /// For the program of `graph`, a model that was read from `file`; `nil` where the cache cannot serve.
    init?(_ graph: Graph, file: MappedFile?, options: Options) {
        guard let cache = options.weightCache, let file else { return nil }
        let bytes = graph.values.reduce(0) { $0 &+ ($1.constant?.byteCount ?? 0) }
        guard bytes >= WeightCache.fewestBytes, let folder = cache.open() else { return nil }
        self.folder = folder
        key = Self.key(graph, file: file, options: options, seed: folder.seed)
        kept = folder.read(key)
        isKept = kept != nil
    }

    /// The sum of all that packed weights depend on.
    static func key(
        _ graph: Graph, file: MappedFile, options: Options, seed: ContentHash.Seed
    ) -> ContentHash {
        var words = [UInt64](repeating: 0, count: 4)
        // Another build may have other kernels, which want their weights otherwise.
        arete_code_identity(&words)
        words += [options.arithmetic == .exact ? 1 : 0, options.keepsEveryValue ? 1 : 0]
        for input in graph.inputs {
            let sizes = graph[input.value].shape?.dimensions ?? []
            words += [UInt64(sizes.count)] + sizes.map { UInt64(truncatingIfNeeded: $0) }
        }
        func add(_ bytes: UnsafeRawBufferPointer) {
            let sum = ContentHash(bytes, seed: seed)
            words += [UInt64(bytes.count), sum.first, sum.second]
        }
        Array(options.instructionSet.description.utf8).withUnsafeBytes(add)
        var added: [MappedFile] = []
        func add(_ file: MappedFile) {
            guard !added.contains(where: { $0 === file }) else { return }
            added.append(file)
            file.bringIn()
            add(file.bytes)
        }
        add(file)
        for value in graph.values {
            guard let constant = value.constant else { continue }
            if let file = constant.fileRange?.file {
                add(file)
            } else {
                // It may come from a file of weights beside the model's that nothing else tells of.
                constant.withUnsafeBytes(add)
            }
        }
        return words.withUnsafeBytes { ContentHash($0, seed: seed) }
    }

    /// The next piece, if the cache has it, and the file that it lies in.
    mutating func next(atMost bytes: Int) -> (piece: UnsafeRawBufferPointer, owner: MappedFile)? {
        guard isKept, let kept, pieces.count < kept.pieces.count, kept.pieces[pieces.count].count <= bytes else {
            isKept = false
            return nil
        }
        let piece = UnsafeRawBufferPointer(rebasing: kept.file.bytes[kept.pieces[pieces.count]])
        pieces.append(piece)
        return (piece, kept.file)
    }

    /// Notes a piece that was packed now. It must stay where it is as long as its `PackedMemory` lives.
    mutating func add(_ piece: UnsafeRawBufferPointer) { pieces.append(piece) }

    /// The pieces, unless the cache has them all.
    /// - Parameter memory: where those lie that were packed now.
    func unkept(_ memory: PackedMemory) -> UnkeptWeights? {
        let isComplete = isKept && pieces.count == kept?.pieces.count
        guard !isComplete, !pieces.isEmpty else { return nil }
        let owners: [any AnyObject & Sendable] = kept.map { [memory, $0.file] } ?? [memory]
        return UnkeptWeights(folder: folder, key: key, pieces: pieces, owners: owners)
    }
}
