// ONNX's recurrent layers, against the recurrences written out.
import Graphs
import Tensors
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@testable import Engine

@Suite struct RecurrentTests {
    private static let (time, batch, width, hidden) = (4, 2, 3, 2)

    /// One direction over one sequence by the definition of the cell; gives the outputs in order of time.
    private func walk(
        _ cell: Recurrent.Cell, _ x: [[Double]], w: [[Double]], r: [[Double]], b: [Double], h: [Double],
        peepholes: [Double]
    ) -> (outputs: [[Double]], cell: [Double]) {
        let n = Self.hidden
        var (state, memory, outputs) = (h, [Double](repeating: 0, count: n), [[Double]]())
        func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
        func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        let gates = cell.gateCount * n
        for input in x {
            let own = (0..<gates).map { dot(w[$0], input) + b[$0] }
            func fromState(_ state: [Double], _ gate: Int) -> Double { dot(r[gate], state) + b[gates + gate] }
            let before = state
            for unit in 0..<n {
                switch cell {
                case .rnn: state[unit] = tanh(own[unit] + fromState(before, unit))
                case .gru(let resetsAfter):
                    let update = sigmoid(own[unit] + fromState(before, unit))
                    let resets = (0..<n).map { sigmoid(own[n + $0] + fromState(before, n + $0)) }
                    let candidate =
                        resetsAfter
                        ? tanh(own[2 * n + unit] + resets[unit] * fromState(before, 2 * n + unit))
                        : tanh(own[2 * n + unit] + fromState(zip(before, resets).map { $0 * $1 }, 2 * n + unit))
                    state[unit] = (1 - update) * candidate + update * before[unit]
                case .lstm(let couples):
                    let input = sigmoid(own[unit] + fromState(before, unit) + peepholes[unit] * memory[unit])
                    let forget =
                        couples
                        ? 1 - input
                        : sigmoid(
                            own[2 * n + unit] + fromState(before, 2 * n + unit) + peepholes[2 * n + unit] * memory[unit]
                        )
                    memory[unit] =
                        forget * memory[unit] + input * tanh(own[3 * n + unit] + fromState(before, 3 * n + unit))
                    state[unit] =
                        sigmoid(own[n + unit] + fromState(before, n + unit) + peepholes[n + unit] * memory[unit])
                        * tanh(memory[unit])
                }
            }
            outputs.append(state)
        }
        return (outputs, memory)
    }

    @Test(
        "every cell in every direction and both layouts, by packed weights or a library, follows its recurrence",
        arguments: [
            .rnn, .gru(appliesResetAfterProduct: false), .gru(appliesResetAfterProduct: true),
            .lstm(couplesInputAndForget: false), .lstm(couplesInputAndForget: true),
        ]
            as [Recurrent.Cell], [true, false])
    func cells(cell: Recurrent.Cell, hasConstantWeights: Bool) throws {
        let (time, batch, width, n) = (Self.time, Self.batch, Self.width, Self.hidden)
        let gates = cell.gateCount * n
        for direction in [Recurrent.Direction.forward, .reverse, .bidirectional] {
            for isBatchFirst in [false, true] {
                let count = direction.count
                let x = try noise(isBatchFirst ? [batch, time, width] : [time, batch, width], seed: 1)
                let (w, r) = (try noise([count, gates, width], seed: 2), try noise([count, gates, n], seed: 3))
                let b = try noise([count, 2 * gates], seed: 4)
                let lengths = [4, 2]
                let h = try noise(isBatchFirst ? [batch, count, n] : [count, batch, n], seed: 5)
                let p = try noise([count, 3 * n], seed: 6)
                let isLSTM = cell.gateCount == 4
                let op = Recurrent(
                    cell: cell, direction: direction, hiddenSize: n, activations: [], clip: nil,
                    isBatchFirst: isBatchFirst)
                let outputs = try compute(
                    op, [x, w, r, b, try ints(lengths.map(Int32.init)), h, nil, isLSTM ? p : nil],
                    constants: hasConstantWeights ? [1, 2, 3, 4] : [4],
                    declared: [Arguments.Declared](repeating: .init(), count: isLSTM ? 3 : 2))
                let (y, last) = (outputs[0], outputs[1])
                for d in 0..<count {
                    for row in 0..<batch {
                        let order = Array(0..<lengths[row])
                        let steps = direction == .reverse || d == 1 ? order.reversed() : order
                        func slice(_ tensor: Tensor, _ start: Int, _ size: Int) -> [Double] {
                            Array(tensor.doubles[start..<start + size])
                        }
                        let inputs = steps.map {
                            slice(x, (isBatchFirst ? row * time + $0 : $0 * batch + row) * width, width)
                        }
                        let expected = walk(
                            cell, inputs, w: (0..<gates).map { slice(w, (d * gates + $0) * width, width) },
                            r: (0..<gates).map { slice(r, (d * gates + $0) * n, n) },
                            b: slice(b, d * 2 * gates, 2 * gates),
                            h: slice(h, (isBatchFirst ? row * count + d : d * batch + row) * n, n),
                            peepholes: slice(p, d * 3 * n, 3 * n))
                        for step in 0..<time {
                            let place = isBatchFirst ? [row, step, d, 0] : [step, d, row, 0]
                            let got = slice(y, y.shape.offset(place), n)
                            let wanted = steps.firstIndex(of: step).map { expected.outputs[$0] } ?? [0, 0]
                            #expect(zip(got, wanted).allSatisfy { abs($0 - $1) < 1e-5 })
                        }
                        let place = isBatchFirst ? [row, d, 0] : [d, row, 0]
                        #expect(
                            zip(slice(last, last.shape.offset(place), n), expected.outputs.last ?? []).allSatisfy {
                                abs($0 - $1) < 1e-5
                            })
                        if isLSTM {
                            #expect(
                                zip(slice(outputs[2], last.shape.offset(place), n), expected.cell).allSatisfy {
                                    abs($0 - $1) < 1e-5
                                })
                        }
                    }
                }
            }
        }
    }

    @Test("other activations and a clip are applied")
    func activations() throws {
        let op = Recurrent(
            cell: .rnn, direction: .forward, hiddenSize: 1, activations: [.init(name: "LeakyRelu", alpha: 0.5)],
            clip: 3, isBatchFirst: false)
        let (w, r) = (try floats([1, 1, 1], [1]), try floats([1, 1, 1], [0]))
        let y = try computeOne(op, [try floats([3, 1, 1], [-2, 5, -8]), w, r], constants: [1, 2])
        #expect(y.floats == [-1, 3, -1.5])
        var wrong = op
        wrong.activations = [.init(name: "Cosine")]
        #expect(throws: GraphError.self) { try computeOne(wrong, [try floats([1, 1, 1], [1]), w, r]) }
    }
}
