// Layers that go on to a sum with another image give the bits of the separate steps.
import CKernels
import Graphs
import Tensors
import Testing

@testable import Engine

@Suite struct PairAbsorptionTests {
    /// Whether the machine's layers go on to functions of two.
    private static let goOn = ["avx512vnni", "avx512vbmi"].contains(InstructionSet.best.description)

    /// The steps of a graph, after comparing its outputs in both arithmetics and conventions, with 1 to 3 threads, with those of
    /// separate steps.
    private func run(_ sketch: GraphSketch) throws -> [String] {
        var kinds: [String] = []
        for convention in [QuantizedConvention.tflite, .onnx] {
            for arithmetic in [Arithmetic.fast, .exact] {
                var results: [[[UInt8]]] = []
                for (threads, isPlain) in [(1, false), (3, false), (1, true)] {
                    var graph = sketch.graph
                    graph.convention = convention
                    let executable = try Executable(
                        graph, options: Options(arithmetic: arithmetic, threads: threads, keepsEveryValue: isPlain))
                    let session = try Session(executable, worthSharing: 0)
                    for input in graph.inputs.indices {
                        session.withInput(input) { bytes in
                            for index in bytes.indices {
                                bytes[index] = UInt8(truncatingIfNeeded: (index + input) &* 73 ^ 21)
                            }
                        }
                    }
                    // Twice: what the first run left in shared memory must not matter.
                    try session.run()
                    try session.run()
                    results.append(
                        try (0..<session.outputCount).map { try session.output($0).withUnsafeBytes(Array.init) })
                    if !isPlain { kinds = executable.program.steps.map(\.kind) }
                }
                for other in results.dropFirst() { #expect(results[0] == other, "\(convention) \(arithmetic)") }
                #expect(results[0].contains { Set($0).count > 20 })
            }
        }
        return kinds
    }

    private func sums(_ kinds: [String]) -> (alone: Int, absorbed: Int) {
        (kinds.filter { $0.hasPrefix("add") }.count, kinds.filter { $0.contains(" + add") }.count)
    }

    @Test("a layer adds what was there before, whichever operand it is", arguments: [1, 2], [false, true])
    func residual(batch: Int, swaps: Bool) throws {
        var sketch = GraphSketch()
        let x = sketch.conv(sketch.input([batch, 9, 11, 12]), to: 20)
        let y = sketch.conv(sketch.conv(x, to: 70, size: 3), to: 20)
        let sum = swaps ? sketch.add(x, y) : sketch.add(y, x)
        sketch.graph.outputs = [sketch.conv(sum, to: 7)]
        let found = sums(try run(sketch))
        if Self.goOn { #expect(found == (0, 1)) }
    }

    @Test("tables before and after the sum are looked up too")
    func tables() throws {
        var sketch = GraphSketch()
        let x = sketch.conv(sketch.input([1, 9, 7, 12]), to: 90)
        let sum = sketch.curve(sketch.add(x, sketch.curve(sketch.conv(x, to: 90, size: 3))))
        sketch.graph.outputs = [sketch.conv(sum, to: 7)]
        let kinds = try run(sketch)
        if Self.goOn { #expect(kinds.count == 3, "\(kinds)") }
    }

    @Test("a layer that adds its own input leaves that where it is")
    func ownInput() throws {
        var sketch = GraphSketch()
        let x = sketch.curve(sketch.input([1, 9, 11, 130]))
        let sum = sketch.add(x, sketch.conv(x, to: 130, size: 3))
        sketch.graph.outputs = [sketch.add(sum, sketch.conv(sum, to: 130))]
        let found = sums(try run(sketch))
        if Self.goOn { #expect(found == (0, 2)) }
    }

    @Test("of two layers the later one adds")
    func bothLayers() throws {
        var sketch = GraphSketch()
        let x = sketch.input([1, 5, 5, 16])
        let (a, b) = (sketch.conv(x, to: 24), sketch.conv(x, to: 24, size: 3))
        sketch.graph.outputs = [sketch.add(b, a)]
        let found = sums(try run(sketch))
        if Self.goOn { #expect(found == (0, 1)) }
    }

    @Test("a result that others read, a sum with itself and a broadcast sum stay steps of their own")
    func refused() throws {
        var sketch = GraphSketch()
        let x = sketch.input([1, 5, 6, 16])
        let y = sketch.conv(x, to: 16)
        let twice = sketch.conv(y, to: 16)
        let row = sketch.constant([1, 1, 6, 16])
        sketch.graph.outputs = [
            sketch.add(x, y), sketch.add(twice, twice), sketch.add(sketch.conv(y, to: 16, size: 3), row),
        ]
        let found = sums(try run(sketch))
        #expect(found == (3, 0))
    }

    @Test("sums over parts of joined images read and write rows that lie apart")
    func rows() throws {
        var sketch = GraphSketch()
        let x = sketch.conv(sketch.input([1, 7, 8, 8]), to: 32)
        let parts = sketch.split(x, [16, 16])
        let sum = sketch.add(parts[1], sketch.conv(sketch.conv(parts[1], to: 16, size: 3), to: 16, size: 3))
        sketch.graph.outputs = [sketch.conv(sketch.concat(parts + [sum]), to: 8)]
        let kinds = try run(sketch)
        if Self.goOn {
            #expect(sums(kinds) == (0, 1))
            #expect(!kinds.contains("concat") && !kinds.contains("split"), "\(kinds)")
        }
    }

    @Test("inspecting tells that the sum went into the layer")
    func fusions() throws {
        var sketch = GraphSketch()
        let x = sketch.input([1, 5, 5, 16])
        sketch.graph.outputs = [sketch.add(x, sketch.conv(x, to: 16, size: 3))]
        let nodes = sketch.graph.nodes
        let fusions = try Executable(sketch.graph, options: Options()).fusions
        if Self.goOn { #expect(fusions == [.init(origin: nodes[1].origin, fate: .into(nodes[0].origin))]) }
    }
}
