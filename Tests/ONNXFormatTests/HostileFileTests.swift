// Broken files: cut off, flipped, nested, lying.
import Foundation
import Graphs
import ONNXFormat
import Testing

@Suite("Hostile files")
struct HostileFileTests {
    /// A model with most kinds of fields.
    private static func rich() -> [UInt8] {
        let branch = graphMessage([node("Exp", ["x"], ["r"])], outputs: ["r"])
        let nodes = [
            node("Conv", ["x", "w", "b"], ["c"], [.ints("kernel_shape", [1, 1]), .string("auto_pad", "SAME_UPPER")]),
            node("LeakyRelu", ["c"], ["d"], [.float("alpha", 0.1)]),
            node("If", ["t"], ["e"], [.graph("then_branch", branch), .graph("else_branch", branch)]),
            node("Constant", [], ["k"], [.tensor("value", int64s("", [2], [1, -1]))]),
            node("Reshape", ["d", "k"], ["y"]), node("Concat", ["e", "e"], ["z"], [.int("axis", 0)]),
        ]
        return model(
            graphMessage(
                nodes, inputs: [info("x", [.named("N"), .fixed(1), .free, .fixed(4)])], outputs: ["y", "z"],
                initializers: [
                    floats("w", [2, 1, 1, 1], [1, 2]), floats("b", [2], [0, 1]), tensor("t", 9, [], raw: [1]),
                ]))
    }

    @Test("a file cut off anywhere gives an error or a graph, never a crash")
    func truncation() throws {
        let bytes = Self.rich()
        #expect(try read(bytes).outputs.count == 2)
        let folder = try Folder()
        for length in 1..<bytes.count {
            let path = try folder.write(Array(bytes.prefix(length)))
            #expect(throws: (any Error).self) { _ = try ONNXReader.read(path: path) }
        }
    }

    @Test("messages nested without end are refused")
    func nesting() {
        var inner = graphMessage([], outputs: ["y"])
        for _ in 0..<200 {
            inner = graphMessage([node("If", ["c"], ["y"], [.graph("then_branch", inner)])], outputs: ["y"])
        }
        #expect(refusal(model(inner)).contains("nested more than"))
    }

    @Test("wire types, groups and numbers that protobuf does not have are refused")
    func wireFormat() {
        #expect(refusal([0x3b]).contains("wire type 3"))
        #expect(refusal([0x00]).contains("no field number"))
        #expect(refusal([0x08] + [UInt8](repeating: 0xff, count: 11)).contains("more than 64 bits"))
        #expect(refusal([0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]).contains("bytes long"))
        #expect(refusal([0x08]).contains("cut off"))
        #expect(refusal([0x38, 0x01]).contains("should hold bytes"))
    }

    /// A fixed sequence of numbers (splitmix64).
    private struct Random {
        var state: UInt64
        mutating func next() -> Int {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return Int((z ^ (z >> 31)) >> 33)
        }
    }

    private static func mutate(_ bytes: [UInt8], _ random: inout Random) -> [UInt8] {
        var bytes = bytes
        for _ in 0...(random.next() % 4) {
            let at = random.next() % bytes.count
            switch random.next() % 6 {
            case 0: bytes[at] ^= UInt8(1 << (random.next() % 8))
            case 1: bytes[at] = UInt8(random.next() & 255)
            case 2: bytes[at] = [0, 0x7f, 0x80, 0xff][random.next() % 4]
            case 3: bytes.removeSubrange(at..<min(bytes.count, at + 1 + random.next() % 8))
            case 4: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 1 + random.next() % 16)], at: at)
            default: bytes.insert(UInt8(random.next() & 255), at: at)
            }
            if bytes.isEmpty { bytes = [0] }
        }
        return bytes
    }

    @Test("mutated files give an error or a graph whose types can be inferred or refused")
    func mutations() throws {
        let seed: UInt64 = 20_261_121
        print("seed \(seed)")
        var random = Random(state: seed)
        var sources = [Self.rich()]
        let shared = Shared.folder("onnx-models")
        if shared == nil { print("skipped: models of ../shared, which is absent") }
        for name in ["mlperf_tiny_kws_qdq", "mlperf_tiny_resnet8_qdq"] {
            guard let data = shared.flatMap({ FileManager.default.contents(atPath: "\($0)/\(name)/model.onnx") }) else {
                continue
            }
            sources.append(Array(data))
        }
        let folder = try Folder()
        var (refused, accepted) = (0, 0)
        for (number, source) in sources.enumerated() {
            for _ in 0..<(number == 0 ? 1000 : 20) {
                let path = try folder.write(Self.mutate(source, &random))
                do {
                    var graph = try ONNXReader.read(path: path)
                    _ = try graph.inferTypes()
                    accepted += 1
                } catch { refused += 1 }
            }
        }
        print("\(refused) refused, \(accepted) accepted")
        #expect(refused > 300 && accepted > 10)
    }
}
