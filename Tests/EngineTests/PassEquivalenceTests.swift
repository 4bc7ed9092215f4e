// Networks with quantize-dequantize pairs, computed as written and after all passes.
import Graphs
import Tensors
import Testing

@testable import Engine

/// Builds a network as an ONNX exporter would write it, with weights from a seed.
private struct Network {
    var graph = Graph(name: "network", convention: .onnx)
    private var state: UInt64
    private let element: ElementType

    init(seed: UInt64, element: ElementType) {
        state = seed
        self.element = element
    }

    /// The next number of splitmix64, in 0 ..< `bound`.
    mutating func random(_ bound: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int((z ^ (z >> 31)) >> 33) % bound
    }

    mutating func add(_ op: any Operator, _ inputs: [ValueID?], count: Int = 1) -> [ValueID] {
        let number = graph.nodes.count
        return graph.append(
            op, inputs, outputs: (0..<count).map { Value(name: "v\(number).\($0)") },
            origin: Node.Origin(index: number, operatorName: op.name))
    }

    mutating func add(_ op: any Operator, _ inputs: [ValueID?]) -> ValueID { add(op, inputs, count: 1)[0] }

    mutating func constant<T: BitwiseCopyable>(_ type: ElementType, _ shape: Shape, _ values: [T]) throws -> ValueID {
        graph.add(constant: try Tensor(type, shape, values), name: "c\(graph.values.count)")
    }

    mutating func integers(_ values: [Int]) throws -> ValueID {
        try constant(.int64, [values.count], values.map(Int64.init))
    }

    /// Quantized and dequantized again.
    mutating func rounded(_ id: ValueID, scale: Float = 0.1) throws -> ValueID {
        let offset = 5 - random(10)
        let zero =
            switch element {
            case .uint8: try constant(.uint8, .scalar, [UInt8(128 + offset)])
            case .uint16: try constant(.uint16, .scalar, [UInt16(32768 + 256 * offset)])
            default: try constant(.int8, .scalar, [Int8(offset)])
            }
        let scale = try constant(.float32, .scalar, [element == .uint16 ? scale / 256 : scale])
        let layout = ScaleLayout(axis: 1, blockSize: 0)
        let quantized: ValueID = add(QuantizeLinear(scales: layout, element: nil), [id, scale, zero])
        return add(DequantizeLinear(scales: layout), [quantized, scale, zero])
    }

    /// Dequantized int8 weights with a scale for each index of `axis`.
    mutating func weights(_ shape: Shape, axis: Int, reach: Float) throws -> ValueID {
        let values = try constant(.int8, shape, (0..<shape.elementCount).map { _ in Int8(random(255) - 127) })
        let scales = try constant(
            .float32, [shape[axis]], (0..<shape[axis]).map { _ in reach / 127 * (0.5 + Float(random(100)) / 100) })
        return add(DequantizeLinear(scales: ScaleLayout(axis: axis, blockSize: 0)), [values, scales])
    }

    mutating func bias(_ count: Int) throws -> ValueID {
        try constant(.float32, [count], (0..<count).map { _ in Float(random(100) - 50) / 50 })
    }

    mutating func convolution(
        _ id: ValueID, _ channels: (Int, Int), size: Int, stride: Int = 1, groups: Int = 1, then: Unary.Function? = nil
    ) throws -> ValueID {
        let depth = channels.0 / groups
        let reach = 1.5 / Float(depth * size * size).squareRoot()
        let kernel = try weights([channels.1, depth, size, size], axis: 0, reach: reach)
        let pad = [Int](repeating: size / 2, count: 2)
        let op = Convolution(
            layout: .channelsFirst, strides: [stride, stride], dilations: [1, 1],
            padding: .explicit(before: pad, after: pad),
            groups: groups)
        var result: ValueID = add(op, [id, kernel, try bias(channels.1)])
        if let then { result = add(Unary(then), [result]) }
        return try rounded(result, scale: 0.05)
    }

    /// Channels of two halves interleaved, as ShuffleNet does.
    mutating func shuffled(_ id: ValueID, channels: Int, size: Int) throws -> ValueID {
        let apart: ValueID = add(Reshape(nil, zeroCopies: true), [id, try integers([1, 2, channels / 2, size, size])])
        let turned: ValueID = add(Transpose([0, 2, 1, 3, 4]), [try rounded(apart, scale: 0.05)])
        return add(Reshape(nil, zeroCopies: true), [turned, try integers([1, channels, size, size])])
    }
}

