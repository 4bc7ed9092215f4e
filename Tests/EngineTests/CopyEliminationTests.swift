// Programs that copy less compute the same bits as those that copy everything.
import CKernels
import Graphs
import Tensors
import Testing

@testable import Engine

@Suite struct CopyEliminationTests {
    /// Whether the machine's layers can write rows that lie apart.
    private static let hasPackedKernels = InstructionSet.best.kernels.packed.dense.run != nil

    private func run(_ sketch: GraphSketch) throws -> [String] { try sketch.runAlike() }

    private func copies(_ kinds: [String]) -> Int {
        kinds.filter { ["concat", "split", "SliceBySize", "copy"].contains($0) }.count
    }

    @Test("layers write into the joined image and read parts of a cut one", arguments: [1, 2])
    func joinAndCut(batch: Int) throws {
        var sketch = GraphSketch()
        let x = sketch.input([batch, 5, 6, 12])
        let parts = sketch.split(x, [5, 7])
        let (a, b) = (sketch.conv(parts[0], to: 9), sketch.conv(parts[1], to: 20, size: 3))
        let joined = sketch.concat([a, b])
        sketch.graph.outputs = [sketch.conv(joined, to: 4), joined]
        let kinds = try run(sketch)
        if Self.hasPackedKernels { #expect(copies(kinds) == 0, "\(kinds)") }
    }

    @Test("joined images that are joined again are written once")
    func joinOfJoins() throws {
        var sketch = GraphSketch()
        let x = sketch.input([1, 4, 4, 8])
        let inner = sketch.concat([sketch.conv(x, to: 3), sketch.conv(x, to: 6)])
        let outer = sketch.concat([sketch.conv(inner, to: 5), inner, sketch.conv(x, to: 2)])
        sketch.graph.outputs = [sketch.conv(outer, to: 8)]
        let kinds = try run(sketch)
        if Self.hasPackedKernels { #expect(copies(kinds) == 0, "\(kinds)") }
    }

    @Test("an image whose parts are joined again in their order is written where they lie")
    func cutAndJoined() throws {
        var sketch = GraphSketch()
        let x = sketch.conv(sketch.input([1, 4, 5, 8]), to: 16)
        let parts = sketch.split(x, [8, 8])
        let sum = sketch.add(parts[1], sketch.conv(parts[1], to: 8, size: 3))
        sketch.graph.outputs = [sketch.conv(sketch.concat(parts + [sum]), to: 8)]
        let kinds = try run(sketch)
        if Self.hasPackedKernels { #expect(copies(kinds) == 0, "\(kinds)") }
    }

    @Test("images that are enlarged a whole number of times are written where they are joined", arguments: [1, 2])
    func enlargedAndJoined(batch: Int) throws {
        var sketch = GraphSketch()
        let x = sketch.conv(sketch.input([batch, 4, 5, 8]), to: 16)
        let large = sketch.enlarged(x, to: [8, 15], isBilinear: false)
        let joined = sketch.concat([sketch.conv(sketch.input([batch, 8, 15, 3]), to: 8), large])
        sketch.graph.outputs = [sketch.conv(joined, to: 8)]
        let kinds = try run(sketch)
        if Self.hasPackedKernels { #expect(copies(kinds) == 0, "\(kinds)") }
        #expect(kinds.filter { $0 == "resize image" }.count == 1)
    }

    @Test("parts that are joined in another order are copied once")
    func shuffled() throws {
        var sketch = GraphSketch()
        let x = sketch.conv(sketch.input([1, 4, 5, 8]), to: 16)
        let parts = sketch.split(x, [8, 8])
        sketch.graph.outputs = [sketch.conv(sketch.concat([parts[1], parts[0]]), to: 8)]
        let kinds = try run(sketch)
        if Self.hasPackedKernels { #expect(copies(kinds) == 2, "\(kinds)") }
    }

    @Test("a value that is joined twice is written once and copied once")
    func joinedTwice() throws {
        var sketch = GraphSketch()
        let a = sketch.conv(sketch.input([1, 3, 3, 8]), to: 8)
        sketch.graph.outputs = [sketch.concat([a, a]), sketch.conv(a, to: 3)]
        let kinds = try run(sketch)
        if Self.hasPackedKernels { #expect(copies(kinds) == 1, "\(kinds)") }
    }

    @Test("outputs, inputs and constants keep memory of their own")
    func kept() throws {
        var sketch = GraphSketch()
        let x = sketch.input([1, 3, 3, 8])
        let a = sketch.conv(x, to: 8)
        let c = sketch.constant([1, 3, 3, 2])
        let parts = sketch.split(a, [3, 5])
        sketch.graph.outputs = [sketch.concat([x, a, c]), a, parts[0], sketch.conv(parts[1], to: 4)]
        let kinds = try run(sketch)
        if Self.hasPackedKernels { #expect(kinds.filter { $0 == "concat" }.count == 3, "\(kinds)") }
        if Self.hasPackedKernels { #expect(kinds.filter { $0 == "split" }.count == 1, "\(kinds)") }
    }

    @Test("along the first axes any operator may write and read its part")
    func outerAxes() throws {
        var sketch = GraphSketch()
        let x = sketch.input([1, 6, 4, 8])
        let parts = sketch.split(x, [2, 4], axis: 1)
        let joined = sketch.concat([sketch.softmax(parts[1]), sketch.softmax(parts[0])], axis: 1)
        sketch.graph.outputs = [sketch.softmax(joined)]
        #expect(copies(try run(sketch)) == 0)
    }

    @Test("thousands of parts are joined where they are computed", .timeLimit(.minutes(1)))
    func manyParts() throws {
        var sketch = GraphSketch()
        let x = sketch.input([1, 1, 1, 8])
        let parts = (0..<3000).map { _ in sketch.softmax(x) }
        sketch.graph.outputs = [sketch.softmax(sketch.concat(parts, axis: 1))]
        let executable = try Executable(sketch.graph, options: Options())
        let kinds = executable.program.steps.map(\.kind)
        #expect(kinds.count == 3001 && copies(kinds) == 0)
    }

    @Test("an operator that cannot read rows apart gets a copy")
    func noRows() throws {
        var sketch = GraphSketch()
        let x = sketch.input([1, 6, 4, 8])
        let parts = sketch.split(x, [2, 6])
        sketch.graph.outputs = [sketch.softmax(parts[0]), sketch.softmax(parts[1])]
        #expect(copies(try run(sketch)) == 2)
    }

    @Test("a sum of an image and a part of it does not overwrite the image")
    func sumWithPart() throws {
        var sketch = GraphSketch()
        let x = sketch.conv(sketch.input([1, 4, 4, 8]), to: 8)
        let first = sketch.split(x, [1, 3], axis: 1)[0]
        sketch.graph.outputs = [sketch.add(x, first)]
        _ = try run(sketch)
    }

    @Test("sums and functions write and read rows apart")
    func elementwise() throws {
        var sketch = GraphSketch()
        let x = sketch.input([2, 3, 4, 10])
        let parts = sketch.split(x, [4, 6])
        let (a, b) = (sketch.curve(parts[0]), sketch.add(parts[1], sketch.curve(parts[1])))
        let joined = sketch.concat([a, sketch.add(b, sketch.constant([1, 1, 1, 6])), b])
        sketch.graph.outputs = [joined, sketch.curve(joined)]
        // The sum with a row of constants works on runs of many pixels, so it keeps images of its own.
        #expect(copies(try run(sketch)) == 2)
    }

    @Test("an image that gets more channels is written where it has them", arguments: [1, 2], [(0, 5), (3, 2)])
    func widened(batch: Int, borders: (before: Int, after: Int)) throws {
        var sketch = GraphSketch()
        let a = sketch.conv(sketch.input([batch, 4, 5, 6]), to: 70)
        let wide = sketch.widened(a, before: borders.before, after: borders.after)
        let b = sketch.conv(a, to: 70 + borders.before + borders.after)
        sketch.graph.outputs = [sketch.conv(sketch.add(b, wide), to: 4)]
        let kinds = try run(sketch)
        // The borders alone are written.
        let sides = [borders.before, borders.after].filter { $0 > 0 }.count
        if Self.hasPackedKernels { #expect(kinds.filter { $0 == "pad" }.count == sides, "\(kinds)") }
        // An image that the caller sees keeps memory of its own.
        sketch.graph.outputs.append(a)
        #expect(try run(sketch).filter { $0 == "pad" }.count == sides + 1)
    }

    @Test("a border goes into the layer that sees it, unless its image is wanted", arguments: [1, 2], [false, true])
    func borders(stride: Int, depthwise: Bool) throws {
        var sketch = GraphSketch()
        let x = sketch.input([2, 6, 7, 5])
        sketch.graph.outputs = [sketch.paddedConv(x, [0, 1, 2, 1], stride: stride, depthwise: depthwise)]
        #expect(!(try run(sketch)).contains("pad"))
        sketch.graph.outputs.append(sketch.graph.nodes[0].outputs[0])
        #expect(try run(sketch).contains("pad"))
    }

    @Test("a curve goes into the layer before it where nobody else reads the layer's result")
    func absorbedTable() throws {
        var sketch = GraphSketch()
        let x = sketch.input([1, 4, 4, 8])
        let curved = sketch.curve(sketch.curve(sketch.conv(x, to: 8)))
        let shared = sketch.conv(curved, to: 8)
        sketch.graph.outputs = [sketch.add(shared, sketch.curve(shared)), sketch.conv(shared, to: 3)]
        for index in sketch.graph.nodes.indices { sketch.graph.nodes[index].origin.index = index }
        let kinds = try run(sketch)
        guard Self.hasPackedKernels else { return }
        #expect(kinds.filter { $0.hasPrefix("conv") }.count == 3)
        #expect(kinds.filter { $0.contains("table") && !$0.hasPrefix("conv") }.count == 1, "\(kinds)")
        let nodes = sketch.graph.nodes
        let fusions = try Executable(sketch.graph, options: Options()).fusions
        #expect(fusions.contains(.init(origin: nodes[2].origin, fate: .into(nodes[0].origin))))
    }

    @Test(
        "random graphs of layers, curves, sums, cuts and joins give the bits of their operators one by one",
        arguments: 1...24 as ClosedRange<UInt64>)
    func random(seed: UInt64) throws {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var sketch = GraphSketch()
        var values = [sketch.input([1 + next(2), 3, 4, 4 + next(8)])]
        for _ in 0..<14 {
            let value = values[next(values.count)]
            let channels = sketch.channels(value)
            switch next(6) {
            case 0, 1: values.append(sketch.conv(value, to: 1 + next(40), size: next(2) * 2 + 1))
            case 2: values.append(sketch.curve(value))
            case 3 where channels > 1:
                let cut = 1 + next(channels - 1)
                values += sketch.split(value, [cut, channels - cut])
            case 4: values.append(sketch.add(value, value))
            default:
                let others = (0..<(1 + next(3))).map { _ in values[next(values.count)] }
                values.append(sketch.concat([value] + others))
            }
        }
        sketch.graph.outputs = [values[values.count - 1], values[next(values.count - 1) + 1]]
        for _ in 0..<next(3) { sketch.graph.outputs.append(values[next(values.count - 1) + 1]) }
        _ = try run(sketch)
    }
}

@Suite struct LoopNestRowsTests {
    @Test("a nest over rows that lie apart visits the bytes that it visits in the dense buffer")
    func placed() throws {
        // 6 rows of 4 bytes, as 2 x 3 pixels; their middle columns transposed.
        let nest = try LoopNest(count: 12) { nest in
            arete_nest_begin(nest, 2)
            return arete_nest_append(nest, 2, [1, 1]) && arete_nest_append(nest, 6, [2, 4])
        }
        let placed = try #require(nest.placed(1, offset: 1, elementBytes: 1, in: Rows(bytes: 4, pitch: 10)))
        #expect(placed.offset == 1)
        #expect(placed.nest.stride(1, 1) == 10)
        #expect(nest.placed(1, offset: 3, elementBytes: 1, in: Rows(bytes: 4, pitch: 10)) == nil)
        let dense = try LoopNest(count: 24, elementBytes: [1, 1])
        let apart = try #require(dense.placed(0, offset: 0, elementBytes: 1, in: Rows(bytes: 4, pitch: 10)))
        #expect(apart.nest.rank == 2 && apart.nest.extent(0) == 6 && apart.nest.stride(0, 0) == 10)
        #expect(dense.placed(0, offset: 2, elementBytes: 1, in: Rows(bytes: 4, pitch: 10)) == nil)
        #expect(dense.placed(0, offset: 0, elementBytes: 1, in: Rows(bytes: 7, pitch: 10)) == nil)
    }
}
