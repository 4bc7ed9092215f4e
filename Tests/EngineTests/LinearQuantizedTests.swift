// Operators whose scales are inputs, and what follows them.
import Graphs
import Tensors
import Testing

@testable import Engine

@Suite struct LinearQuantizedTests {
    @Test(
        "what only moves the bytes of a quantized operator keeps their quantization",
        arguments: [Arithmetic.fast, .exact])
    func resizedSum(arithmetic: Arithmetic) throws {
        var graph = Graph(name: "resized sum", convention: .onnx)
        let x = graph.add(Value(name: "x", type: TensorType(.uint8, [1, 1, 3, 5])))
        graph.inputs = [Input(value: x, dimensions: [1, 1, 3, 5].map { .fixed($0) })]
        let scale = graph.add(constant: try floats([], [0.5]), name: "scale")
        let zero = graph.add(constant: try Tensor(.uint8, [], [UInt8(3)]), name: "zero")
        let sizes = graph.add(constant: try longs([1, 1, 6, 10]), name: "sizes")
        let sum = LinearQuantized(
            Binary(.add), operands: [.init(data: 0, scale: 1, zeroPoint: 2), .init(data: 0, scale: 1, zeroPoint: 2)],
            result: (1, 2))
        let added = graph.append(
            sum, [x, scale, zero], outputs: [Value(name: "sum")], origin: .init(index: 0, operatorName: "QLinearAdd"))
        graph.outputs = graph.append(
            Resize(mode: .nearest(.floor), coordinates: .asymmetric), [added[0], nil, nil, sizes],
            outputs: [Value(name: "y")], origin: .init(index: 1, operatorName: "Resize"))
        let session = try Session(try Executable(graph, options: Options(arithmetic: arithmetic)))
        let bytes = (0..<15).map { UInt8($0 * 7) }
        try session.setInput(0, to: try Tensor(.uint8, [1, 1, 3, 5], bytes))
        try session.run()
        let expected = (0..<60).map { Int64(min(255, 2 * Int(bytes[$0 / 20 * 5 + $0 % 10 / 2]) - 3)) }
        #expect(try session.output(0).integers == expected.map { max(0, $0) })
    }
}
