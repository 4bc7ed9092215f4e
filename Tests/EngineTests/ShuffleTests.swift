// Shuffled channels give the bytes that they give where the shuffle is made.
import Graphs
import Tensors
import Testing

@testable import Engine

@Suite struct ShuffleTests {
    private let quantization = Quantization(scale: 0.05, zeroPoint: 3)
    private let origin = Node.Origin(index: 0, operatorName: "TEST")

    /// Two unit-like blocks on a shuffled image: layers that read all of it, and the halves of another shuffle, of which one
    /// passes by. `isShown`: the shuffled images are outputs too, so that they have to be made.
    private func graph(_ element: ElementType, channels: Int, isShown: Bool) throws -> Graph {
        var graph = Graph(name: "shuffles", convention: .onnx)
        var seed = 1
        func add(_ op: any Operator, _ inputs: [ValueID?], count: Int = 1) -> [ValueID] {
            graph.append(
                op, inputs,
                outputs: (0..<count).map {
                    Value(name: "\(op.name)\($0)", element: element, quantization: quantization)
                },
                origin: origin)
        }
        func weights(_ shape: Shape, axis: Int) throws -> ValueID {
            seed += 1
            let values = (0..<shape.elementCount).map { Int8(truncatingIfNeeded: (($0 &+ seed) &* 40_503) >> 3) }
            let scales = (0..<shape[axis]).map { 0.004 + 0.0001 * Float($0 % 7) }
            let scale = Quantization(scales: scales, zeroPoints: [Int32](repeating: 0, count: shape[axis]), axis: axis)
            return graph.add(constant: try Tensor(.int8, shape, values, quantization: scale), name: "weights\(seed)")
        }
        func dense(_ x: ValueID, _ from: Int, _ to: Int) throws -> ValueID {
            let op = Convolution(
                layout: .channelsLast, strides: [1, 1], dilations: [1, 1],
                padding: .explicit(before: [0, 0], after: [0, 0]))
            return add(op, [x, try weights([to, 1, 1, from], axis: 0)])[0]
        }
        func shuffled(_ x: ValueID) -> ValueID {
            let apart = add(Reshape([1, 5, 6, 2, channels / 2], zeroCopies: false), [x])[0]
            let turned = add(Transpose([0, 1, 2, 4, 3]), [apart])[0]
            return add(Reshape([1, 5, 6, channels], zeroCopies: false), [turned])[0]
        }
        let x = graph.add(Value(name: "x", type: TensorType(element, [1, 5, 6, channels], quantization: quantization)))
        graph.inputs = [Input(value: x, dimensions: [1, 5, 6, channels].map { .fixed($0) })]
        let first = shuffled(x)
        let depthwise = DepthwiseConvolution(
            strides: [1, 1], dilations: [1, 1], padding: .explicit(before: [1, 1], after: [1, 1]), activation: .none)
        let middle = add(depthwise, [first, try weights([3, 3, channels], axis: 2)])[0]
        let half = channels / 2
        let left = try dense(add(Unary(.tanh), [middle])[0], channels, half)
        let second = shuffled(add(Concat(axis: 3), [left, try dense(first, channels, half)])[0])
        let parts = add(Split(axis: 3, sizes: [half, half]), [second], count: 2)
        let joined = add(Concat(axis: 3), [add(Unary(.sigmoid), [parts[0]])[0], try dense(parts[1], half, half)])[0]
        graph.outputs = [try dense(joined, channels, 9), joined] + (isShown ? [first, second] : [])
        return graph
    }

    @Test("weights and gathers in place of shuffles", arguments: [ElementType.int8, .uint8], [16, 58, 116, 232])
    func sameBytes(element: ElementType, channels: Int) throws {
        var results: [[[UInt8]]] = []
        for (isShown, threads) in [(true, 1), (false, 1), (false, 3)] {
            let executable = try Executable(
                try graph(element, channels: channels, isShown: isShown), options: Options(threads: threads))
            let kinds = executable.program.steps.map(\.kind)
            #expect(kinds.filter { $0 == "transpose" }.count == (isShown ? 2 : channels > 128 ? 1 : 0), "\(kinds)")
            let session = try Session(executable, worthSharing: 0)
            session.withInput(0) { bytes in
                for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: (index &* 2_654_435_761) >> 9) }
            }
            try session.run()
            results.append(try (0..<2).map { try session.output($0).withUnsafeBytes(Array.init) })
        }
        #expect(results[0] == results[1] && results[0] == results[2])
        #expect(results[0].allSatisfy { Set($0).count > 20 })
    }
}
