// Chains of layers in bands of rows give the bits of separate layers.
import CKernels
import Graphs
import Tensors
import Testing

@testable import Engine

@Suite struct BandingTests {
    private static let hasPackedKernels = InstructionSet.best.kernels.packed.depthwise.run != nil

    // MARK: Which rows

    @Test("a band has the rows that the next layer's windows see, and the last layer's rows once")
    func rows() {
        for seed in UInt64(1)...200 {
            var generator = Draws(seed: seed)
            var windows: [BandPlan.Window] = []
            var height = generator.pick(1...40)
            for _ in 0..<generator.pick(2...5) {
                var window = BandPlan.Window(
                    inputRows: height, outputRows: 0, kernel: generator.pick(1...5), stride: generator.pick(1...3),
                    dilation: generator.pick(1...3), padTop: generator.pick(0...4))
                height = max(1, (height + generator.pick(0...3)) / window.stride)
                window.outputRows = height
                windows.append(window)
            }
            let plan = BandPlan(windows, height: generator.pick(1...height))
            #expect(plan.rows.flatMap { Array($0[windows.count - 1]) } == Array(0..<height), "seed \(seed)")
            for rows in plan.rows {
                for (index, window) in windows.enumerated().dropFirst() {
                    for row in rows[index] {
                        for tap in 0..<window.kernel {
                            let seen = row * window.stride - window.padTop + tap * window.dilation
                            guard seen >= 0, seen < window.inputRows else { continue }
                            #expect(rows[index - 1].contains(seen), "seed \(seed)")
                        }
                    }
                }
            }
        }
    }

