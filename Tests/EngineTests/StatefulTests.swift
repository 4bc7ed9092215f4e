// TFLite's recurrent layers, whose state is variables, against their recurrences in double precision.
import Graphs
import Tensors
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@testable import Engine

@Suite struct StatefulTests {
    private static let (time, batch, width, cells) = (3, 2, 2, 3)

    private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

    /// Rows of a matrix times a vector.
    private func product(_ matrix: Tensor?, _ vector: [Double]) -> [Double] {
        guard let matrix else { return [Double](repeating: 0, count: Self.cells) }
        let values = matrix.doubles
        return (0..<matrix.shape[0]).map { row in
            vector.indices.reduce(0) { $0 + values[row * vector.count + $1] * vector[$1] }
        }
    }

    /// The outputs of one sequence, by TFLite's numbers of the inputs; updates the states.
    private func walk(_ x: [[Double]], _ inputs: [Tensor?], hidden: inout [Double], cell: inout [Double]) -> [[Double]]
    {
        var outputs: [[Double]] = []
        func vector(_ index: Int) -> [Double] { inputs[index]?.doubles ?? [Double](repeating: 0, count: Self.cells) }
        for step in x {
            func sum(_ gate: Int) -> [Double] {
                let (own, past, bias) = (
                    product(inputs[gate + 1], step), product(inputs[gate + 5], hidden), vector(gate + 12)
                )
                return (0..<Self.cells).map { own[$0] + past[$0] + bias[$0] }
            }
            let (input, forget, candidate, output) = (sum(0), sum(1), sum(2), sum(3))
            let before = cell
            for unit in 0..<Self.cells {
                let kept = sigmoid(forget[unit] + vector(10)[unit] * before[unit])
                let share = inputs[1] == nil ? 1 - kept : sigmoid(input[unit] + vector(9)[unit] * before[unit])
                cell[unit] = min(max(kept * before[unit] + share * tanh(candidate[unit]), -0.5), 0.5)
            }
            let inner = (0..<Self.cells).map { sigmoid(output[$0] + vector(11)[$0] * cell[$0]) * tanh(cell[$0]) }
            hidden = inputs[16] == nil ? inner : product(inputs[16], inner)
            outputs.append(hidden)
        }
        return outputs
    }

