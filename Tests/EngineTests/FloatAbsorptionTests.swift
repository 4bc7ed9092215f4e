// Float layers that apply functions of their results, or add another image, give the bits of the separate steps.
import CKernels
import Graphs
import Tensors
import Testing

@testable import Engine

/// A graph of float images with channels last.
private struct FloatSketch {
    var graph = Graph(name: "floats", convention: .tflite)
    private var seed = 7
    private var shapes: [ValueID: Shape] = [:]

    mutating func input(_ shape: Shape) -> ValueID {
        let id = graph.add(Value(name: "input", type: TensorType(.float32, shape)))
        graph.inputs.append(Input(value: id, dimensions: shape.dimensions.map { .fixed($0) }))
        shapes[id] = shape
        return id
    }

    mutating func constant(_ shape: Shape) throws -> ValueID {
        seed += 1
        let values = (0..<shape.elementCount).map { Float(($0 &* 37 &+ seed &* 11) % 41 - 20) / 40 }
        return graph.add(constant: try Tensor(.float32, shape, values), name: "constant")
    }

    mutating func append(_ op: any Operator, _ inputs: [ValueID], _ shape: Shape) -> ValueID {
        let id = graph.append(
            op, inputs, outputs: [Value(name: "value", element: .float32)],
            origin: Node.Origin(index: graph.nodes.count, operatorName: op.name))[0]
        shapes[id] = shape
        return id
    }

    func shape(_ id: ValueID) -> Shape { shapes[id] ?? [] }

    mutating func conv(_ x: ValueID, to channels: Int, size: Int = 1) throws -> ValueID {
        var shape = shape(x)
        let weights = try constant([channels, size, size, shape[3]])
        shape[3] = channels
        let op = Convolution(layout: .channelsLast, strides: [1, 1], dilations: [1, 1], padding: .same)
        return append(op, [x, weights], shape)
    }

    mutating func depthwise(_ x: ValueID) throws -> ValueID {
        let op = DepthwiseConvolution(strides: [1, 1], dilations: [1, 1], padding: .same)
        return append(op, [x, try constant([3, 3, shape(x)[3]])], shape(x))
    }

    mutating func unary(_ x: ValueID, _ function: Unary.Function) -> ValueID { append(Unary(function), [x], shape(x)) }

    mutating func binary(_ a: ValueID, _ b: ValueID, _ op: Binary) -> ValueID { append(op, [a, b], shape(a)) }

    mutating func concat(_ parts: [ValueID]) -> ValueID {
        var result = shape(parts[0])
        result[3] = parts.reduce(0) { $0 + shape($1)[3] }
        return append(Concat(axis: 3), parts, result)
    }
}

@Suite struct FloatAbsorptionTests {
    private static let hasPackedKernels = InstructionSet.best.kernels.packed.dense_float.run != nil

    /// The steps of a graph, after comparing its outputs, with 1 and 3 threads, with those of separate steps.
    private func run(_ sketch: FloatSketch) throws -> [String] {
        var kinds: [String] = []
        var results: [[[UInt8]]] = []
        for (threads, isPlain) in [(1, false), (3, false), (1, true)] {
            let executable = try Executable(
                sketch.graph, options: Options(threads: threads, keepsEveryValue: isPlain))
            let session = try Session(executable, worthSharing: 0)
            for input in sketch.graph.inputs.indices {
                session.withInput(input) { bytes in
                    let floats = bytes.bindMemory(to: Float.self)
                    for index in floats.indices { floats[index] = Float((index &* 73 + input) % 41 - 20) / 8 }
                }
            }
            try session.run()
            try session.run()
            results.append(try (0..<session.outputCount).map { try session.output($0).withUnsafeBytes(Array.init) })
            if !isPlain { kinds = executable.program.steps.map(\.kind) }
        }
        for other in results.dropFirst() { #expect(results[0] == other) }
        #expect(results[0].contains { Set($0).count > 20 })
        return kinds
    }

    @Test(
        "a layer applies the function that alone reads its result",
        arguments: [
            Unary.Function.sigmoid, .swish(alpha: 1), .hardSwish, .leakyRelu(alpha: 0.1), .gelu(approximate: true),
            .relu6,
        ])
    func functions(function: Unary.Function) throws {
        var sketch = FloatSketch()
        let x = sketch.input([2, 9, 11, 21])
        let y = sketch.unary(try sketch.conv(x, to: 70), function)
        let z = sketch.unary(try sketch.depthwise(y), function)
        sketch.graph.outputs = [sketch.unary(try sketch.conv(z, to: 24, size: 3), function)]
        let kinds = try run(sketch)
        if Self.hasPackedKernels { #expect(kinds.count == 3, "\(kinds)") }
    }

    @Test("a layer adds what was there before, after a function of its own result", arguments: [false, true])
    func residual(swaps: Bool) throws {
        var sketch = FloatSketch()
        let x = try sketch.conv(sketch.input([2, 9, 11, 12]), to: 70)
        let y = sketch.unary(try sketch.conv(try sketch.depthwise(x), to: 70), .swish(alpha: 1))
        let add = Binary(.add, activation: .relu)
        let sum = swaps ? sketch.binary(x, y, add) : sketch.binary(y, x, add)
        sketch.graph.outputs = [try sketch.conv(sum, to: 7)]
        let kinds = try run(sketch)
        if Self.hasPackedKernels { #expect(kinds.count == 4, "\(kinds)") }
    }

    @Test("parts of joined images, one of a single channel, are made where they belong")
    func rows() throws {
        var sketch = FloatSketch()
        let x = try sketch.conv(sketch.input([1, 7, 8, 8]), to: 16)
        let (a, b) = (sketch.unary(try sketch.conv(x, to: 4), .exp), sketch.unary(try sketch.conv(x, to: 1), .sigmoid))
        let c = sketch.unary(x, .leakyRelu(alpha: 0.1))
        let d = sketch.binary(b, b, Binary(.multiply))
        let row = try sketch.constant([1, 1, 1, 16])
        sketch.graph.outputs = [sketch.concat([a, b, c, d, sketch.binary(c, row, Binary(.subtract))])]
        _ = try run(sketch)
    }
}
