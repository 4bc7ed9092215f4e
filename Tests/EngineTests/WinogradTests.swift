// 3x3 convolutions of bytes in Winograd's form, inside networks.
import Graphs
import Tensors
import Testing

@testable import Engine

@Suite("Convolutions of bytes in Winograd's form")
struct WinogradTests {
    private static let form = InstructionSet("avx2")

    @Test(
        "layers that read and write parts of joined images give the portable bits with any number of threads",
        .enabled(if: form != nil, "no AVX2"), arguments: [[1, 16, 16], [1, 13, 31], [3, 9, 10]])
    func joined(size: [Int]) throws {
        var sketch = GraphSketch()
        let x = sketch.input(Shape(size + [32]))
        // Bytes between the layers are unsigned; the input, of signed ones, is read as it is.
        let parts = [sketch.conv(x, to: 32, size: 3), sketch.conv(x, to: 40, size: 3), sketch.conv(x, to: 24)]
        let all = sketch.concat(parts)
        let halves = sketch.split(sketch.conv(all, to: 64, size: 3), [32, 32])
        let sum = sketch.add(sketch.conv(halves[0], to: 32, size: 3), halves[1])
        sketch.graph.outputs = [sketch.conv(sum, to: 33, size: 3)]
        let kinds = try sketch.runAlike(on: [try #require(Self.form), .scalar, .best])
        #expect(kinds.filter { $0.hasSuffix("winograd") }.count == 5, "\(kinds)")
        #expect(!kinds.contains { $0.hasPrefix("concat") }, "\(kinds)")
    }

    @Test(
        "unsigned bytes and weights with a zero point give the portable bits at the ends of their ranges",
        .enabled(if: form != nil, "no AVX2"), arguments: [Int32(0), 128, 255], [Int32(0), 3, 255])
    func unsigned(zero: Int32, weightZero: Int32) throws {
        let shape: Shape = [2, 11, 12, 48]
        let data = Quantization(scale: 0.05, zeroPoint: zero)
        let bytes = (0..<32 * 9 * 48).map { $0 % 3 == 0 ? UInt8(255) : UInt8(truncatingIfNeeded: $0 &* 91) }
        let weights = try Tensor(
            .uint8, [32, 3, 3, 48], bytes, quantization: Quantization(scale: 0.004, zeroPoint: weightZero))
        var results: [[Int64]] = []
        for (set, threads) in [(try #require(Self.form), 1), (try #require(Self.form), 3), (.scalar, 1)] {
            var graph = Graph(name: "layer", convention: .onnx)
            let x = graph.add(Value(name: "x", type: TensorType(.uint8, shape, quantization: data)))
            graph.inputs = [Input(value: x, dimensions: shape.dimensions.map { .fixed($0) })]
            graph.outputs = graph.append(
                Convolution(layout: .channelsLast, strides: [1, 1], dilations: [1, 1], padding: .same),
                [x, graph.add(constant: weights, name: "weights")],
                outputs: [
                    Value(
                        name: "y", element: .uint8,
                        quantization: Quantization(scale: 60, zeroPoint: 128))
                ], origin: .init(index: 0, operatorName: "Conv"))
            let executable = try Executable(graph, options: Options(threads: threads, instructionSet: set))
            #expect(executable.program.steps.contains { $0.kind.hasSuffix("winograd") } == (set != .scalar))
            let session = try Session(executable, worthSharing: 0)
            session.withInput(0) { bytes in
                for index in bytes.indices {
                    bytes[index] = index % 5 == 0 ? 255 : UInt8(truncatingIfNeeded: index &* 73 ^ 21)
                }
            }
            try session.run()
            results.append(try session.output(0).integers)
        }
        #expect(results[0] == results[1] && results[0] == results[2])
        #expect(Set(results[0]).count > 2)
    }
}
