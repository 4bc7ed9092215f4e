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

    /// What is unlike a plain layer: nothing, a factor, a turned first operand, a second operand that is computed.
    enum Product: CaseIterable { case layer, factor, turned, computed }

    @Test(
        "a quantized Gemm multiplies, adds and rounds once", arguments: Product.allCases,
        [(Arithmetic.fast, InstructionSet.best), (.exact, .best), (.fast, .scalar)])
    func gemm(product: Product, mode: (Arithmetic, InstructionSet)) throws {
        let (m, k, n) = (3, 11, 17)
        var graph = Graph(name: "gemm", convention: .onnx)
        let a = (0..<m * k).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
        let b = (0..<k * n).map { Int8(truncatingIfNeeded: $0 &* 73 &- 5) }
        let bias = (0..<n).map { Int32($0 * 500 - 4000) }
        func input(_ name: String, _ type: TensorType) -> ValueID {
            let id = graph.add(Value(name: name, type: type))
            graph.inputs.append(Input(value: id, dimensions: type.shape.dimensions.map { .fixed($0) }))
            return id
        }
        let left = try Tensor(.uint8, product == .turned ? [k, m] : [m, k], a)
        let right = try Tensor(.int8, [n, k], b)
        let data = input("a", left.type)
        let weights = product == .computed ? input("b", right.type) : graph.add(constant: right, name: "b")
        let scales = try [0.02, 0.01, 0.5].map { graph.add(constant: try floats([], [$0]), name: "scale") }
        let zero = graph.add(constant: try Tensor(.uint8, [], [UInt8(100)]), name: "zero")
        let small = graph.add(constant: try Tensor(.int8, [], [Int8(5)]), name: "small zero")
        let term = graph.add(constant: try ints(bias), name: "bias")
        let alpha: Float = product == .factor ? 0.5 : 1
        let op = LinearQuantized(
            Gemm(alpha: alpha, beta: 1, transposesA: product == .turned, transposesB: true),
            operands: [
                .init(data: 0, scale: 1, zeroPoint: 2), .init(data: 3, scale: 4, zeroPoint: 5),
                .init(data: 6, scale: nil, zeroPoint: nil),
            ],
            result: (7, 8))
        graph.outputs = graph.append(
            op, [data, scales[0], zero, weights, scales[1], small, term, scales[2], zero],
            outputs: [Value(name: "y")], origin: .init(index: 0, operatorName: "QGemm"))
        let session = try Session(
            try Executable(graph, options: Options(arithmetic: mode.0, instructionSet: mode.1)))
        try session.setInput(0, to: left)
        if product == .computed { try session.setInput(1, to: right) }
        try session.run()
        let result = try session.output(0).integers
        for row in 0..<m {
            for column in 0..<n {
                var sum = Int(bias[column])
                for index in 0..<k {
                    let value = Int(a[product == .turned ? index * m + row : row * k + index])
                    sum += (value - 100) * (Int(b[column * k + index]) - 5)
                }
                let real = Double(sum) * 0.02 * 0.01 * Double(alpha) / 0.5 + 100
                let expected = min(255, max(0, real))
                #expect(
                    abs(Double(result[row * n + column]) - expected) < 0.51, "row \(row), column \(column)")
            }
        }
    }
}
