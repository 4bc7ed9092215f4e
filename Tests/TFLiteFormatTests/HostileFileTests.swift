// Files that lie: whatever the bytes, reading ends in an error or a graph, soon and in little memory.
import Foundation
import Graphs
import TFLiteFormat
import Tensors
import Testing

/// A generator whose numbers follow from its seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}

@Suite("Hostile files")
struct HostileFileTests {
    /// A model with a convolution, a pack, a slice and state.
    private static let model: TestModel = {
        var state = TestTensor.quantized([1, 10], scales: [0.5], zeroPoints: [-4])
        state.isVariable = true
        let weights = TestTensor.quantized(
            [2, 3, 3, 1], scales: [0.5, 0.25], zeroPoints: [0, 0], content: [UInt8](repeating: 3, count: 18))
        var image = TestTensor.quantized([1, 4, 4, 1], scales: [1], zeroPoints: [0])
        image.signature = [-1, 4, 4, 1]
        let result = TestTensor.quantized([1, 4, 4, 2], scales: [1], zeroPoints: [0])
        let packed = TestTensor.quantized([2, 1, 4, 4, 2], scales: [1], zeroPoints: [0])
        return TestModel(
            [
                image, weights, .zeros([2], TestTensor.int32), result, packed, .ints([0, 0, 0, 0, 0]),
                .ints([1, 1, 1, 1, 1]),
                result, state, TestTensor([1, 3]), .zeros([2, 3]), .zeros([2, 5]), TestTensor([1, 2]),
            ],
            [
                TestOperator("CONV_2D", [0, 1, 2], [3], optionsType: 1, [1: .i32(1), 2: .i32(1)]),
                TestOperator("PACK", [3, 3], [4], optionsType: 59, [0: .i32(2), 1: .i32(0)]),
                TestOperator("STRIDED_SLICE", [4, 5, 6, 6], [7], optionsType: 32, [4: .i32(1)]),
                TestOperator("SVDF", [9, 10, 11, -1, 8], [12], optionsType: 6, [0: .i32(1)]),
            ], inputs: [0, 9], outputs: [7, 12])
    }()

    @Test("the model that the other tests damage is sound")
    func sound() throws {
        var graph = try Self.model.read()
        #expect(try graph.inferTypes().isEmpty)
        #expect(graph.nodes.count == 6)
    }

    @Test("a file cut anywhere is an error")
    func truncation() {
        let bytes = Self.model.bytes
        // The last bytes are the padding of the last vector.
        let end = bytes.count - 64
        for length in 1..<end where readError(Array(bytes[..<length])) == nil {
            Issue.record("cut to \(length) of \(bytes.count) bytes")
        }
    }

    @Test("files of another kind or version are named as such")
    func identity() {
        #expect(
            readError(Array("GGUF and more bytes than eight".utf8)) == "no TFLite file: it lacks the identifier 'TFL3'")
        #expect(readError([1, 2, 3])?.contains("outside the file of 3 bytes") == true)
        var old = Self.model
        old.version = 2
        #expect(readError(old.bytes) == "Model, field 'version': 2 is not known; 3 is")
        #expect(
            readError(FlatBufferWriter.file(root: [0: .u32(3)])) == "Model, field 'subgraphs': there is none")
        #expect(throws: TFLiteError("No such file or directory")) {
            try TFLiteReader.read(path: "/nowhere/model.tflite")
        }
    }

    @Test("vectors and tables that reach past the end are named")
    func lengths() {
        var bytes = FlatBufferWriter.file(root: [0: .u32(3), 2: .bytes([1, 2, 3])])
        #expect(readError(bytes)?.contains("'subgraphs'") == true)
        let root = Int(bytes[0])
        bytes[root] = 0xff
        #expect(readError(bytes)?.hasPrefix("Model") == true)
    }

    @Test("tables that share their content without end are refused, soon and in little memory")
    func sharing() {
        let tensor: [Int: Field] = [0: .ints([4]), 3: .string(String(repeating: "x", count: 100_000))]
        let adding: [Int: Field] = [1: .ints([Int](repeating: 0, count: 100_000))]
        let subgraphs: [[Int: Field]] = [
            [0: .tables([tensor]), 1: .ints([0]), 3: .repeated(adding, 100_000)],
            [0: .repeated(tensor, 100_000), 1: .ints(Array(0..<100_000))],
        ]
        for subgraph in subgraphs {
            let bytes = FlatBufferWriter.file(root: [
                0: .u32(3), 1: .tables([[3: .i32(106)]]), 2: .tables([subgraph]), 4: .tables([[:]]),
            ])
            let started = Date()
            #expect(readError(bytes) == "the file describes far more than it holds (its tables share their content)")
            #expect(Date().timeIntervalSince(started) < 5)
        }
    }

    @Test("damaged files end in an error or a graph", arguments: [UInt64(1), 2, 3, 4])
    func mutations(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let original = Self.model.bytes
        let started = Date()
        var graphs = 0
        for _ in 0..<600 {
            if survives(damaged(original, &generator)) { graphs += 1 }
        }
        // Some changes do no harm, most do.
        #expect(graphs > 10 && graphs < 580, "seed \(seed): \(graphs) of 600 were graphs")
        #expect(Date().timeIntervalSince(started) < 60, "seed \(seed)")
    }

    @Test("damaged trained models end in an error or a graph")
    func mutatedTrainedModels() throws {
        if trainedModels.isEmpty { return print("skipped: ../shared/conformance/models is not there") }
        let seed: UInt64 = 5
        var generator = SeededGenerator(seed: seed)
        let started = Date()
        for path in trainedModels {
            let original = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
            if original.count > 500_000 { continue }
            for _ in 0..<10 { _ = survives(damaged(original, &generator)) }
        }
        #expect(Date().timeIntervalSince(started) < 120, "seed \(seed)")
    }

    /// Whether a graph comes of it; inference must cope with that graph, too.
    private func survives(_ bytes: [UInt8]) -> Bool {
        guard var graph = try? readModel(bytes) else { return false }
        _ = try? graph.inferTypes()
        return true
    }

    /// `original` with some bytes changed, words replaced by telling ones, or parts copied over others.
    private func damaged(_ original: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            let position = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[position] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 2:
                let words: [UInt32] = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x0001_0000, UInt32(bytes.count)]
                let word = words[Int.random(in: 0..<words.count, using: &generator)]
                let start = min(position & ~3, bytes.count - 4)
                for byte in 0..<4 { bytes[start + byte] = UInt8(truncatingIfNeeded: word >> UInt32(8 * byte)) }
            case 3:
                let length = min(Int.random(in: 1...16, using: &generator), bytes.count - position)
                let source = Int.random(in: 0...(bytes.count - length), using: &generator)
                for byte in 0..<length { bytes[position + byte] = original[source + byte] }
            default: if Int.random(in: 0..<8, using: &generator) == 0 { bytes.removeSubrange(max(position, 8)...) }
            }
            if bytes.count < 16 { break }
        }
        return bytes
    }
}
