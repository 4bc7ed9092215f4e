// Packed weights on disk: found again, never trusted when damaged, never in the way.
import Foundation
import Graphs
import Tensors
import Testing

@testable import Engine

/// A folder that is gone after the test.
private final class Scratch {
    let path = NSTemporaryDirectory() + "arete-cache-\(UUID().uuidString)"
    deinit { try? FileManager.default.removeItem(atPath: path) }

    var files: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { $0.hasSuffix(".weights") }
            .sorted()
    }

    var unfinished: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { $0.hasSuffix(".tmp") }
    }
}

private let key = ContentHash(first: 0x0123_4567_89ab_cdef, second: 0x42)

/// Writes `pieces` for `key` and reads what the cache has then.
private func keep(_ pieces: [[UInt8]], in folder: WeightCache.Folder, for key: ContentHash = key) {
    func views(_ rest: ArraySlice<[UInt8]>, _ known: [UnsafeRawBufferPointer]) {
        guard let first = rest.first else { return folder.write(key, key: key, known) }
        first.withUnsafeBytes { views(rest.dropFirst(), known + [$0]) }
    }
    views(pieces[...], [])
}

private func kept(in folder: WeightCache.Folder, for key: ContentHash = key) -> [[UInt8]]? {
    folder.read(key, key: key).map { found in found.pieces.map { Array(found.file.bytes[$0]) } }
}

