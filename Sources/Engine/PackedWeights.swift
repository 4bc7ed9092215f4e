// Packed weights of one program: from the cache, or packed now and kept there.
import CPlatform
import Graphs
import Tensors

/// The pieces that lowering packs, in their order.
struct PackedWeights {
    private let folder: WeightCache.Folder
    private let sources: WeightSources
    private let name: ContentHash
    /// The key, where it had to be known.
    private let key: ContentHash?
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
        let sources = WeightSources(graph, file: file, options: options, seed: folder.seed)
        let name = sources.name
        // All of the files is summed up only where there is something that the sum may fit.
        let key = folder.mayHave(name) ? sources.key : nil
        let kept = key.flatMap { folder.read(name, key: $0) }
        (self.sources, self.name, self.key, self.kept) = (sources, name, key, kept)
        isKept = kept != nil
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
        return UnkeptWeights(folder: folder, sources: sources, name: name, key: key, pieces: pieces, owners: owners)
    }
}