    @Test(
        "a float LSTM follows its recurrence and keeps its state from run to run", arguments: [false, true],
        [false, true])
    func lstm(isTimeMajor: Bool, couples: Bool) throws {
        let (time, batch, width, cells) = (Self.time, Self.batch, Self.width, Self.cells)
        let outputs = couples ? cells : 2
        let inputs = try lstmInputs(isTimeMajor: isTimeMajor, couples: couples)
        let op = lstmOperator(isTimeMajor: isTimeMajor)
        let known = Set((1..<24).filter { inputs[$0] != nil && $0 != 18 && $0 != 19 })
        let first = try compute(op, inputs, constants: known, variables: [18, 19], convention: .tflite)[0]
        let graph = oneNode(
            op, inputs, constants: known, variables: [18, 19], declared: [.init()], convention: .tflite)
        let session = try Session(try Executable(graph, options: Options()))
        try session.setInput(0, to: try #require(inputs[0]))
        try session.run()
        try session.run()
        let second = try session.output(0)
        for row in 0..<batch {
            var hidden = Array(try #require(inputs[18]).doubles[row * outputs..<(row + 1) * outputs])
            var cell = Array(try #require(inputs[19]).doubles[row * cells..<(row + 1) * cells])
            func place(_ step: Int) -> Int { isTimeMajor ? step * batch + row : row * time + step }
            let x = (0..<time).map { Array(inputs[0]!.doubles[place($0) * width..<(place($0) + 1) * width]) }
            for result in [first, second] {
                for (step, values) in walk(x, inputs, hidden: &hidden, cell: &cell).enumerated() {
                    let got = result.doubles[place(step) * outputs..<(place(step) + 1) * outputs]
                    #expect(zip(got, values).allSatisfy { abs($0 - $1) < 1e-5 })
                }
            }
        }
    }

    @Test("an LSTM whose input gate lacks some of its weights is refused", arguments: [1, 5, 12])
    func incompleteGate(missing: Int) throws {
        var inputs = try lstmInputs(isTimeMajor: false, couples: false)
        inputs[missing] = nil
        let known = Set((1..<24).filter { inputs[$0] != nil && $0 != 18 && $0 != 19 })
        let graph = oneNode(
            lstmOperator(isTimeMajor: false), inputs, constants: known, variables: [18, 19], declared: [.init()],
            convention: .tflite)
        #expect(throws: GraphError.self) { try Executable(graph, options: Options()) }
    }

    private func lstmInputs(isTimeMajor: Bool, couples: Bool) throws -> [Tensor?] {
        let (time, batch, width, cells) = (Self.time, Self.batch, Self.width, Self.cells)
        let outputs = couples ? cells : 2
        var inputs = [Tensor?](repeating: nil, count: 24)
        inputs[0] = try noise(isTimeMajor ? [time, batch, width] : [batch, time, width], seed: 1)
        for gate in 0..<4 where !(couples && gate == 0) {
            inputs[gate + 1] = try noise([cells, width], seed: UInt64(10 + gate))
            inputs[gate + 5] = try noise([cells, outputs], seed: UInt64(20 + gate))
            inputs[gate + 12] = try noise([cells], seed: UInt64(30 + gate))
        }
        if !couples {
            for index in 9...11 { inputs[index] = try noise([cells], seed: UInt64(index)) }
            inputs[16] = try noise([outputs, cells], seed: 16)
        }
        inputs[18] = try noise([batch, outputs], seed: 18)
        inputs[19] = try floats([batch, cells], [0.1, -0.2, 0.3, 0, 0.4, -0.5])
        return inputs
    }

    private func lstmOperator(isTimeMajor: Bool) -> UnidirectionalLSTM {
        UnidirectionalLSTM(
            activation: .tanh, cellClip: 0.5, projectionClip: 0, isTimeMajor: isTimeMajor,
            quantizesInputsAsymmetrically: false, intermediates: [])
    }

    @Test("an SVDF layer filters features, then their past, and moves its memory on")
    func svdf() throws {
        let (filters, rank, memory, width, batch) = (4, 2, 3, 2, 2)
        let (features, times) = (try noise([filters, width], seed: 1), try noise([filters, memory], seed: 2))
        let bias = try floats([2], [0.5, -0.25])
        let inputs = [
            try noise([batch, width], seed: 3), features, times, bias,
            try floats([batch, memory * filters], [Float](repeating: 0, count: 24)),
        ]
        let op = SVDF(rank: rank, activation: .relu, quantizesInputsAsymmetrically: false)
        let first = try compute(op, inputs, constants: [1, 2, 3], variables: [4], convention: .tflite)[0]
        let graph = oneNode(op, inputs, constants: [1, 2, 3], variables: [4], declared: [.init()], convention: .tflite)
        let session = try Session(try Executable(graph, options: Options()))
        var past = [[Double]]()
        for turn in 0..<4 {
            let data = turn == 0 ? inputs[0] : try noise([batch, width], seed: UInt64(turn + 10))
            try session.setInput(0, to: data)
            try session.run()
            let (x, w) = (data.doubles, features.doubles)
            past.append(
                (0..<batch * filters).map { (place: Int) -> Double in
                    let (filter, image) = (place % filters * width, place / filters * width)
                    var response = 0.0
                    for index in 0..<width { response += w[filter + index] * x[image + index] }
                    return response
                })
            var expected: [Float] = []
            for place in 0..<batch * 2 {
                var sum = bias.doubles[place % 2]
                for filter in (place % 2 * rank)..<(place % 2 * rank + rank) {
                    for (age, responses) in past.reversed().prefix(memory).enumerated() {
                        sum +=
                            responses[place / 2 * filters + filter] * times.doubles[filter * memory + memory - 1 - age]
                    }
                }
                expected.append(Float(max(0, sum)))
            }
            #expect(isClose(try session.output(0), expected))
            if turn == 0 { #expect(isClose(first, expected)) }
        }
    }

    @Test("an integer SVDF layer is its sum in fixed point")
    func integerSVDF() throws {
        let inputs = [
            try bytes([1, 2], [10, -20], Quantization(scale: 0.5, zeroPoint: 2)),
            try bytes([1, 2], [4, 8], Quantization(scale: 0.25, zeroPoint: 0)),
            try Tensor(.int16, [1, 2], [Int16(100), 200], quantization: Quantization(scale: 0.01, zeroPoint: 0)),
            try Tensor(.int32, [1], [Int32(1200)]),
            try Tensor(.int16, [1, 2], [Int16(0), 50], quantization: Quantization(scale: 0.125, zeroPoint: 0)),
        ]
        // The features give 4 * 8 + 8 * -22 = -144 steps of 1/8: exactly that many of the state's.
        let op = SVDF(rank: 1, activation: .none, quantizesInputsAsymmetrically: false)
        let output = Quantization(scale: 1, zeroPoint: -1)
        let result = try compute(
            op, inputs, constants: [1, 2, 3], variables: [4], declared: [.init(element: .int8, quantization: output)],
            convention: .tflite)[0]
        // (1200 + 50 * 100 - 144 * 200) / 800 is -28.25.
        #expect(result.integers == [-29])
    }

    @Test("state that is no variable is refused, not written")
    func constantState() throws {
        let inputs: [Tensor?] = [
            try floats([1, 1], [1]), try floats([1, 1], [1]), try floats([1, 1], [1]), nil, try floats([1, 1], [0]),
        ]
        #expect(throws: GraphError.self) {
            try compute(
                SVDF(rank: 1, activation: .none, quantizesInputsAsymmetrically: false), inputs, constants: [1, 2, 4],
                convention: .tflite)
        }
    }
}