@Suite struct WeightCacheTests {
    private let pieces: [[UInt8]] = [
        [1, 2, 3], [], [UInt8](repeating: 7, count: 64), (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) },
    ]

    @Test("what was kept is found again, under its own key alone")
    func roundTrip() throws {
        let scratch = Scratch()
        let folder = try #require(WeightCache(directory: scratch.path + "/a/b").open())
        #expect(kept(in: folder) == nil)
        keep(pieces, in: folder)
        #expect(kept(in: folder) == pieces)
        #expect(kept(in: folder, for: ContentHash(first: key.first, second: 0x43)) == nil)
        // Another process: the seed is read back.
        let again = try #require(WeightCache(directory: scratch.path + "/a/b").open())
        #expect(again.seed == folder.seed)
        #expect(kept(in: again) == pieces)
    }

    @Test("a file that was changed, cut or grown anywhere is not read, and is replaced by the next that is kept")
    func damaged() throws {
        let scratch = Scratch()
        let folder = try #require(WeightCache(directory: scratch.path).open())
        keep(pieces, in: folder)
        let path = folder.path(key)
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        func check(_ data: Data, _ what: String) throws {
            try data.write(to: URL(fileURLWithPath: path))
            chmod(path, 0o600)
            #expect(kept(in: folder) == nil, "\(what)")
        }
        let table = 64 + 32 * pieces.count
        for place in [Int](0..<table) + [table + 1, 260, 50_000, whole.count - 1] {
            // The bytes between pieces carry nothing.
            if place >= table, whole[place] == 0, place < 400 { continue }
            var data = whole
            data[place] ^= 0x10
            try check(data, "byte \(place)")
        }
        for count in [1, 31, 63, 64, 100, table, whole.count / 2, whole.count - 1] {
            try check(whole.prefix(count), "\(count) bytes")
        }
        try check(whole + Data([0]), "a byte more")
        try check(Data(), "empty")
        keep(pieces, in: folder)
        #expect(kept(in: folder) == pieces)
    }

    @Test("files and folders that others can write are not trusted, nor are links")
    func foreign() throws {
        let scratch = Scratch()
        let folder = try #require(WeightCache(directory: scratch.path).open())
        keep(pieces, in: folder)
        chmod(folder.path(key), 0o666)
        #expect(kept(in: folder) == nil)
        chmod(folder.path(key), 0o600)
        #expect(kept(in: folder) == pieces)
        try FileManager.default.moveItem(atPath: folder.path(key), toPath: scratch.path + "/elsewhere")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path(key), withDestinationPath: scratch.path + "/elsewhere")
        #expect(kept(in: folder) == nil)
        chmod(scratch.path, 0o777)
        #expect(WeightCache(directory: scratch.path).open() == nil)
    }

    @Test("a folder that cannot be made or used is no cache, and no error")
    func unusable() throws {
        let scratch = Scratch()
        #expect(WeightCache(directory: "/proc/arete/cache").open() == nil)
        #expect(WeightCache(directory: "relative").open() == nil)
        #expect(WeightCache(directory: "").open() == nil)
        #expect(FileManager.default.createFile(atPath: scratch.path, contents: Data("a file".utf8)))
        #expect(WeightCache(directory: scratch.path).open() == nil)
        #expect(WeightCache(directory: scratch.path + "/below").open() == nil)
    }

    @Test(
        "a seed of the wrong size is replaced, and one of zeros alone",
        arguments: [[1, 2, 3], [UInt8](repeating: 0, count: 16)])
    func seed(kept: [UInt8]) throws {
        let scratch = Scratch()
        let first = try #require(WeightCache(directory: scratch.path).open())
        try Data(kept).write(to: URL(fileURLWithPath: scratch.path + "/seed"))
        chmod(scratch.path + "/seed", 0o600)
        let second = try #require(WeightCache(directory: scratch.path).open())
        #expect(first.seed != second.seed)
        #expect(WeightCache(directory: scratch.path).open()?.seed == second.seed)
    }

    @Test("beyond its limit the folder loses what was not used for longest, and what a crash left")
    func limit() throws {
        let scratch = Scratch()
        let folder = try #require(WeightCache(directory: scratch.path, byteLimit: 250_000).open())
        let keys = (0..<4).map { ContentHash(first: UInt64($0), second: 1) }
        let now = time(nil)
        for (index, key) in keys.enumerated() {
            keep(pieces, in: folder, for: key)
            // The first was used last, the others in their order.
            var times = [timeval(tv_sec: now - (index == 0 ? 0 : 1000 - index), tv_usec: 0)]
            times.append(times[0])
            utimes(folder.path(key), times)
        }
        #expect(keys.map { kept(in: folder, for: $0) != nil } == [true, false, false, true])
        let left = scratch.path + "/x.weights.1.tmp"
        #expect(FileManager.default.createFile(atPath: left, contents: Data([1])))
        utimes(left, [timeval(tv_sec: now - 7200, tv_usec: 0), timeval(tv_sec: now - 7200, tv_usec: 0)])
        keep(pieces, in: folder, for: keys[1])
        #expect(scratch.unfinished.isEmpty)
        keep([[UInt8](repeating: 1, count: 300_000)], in: folder, for: keys[2])
        #expect(kept(in: folder, for: keys[2]) == nil)
        #expect(scratch.files.count == 2)
    }

    @Test("threads that keep and read the same weights at a time see all of them or none")
    func race() async throws {
        let scratch = Scratch()
        let pieces = pieces
        let path = scratch.path
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    guard let folder = WeightCache(directory: path).open() else { return false }
                    for _ in 0..<20 {
                        if let found = kept(in: folder), found != pieces { return false }
                        keep(pieces, in: folder)
                    }
                    return kept(in: folder) == pieces
                }
            }
            for await right in group { #expect(right) }
        }
        #expect(scratch.unfinished.isEmpty)
        #expect(scratch.files.count == 1)
    }

    @Test("a model gives the same bits with packed weights from the cache, and nothing is packed the second time")
    func model() throws {
        let scratch = Scratch()
        let (graph, file) = try network()
        var results: [[UInt8]] = []
        for instructionSet in InstructionSet.available {
            for isCached in [false, true, true] {
                var options = Options(instructionSet: instructionSet)
                if isCached { options.weightCache = WeightCache(directory: scratch.path) }
                let executable = try Executable(graph, options: options, file: file)
                let session = try Session(executable)
                session.withInput(0) { bytes in for index in bytes.indices { bytes[index] = UInt8(index & 0x7f) } }
                try session.run()
                results.append(session.withOutput(0) { Array($0) })
            }
        }
        #expect(results.allSatisfy { $0 == results[0] })
        let folder = try #require(WeightCache(directory: scratch.path).open())
        for instructionSet in InstructionSet.available {
            let options = Options(instructionSet: instructionSet, weightCache: folder.cache)
            let sources = WeightSources(graph, file: file, options: options, seed: folder.seed)
            let found = folder.read(sources.name, key: sources.key)
            guard instructionSet != .scalar else { continue }
            #expect(found?.pieces.count == 2, "\(instructionSet)")
            var weights = try #require(PackedWeights(graph, file: file, options: options))
            for piece in found?.pieces ?? [] { #expect(weights.next(atMost: piece.count) != nil) }
            #expect(weights.next(atMost: 64) == nil, "there are no more")
            var other = try #require(PackedWeights(graph, file: file, options: options))
            #expect(other.next(atMost: 1) == nil, "another size is another program")
        }
    }

    @Test("weights are kept when a program has run, at the latest when it ends", arguments: [false, true])
    func written(runs: Bool) throws {
        let scratch = Scratch()
        let (graph, file) = try network()
        let options = Options(weightCache: WeightCache(directory: scratch.path))
        do {
            let session = try Session(try Executable(graph, options: options, file: file))
            #expect(scratch.files.isEmpty)
            if runs {
                try session.run()
                let patience = Date(timeIntervalSinceNow: 60)
                while scratch.files.isEmpty, Date() < patience { usleep(1000) }
                #expect(scratch.files.count == 1)
            }
        }
        #expect(scratch.files.count == 1)
        #expect(scratch.unfinished.isEmpty)
    }

    @Test("weights of another file of the same name are not taken, and make room for those that are packed instead")
    func sameName() throws {
        let scratch = Scratch()
        let folder = try #require(WeightCache(directory: scratch.path).open())
        let options = Options(weightCache: folder.cache)
        // Bytes that no sample looks at tell the files apart.
        let networks = [try network(changing: 100_001), try network(changing: 100_002)]
        let sources = networks.map { WeightSources($0.0, file: $0.1, options: options, seed: folder.seed) }
        #expect(sources[0].name == sources[1].name)
        #expect(sources[0].key != sources[1].key)
        for index in [0, 1, 0] {
            let (graph, file) = networks[index]
            do { _ = try Executable(graph, options: options, file: file) }
            #expect(folder.read(sources[index].name, key: sources[index].key) != nil)
            #expect(folder.read(sources[0].name, key: sources[1 - index].key) == nil)
        }
        #expect(scratch.files.count == 1)
    }

    @Test("the key of a file that is read again is that of the mapped one, and there is none once the file has changed")
    func changedFile() throws {
        let scratch = Scratch()
        let folder = try #require(WeightCache(directory: scratch.path).open())
        let options = Options(weightCache: folder.cache)
        let path = scratch.path + "/model"
        let (graph, file) = try network(at: path)
        let sources = WeightSources(graph, file: file, options: options, seed: folder.seed)
        #expect(sources.keyReadAgain() == sources.key)
        do {
            let executable = try Executable(graph, options: options, file: file)
            utimes(path, [timeval(tv_sec: 1, tv_usec: 0), timeval(tv_sec: 1, tv_usec: 0)])
            #expect(sources.keyReadAgain() == nil)
            #expect(executable.program.unkeptWeights != nil)
        }
        #expect(scratch.files.isEmpty)
        try FileManager.default.removeItem(atPath: path)
        #expect(sources.keyReadAgain() == nil)
    }

    @Test("several sessions of one program keep its weights once")
    func writtenOnce() throws {
        let scratch = Scratch()
        let (graph, file) = try network()
        let options = Options(weightCache: WeightCache(directory: scratch.path))
        var executable: Executable? = try Executable(graph, options: options, file: file)
        var sessions: [Session] = []
        for _ in 0..<3 { sessions.append(try Session(try #require(executable))) }
        for session in sessions { try session.run() }
        executable?.program.unkeptWeights?.finish()
        let folder = try #require(options.weightCache?.open())
        let path = folder.path(WeightSources(graph, file: file, options: options, seed: folder.seed).name)
        func changed() -> Date? { try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date }
        let first = try #require(changed())
        sessions = []
        executable = nil
        #expect(changed() == first)
        #expect(scratch.unfinished.isEmpty)
    }

    @Test("whatever weights depend on gives another key")
    func keys() throws {
        let (graph, file) = try network()
        let seed = ContentHash.Seed(first: 1, second: 2)
        func key(
            _ graph: Graph, _ file: MappedFile, _ options: Options = Options(), _ seed: ContentHash.Seed = seed
        ) -> ContentHash { WeightSources(graph, file: file, options: options, seed: seed).key }
        let base = key(graph, file)
        #expect(key(graph, file) == base)
        #expect(key(graph, file, Options(threads: 2, spinMicroseconds: 0)) == base)
        #expect(key(graph, file, Options(arithmetic: .exact)) != base)
        #expect(key(graph, file, Options(keepsEveryValue: true)) != base)
        #expect(key(graph, file, Options(), ContentHash.Seed(first: 1, second: 3)) != base)
        if InstructionSet.best != .scalar { #expect(key(graph, file, Options(instructionSet: .scalar)) != base) }
        let other = try [UInt8](file.bytes + [0]).withUnsafeBytes { try MappedFile(copying: $0, name: "other") }
        #expect(key(graph, other) != base)
        var changed = graph
        _ = changed.add(constant: try Tensor(.uint8, [3], [UInt8(1), 2, 3]), name: "from a file beside the model's")
        #expect(key(changed, file) != base)
        changed = graph
        changed[changed.inputs[0].value].shape = [1, 4, 4, 1024]
        #expect(key(changed, file) != base)
    }

    @Test("weights whose pages went back to the system are read from the file again")
    func releasedPages() throws {
        let scratch = Scratch()
        var results: [[UInt8]] = []
        for path in [nil, scratch.path] {
            let (graph, file) = try network(at: path)
            // The second program reads what the first has let go of; without a vector kernel weights stay in use.
            for instructionSet in [InstructionSet.best, .best, .scalar] {
                let session = try Session(
                    try Executable(graph, options: Options(instructionSet: instructionSet), file: file))
                session.withInput(0) { bytes in for index in bytes.indices { bytes[index] = UInt8(index & 0x7f) } }
                try session.run()
                results.append(session.withOutput(0) { Array($0) })
            }
        }
        #expect(results.allSatisfy { $0 == results[0] })
    }

    /// Two convolutions with a million weights that lie in a file, at `path` if one is given; the byte at `changed` is another.
    private func network(at path: String? = nil, changing changed: Int? = nil) throws -> (Graph, MappedFile) {
        let channels = 1024
        var content = (0..<2 * channels * channels).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 >> 9) }
        if let changed { content[changed] ^= 1 }
        if let path { try Data(content).write(to: URL(fileURLWithPath: path)) }
        let file =
            try path.map { try MappedFile(path: $0) }
            ?? content.withUnsafeBytes { try MappedFile(copying: $0, name: "model") }
        let quantization = Quantization(scale: 0.5, zeroPoint: 3)
        var graph = Graph(name: "cached", convention: .tflite)
        var value = graph.add(
            Value(name: "input", type: TensorType(.int8, [1, 2, 2, channels], quantization: quantization)))
        graph.inputs = [Input(value: value, dimensions: [1, 2, 2, channels].map { .fixed($0) })]
        for layer in 0..<2 {
            let type = TensorType(
                .int8, [channels, 1, 2, channels / 2], quantization: Quantization(scale: 0.001, zeroPoint: 0))
            let size = type.byteCount
            let weights = try Tensor(type, file: file, range: layer * size..<(layer + 1) * size)
            let origin = Node.Origin(index: layer, operatorName: "CONV_2D")
            let op = Convolution(
                layout: .channelsLast, strides: [1, 1], dilations: [1, 1], padding: .same, groups: 2, activation: .none)
            value =
                graph.append(
                    op, [value, graph.add(constant: weights, name: "weights \(layer)"), nil],
                    outputs: [Value(name: "sum \(layer)", element: .int8, quantization: quantization)], origin: origin)[
                    0]
        }
        graph.outputs = [value]
        return (graph, file)
    }
}
