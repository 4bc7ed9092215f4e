// Means under softmax distributions of bytes, and averages of bytes, against the float operators that they stand for.
import Graphs
import Tensors
import Testing

@testable import Engine

@Suite struct SoftmaxExpectationTests {
    private let origin = Node.Origin(index: 0, operatorName: "TEST")

    /// Bytes [1, 70, 5 bins] of which the first 4 bins a position are distributions, as a detector's head has them.
    private func head(_ element: ElementType, bins: Int) throws -> Graph {
        var graph = Graph(name: "head", convention: .onnx)
        let quantization = Quantization(scale: 0.02, zeroPoint: element == .int8 ? -20 : 100)
        let x = graph.add(Value(name: "x", type: TensorType(element, [1, 70, 5 * bins], quantization: quantization)))
        graph.inputs = [Input(value: x, dimensions: [.fixed(1), .fixed(70), .fixed(5 * bins)])]
        func add(_ op: any Operator, _ inputs: [ValueID?], count: Int = 1) -> [ValueID] {
            graph.append(op, inputs, outputs: (0..<count).map { Value(name: "\(op.name)\($0)") }, origin: origin)
        }
        let sizes = graph.add(constant: try Tensor(.int64, [2], [Int64(4 * bins), Int64(bins)]), name: "sizes")
        let real = add(Dequantize(), [x])[0]
        let boxes = add(Split(axis: 2, sizes: nil), [real, sizes], count: 2)[0]
        let turned = add(Transpose([0, 2, 1]), [boxes])[0]
        let shape = graph.add(constant: try Tensor(.int64, [4], [1, 4, Int64(bins), 70]), name: "shape")
        let split = add(Reshape(nil, zeroCopies: false), [turned, shape])[0]
        let first = add(Transpose([0, 2, 1, 3]), [split])[0]
        let weights = try Tensor(.float32, [1, bins, 1, 1], (0..<bins).map { Float($0) - 2 })
        let layer = Convolution(
            layout: .channelsFirst, strides: [1, 1], dilations: [1, 1],
            padding: .explicit(before: [0, 0], after: [0, 0]))
        graph.outputs = add(layer, [add(Softmax(axis: 1), [first])[0], graph.add(constant: weights, name: "weights")])
        return graph
    }

    @Test("means are those of the float operators", arguments: [ElementType.uint8, .int8], [16, 7, 70])
    func means(element: ElementType, bins: Int) throws {
        let graph = try head(element, bins: bins)
        var results: [[Float]] = []
        for (arithmetic, threads) in [(Arithmetic.exact, 1), (.fast, 1), (.fast, 3)] {
            let executable = try Executable(graph, options: Options(arithmetic: arithmetic, threads: threads))
            let kinds = executable.program.steps.map(\.kind)
            #expect(kinds.contains("softmax expectation \(element)") == (arithmetic == .fast), "\(kinds)")
            let session = try Session(executable, worthSharing: 0)
            session.withInput(0) { bytes in
                for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: (index &* 2_654_435_761) >> 7) }
            }
            try session.run()
            results.append(try session.output(0).floats)
        }
        #expect(results[0].count == 280 && Set(results[0]).count > 50)
        #expect(zip(results[0], results[1]).allSatisfy { abs($0 - $1) < 1e-4 })
        #expect(results[1] == results[2])
    }

    @Test("averages that count their padding are within a step of the float ones")
    func averages() throws {
        var graph = Graph(name: "average", convention: .onnx)
        let (from, to) = (Quantization(scale: 0.1, zeroPoint: 30), Quantization(scale: 0.07, zeroPoint: 11))
        let x = graph.add(Value(name: "x", type: TensorType(.uint8, [1, 9, 12, 40], quantization: from)))
        graph.inputs = [Input(value: x, dimensions: [1, 9, 12, 40].map { .fixed($0) })]
        let window = Window(
            size: [3, 3], strides: [2, 2], dilations: [1, 1], padding: .explicit(before: [1, 1], after: [1, 1]))
        graph.outputs = graph.append(
            Pool(.average(countsPadding: true), layout: .channelsLast, window: window), [x],
            outputs: [Value(name: "y", element: .uint8, quantization: to)], origin: origin)
        var results: [[UInt8]] = []
        for arithmetic in [Arithmetic.exact, .fast] {
            let executable = try Executable(graph, options: Options(arithmetic: arithmetic))
            #expect(executable.program.steps.contains { $0.kind.hasPrefix("depthwise") } == (arithmetic == .fast))
            let session = try Session(executable)
            session.withInput(0) { bytes in
                for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: (index &* 2_654_435_761) >> 9) }
            }
            try session.run()
            results.append(try session.output(0).withUnsafeBytes(Array.init))
        }
        let differences = zip(results[0], results[1]).map { abs(Int($0) - Int($1)) }
        #expect((differences.max() ?? 9) <= 1 && differences.reduce(0, +) * 100 <= differences.count)
        #expect(Set(results[0]).count > 50)
    }
}