    @Test("the rows between layers take no more memory than asked for, and threads get as many bands each")
    func counts() throws {
        let expand = BandPlan.Window(inputRows: 112, outputRows: 112)
        let depthwise = BandPlan.Window(inputRows: 112, outputRows: 56, kernel: 3, stride: 2)
        let project = BandPlan.Window(inputRows: 56, outputRows: 56)
        for threads in 1...3 {
            let plan = try #require(
                BandPlan([expand, depthwise, project], rowBytes: [1000, 500], mostBytes: 12000, threads: threads))
            #expect(plan.rows.count == [14, 14, 15][threads - 1])
            for thread in 0..<threads {
                let own = plan.rows[ThreadPool.band(thread, of: threads, units: plan.rows.count)]
                #expect(own.reduce(0) { $0 + $1[2].count } == ThreadPool.band(thread, of: threads, units: 56).count)
            }
            #expect(plan.mostRows(ofLayer: 0) * 1000 + plan.mostRows(ofLayer: 1) * 500 <= 12000)
        }
        #expect(BandPlan([expand, depthwise, project], rowBytes: [1000, 500], mostBytes: 3000, threads: 1) == nil)
    }

    // MARK: Whole graphs

    /// What a graph makes of made-up inputs, and the kinds of its steps.
    private func run(_ graph: Graph, _ options: Options) throws -> (outputs: [[UInt8]], kinds: [String]) {
        let executable = try Executable(graph, options: options)
        let session = try Session(executable, worthSharing: 0)
        for input in graph.inputs.indices {
            session.withInput(input) { bytes in
                for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: (index + input) &* 73 ^ 21) }
            }
        }
        // Twice: what the first run left in shared memory must not matter.
        try session.run()
        try session.run()
        let outputs = try (0..<session.outputCount).map { try session.output($0).withUnsafeBytes(Array.init) }
        return (outputs, executable.program.steps.map(\.kind))
    }

    /// Compares bands of several sizes, with 1 to 4 threads, with layers that run one after the other; how many chains there were, if
    /// the outputs tell anything.
    private func compare(_ graph: Graph, caches: [Int], _ name: String) throws -> Int {
        var (chains, varied) = (0, false)
        for arithmetic in [Arithmetic.fast, .exact] {
            var options = Options(arithmetic: arithmetic)
            options.keepsEveryValue = true
            let expected = try run(graph, options)
            options.keepsEveryValue = false
            options.secondCacheBytes = 1 << 40
            let alone = try run(graph, options)
            #expect(!alone.kinds.contains { $0.contains(", ") })
            #expect(alone.outputs == expected.outputs, "\(name) without bands")
            varied = varied || expected.outputs.contains { Set($0).count > 5 }
            for cache in caches {
                for threads in [1, 2, 4] {
                    options.threads = threads
                    options.secondCacheBytes = cache
                    let result = try run(graph, options)
                    #expect(result.outputs == expected.outputs, "\(name), \(cache) bytes, \(threads) threads")
                    chains += result.kinds.filter { $0.contains(", ") }.count
                }
            }
        }
        return varied ? chains : 0
    }

    @Test("random chains give the bits of their layers")
    func chains() throws {
        var chains = 0
        for seed in UInt64(1)...40 {
            var generator = Draws(seed: seed)
            var sketch = GraphSketch()
            let width = generator.pick(3...9), channels = generator.pick([6, 20, 40])
            var x = sketch.input([generator.pick([1, 1, 1, 2]), generator.pick(12...40), width, channels])
            x = sketch.curve(x)
            for _ in 0..<generator.pick(2...5) {
                let strides = generator.pick([[1, 1], [1, 1], [2, 2], [2, 1], [3, 1]])
                let dilations = strides[0] == 1 ? generator.pick([[1, 1], [2, 2]]) : [1, 1]
                let kernel = generator.pick([1, 3, 3, 5])
                switch generator.pick(0...3) {
                case 0: x = sketch.conv(x, to: generator.pick([8, 40, 70]))
                case 1: x = sketch.window(x, to: 24, size: kernel, strides: strides, dilations: dilations)
                case 2: x = sketch.window(x, size: kernel, strides: strides, dilations: dilations)
                default: x = sketch.paddedConv(x, [2, 1, 1, 1], stride: generator.pick(1...2), depthwise: true)
                }
                if generator.pick(0...4) == 0 { x = sketch.curve(x) }
            }
            sketch.graph.outputs = [x]
            chains += try compare(sketch.graph, caches: [1 << 10, 1 << 12, 1 << 14], "seed \(seed)")
        }
        if Self.hasPackedKernels { #expect(chains > 60) }
    }

    @Test("a block adds its own input to what it makes of it")
    func residual() throws {
        for stem in [false, true] {
            var sketch = GraphSketch()
            var x = sketch.input([1, 30, 7, 8])
            x = stem ? sketch.conv(x, to: 8, size: 3) : sketch.curve(x)
            let block = sketch.conv(sketch.window(sketch.conv(x, to: 48), size: 3), to: 8)
            let sum = sketch.add(x, block)
            sketch.graph.outputs = [sketch.softmax(sum)]
            let chains = try compare(sketch.graph, caches: [1 << 12, 1 << 13], "stem \(stem)")
            if Self.hasPackedKernels { #expect(chains > 0) }
        }
    }

    @Test("the ends of a chain lie in wider images")
    func joined() throws {
        var sketch = GraphSketch()
        let parts = sketch.split(sketch.curve(sketch.input([1, 26, 6, 24])), [8, 16])
        let block = sketch.conv(sketch.window(sketch.conv(parts[0], to: 64), size: 3, strides: [1, 1]), to: 12)
        sketch.graph.outputs = [sketch.softmax(sketch.concat([block, parts[1]]))]
        let chains = try compare(sketch.graph, caches: [1 << 12, 1 << 13], "joined")
        if Self.hasPackedKernels { #expect(chains > 0) }
    }

    @Test("a layer whose result somebody else reads is no part of a chain")
    func shared() throws {
        var sketch = GraphSketch()
        let wide = sketch.conv(sketch.input([1, 30, 7, 8]), to: 64)
        let depthwise = sketch.window(wide, size: 3)
        sketch.graph.outputs = [sketch.conv(depthwise, to: 8), sketch.softmax(wide)]
        _ = try compare(sketch.graph, caches: [1 << 12], "shared")
        var options = Options()
        options.secondCacheBytes = 1 << 14
        let kinds = try run(sketch.graph, options).kinds
        if Self.hasPackedKernels { #expect(kinds.filter { $0.contains(", ") }.count == 1, "\(kinds)") }
        #expect(!kinds.contains { $0.split(separator: ",").count > 2 })
    }

    @Test("what lies between the layers of a chain takes the memory of a band")
    func memory() throws {
        var sketch = GraphSketch()
        let wide = sketch.conv(sketch.input([1, 96, 16, 8]), to: 64)
        sketch.graph.outputs = [sketch.conv(sketch.window(wide, size: 3), to: 8)]
        var options = Options()
        options.secondCacheBytes = 1 << 40
        let whole = try Executable(sketch.graph, options: options).program.plan.arenaBytes
        options.secondCacheBytes = 1 << 16
        let bands = try Executable(sketch.graph, options: options).program.plan.arenaBytes
        if Self.hasPackedKernels { #expect(bands < whole / 2, "\(bands) of \(whole)") }
    }
}

/// Numbers that follow from a seed.
private struct Draws {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

    mutating func pick(_ range: ClosedRange<Int>) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return range.lowerBound + Int((state >> 33) % UInt64(range.count))
    }

    mutating func pick<T>(_ values: [T]) -> T { values[pick(0...values.count - 1)] }
}