/// A small detector-like network on 1 x 3 x 16 x 16.
private func makeNetwork(seed: UInt64, element: ElementType) throws -> Graph {
    var net = Network(seed: seed, element: element)
    let input = net.graph.add(Value(name: "x", type: TensorType(.float32, [1, 3, 16, 16])))
    net.graph.inputs = [Input(value: input, dimensions: [.fixed(1), .fixed(3), .fixed(16), .fixed(16)])]
    let x = try net.rounded(input, scale: 0.02)
    let stem = try net.convolution(x, (3, 8), size: 3, stride: 2, then: .relu)
    let deep = try net.convolution(stem, (8, 8), size: 3, groups: 8, then: .clip(low: 0, high: 6))
    let grouped = try net.convolution(deep, (8, 8), size: 1, groups: 2)
    var sum: ValueID = net.add(Binary(.add), [stem, grouped])
    sum = try net.rounded(sum, scale: 0.05)
    let mixed = try net.shuffled(sum, channels: 8, size: 8)
    let halves = net.add(Split(axis: 1, sizes: nil), [mixed], count: 2)
    let left = try net.rounded(halves[0], scale: 0.05)
    var right = try net.convolution(try net.rounded(halves[1], scale: 0.05), (4, 4), size: 3)
    right = try net.rounded(net.add(Unary(.leakyRelu(alpha: 0.1)), [right]), scale: 0.06)
    var joined: ValueID = net.add(Concat(axis: 1), [left, right])
    joined = try net.rounded(joined, scale: 0.06)
    let window = Window(
        size: [2, 2], strides: [2, 2], dilations: [1, 1], padding: .explicit(before: [0, 0], after: [0, 0]))
    var small: ValueID = net.add(Pool(.maximum(columnMajor: false), layout: .channelsFirst, window: window), [joined])
    small = try net.rounded(small, scale: 0.06)
    let scales = try net.constant(.float32, [4], [Float(1), 1, 2, 2])
    var large: ValueID = net.add(Resize(mode: .nearest(.floor), coordinates: .asymmetric), [small, nil, scales])
    large = try net.rounded(large, scale: 0.06)
    var gated: ValueID = net.add(Unary(.sigmoid), [joined])
    gated = try net.rounded(gated, scale: 0.01)
    var product: ValueID = net.add(Binary(.multiply), [large, gated])
    product = try net.rounded(product, scale: 0.05)
    var mean: ValueID = net.add(Reduce(.mean, axes: [2, 3], keepsDimensions: true), [product])
    mean = try net.rounded(mean, scale: 0.02)
    let flat: ValueID = net.add(Flatten(axis: 1), [mean])
    let head: ValueID = net.add(
        Gemm(alpha: 1, beta: 1, transposesA: false, transposesB: true),
        [flat, try net.weights([5, 8], axis: 0, reach: 1), try net.bias(5)])
    let scores = try net.rounded(head, scale: 0.05)
    let map = try net.convolution(product, (8, 6), size: 1)
    let last: ValueID = net.add(Transpose([0, 2, 3, 1]), [map])
    let rows: ValueID = net.add(Reshape(nil, zeroCopies: true), [last, try net.integers([1, -1, 6])])
    net.graph.outputs = [scores, try net.rounded(rows, scale: 0.05)]
    return net.graph
}

private func outputs(_ graph: Graph, _ input: Tensor, _ options: Options) throws -> [[Float]] {
    let session = try Session(try Executable(graph, options: options))
    try session.setInput(0, to: input)
    try session.run()
    return try (0..<session.outputCount).map { try session.output($0).floats }
}

@Suite("Networks after all passes")
struct PassEquivalenceTests {
    @Test(
        "results stay within single steps of those computed as written",
        arguments: [ElementType.int8, .uint8, .uint16], [1, 2, 3, 4])
    func equivalence(element: ElementType, seed: UInt64) throws {
        let graph = try makeNetwork(seed: seed, element: element)
        let values = (0..<768).map { Float(($0 &* 7919 &+ Int(seed) &* 104729) % 400) / 100 - 2 }
        let input = try Tensor(.float32, [1, 3, 16, 16], values)
        let written = try outputs(graph, input, Options(arithmetic: .exact))
        let passed = try outputs(graph, input, Options(arithmetic: .fast))
        for (expected, found) in zip(written, passed) {
            #expect(expected.count == found.count)
            let step: Float = element == .uint16 ? 0.05 / 256 : 0.05
            let steps = zip(expected, found).map { abs($0 - $1) / step }
            let mean = steps.reduce(0, +) / Float(steps.count)
            #expect(
                steps.max() ?? 9 < 2.5 && mean < 0.5, "seed \(seed): at most \(steps.max() ?? 0), mean \(mean) steps")
            #expect(Set(expected).count > 3, "seed \(seed): the outputs say too little")
        }
    }

    @Test(
        "convolutions, sums and products of such a network compute on integers, with transposes at the edges only",
        arguments: [(ElementType.uint8, ElementType.uint8), (.uint16, .int16)])
    func integers(element: ElementType, computed: ElementType) throws {
        var graph = try makeNetwork(seed: 1, element: element)
        try graph.prepare(Options())
        for node in graph.nodes
        where node.op is Convolution || node.op is DepthwiseConvolution || node.op is FullyConnected {
            let data = try #require(node.inputs[0])
            #expect(graph[data].element == computed, "\(node.op.name)")
        }
        #expect(!graph.nodes.contains { $0.op is Gemm })
        let transposes = graph.nodes.filter { $0.op is Transpose }.compactMap {
            $0.outputs.first.flatMap { graph[$0].shape }
        }
        // The image on its way in, and the shuffle within the channels.
        #expect(transposes == [[1, 16, 16, 3], [1, 8, 8, 4, 2]], "\(transposes)")
        #expect(graph.nodes.filter { $0.op is Quantize }.count == 1)
        #expect(graph.nodes.filter { $0.op is Dequantize }.count == 2)
    }
}
