import CKernels
import Foundation
import Testing

@Suite("Matrix products and contractions")
struct ProductTests {
    @Test("batched products broadcast and transpose, in any ranges")
    func products() throws {
        var draw = Draw(seed: 81)
        let cases: [([Int], Bool, [Int], Bool, [Int])] = [
            ([3, 4], false, [4, 5], false, [3, 5]), ([2, 1, 3, 4], false, [3, 4, 70], false, [2, 3, 3, 70]),
            ([4, 3], true, [5, 4], true, [3, 5]), ([2, 3, 4], false, [4, 2], false, [2, 3, 2]),
            ([3, 0], false, [0, 4], false, [3, 4]),
        ]
        for (aShape, aTransposed, bShape, bTransposed, shape) in cases {
            var plan = arete_product_plan()
            #expect(arete_product_begin(&plan, aShape.count, aShape, aTransposed, bShape.count, bShape, bTransposed))
            let a: [Int32] = draw.integers(aShape.reduce(1, *), in: -9...9)
            let b: [Int32] = draw.integers(bShape.reduce(1, *), in: -9...9)
            let depth = aTransposed ? aShape[aShape.count - 2] : aShape[aShape.count - 1]
            let expected = (0..<shape.reduce(1, *)).map { flat -> Int32 in
                let c = coordinates(flat, in: shape)
                return (0..<depth).reduce(0) { sum, k in
                    var (left, right) = (c, c)
                    (left[c.count - (aTransposed ? 2 : 1)], left[c.count - (aTransposed ? 1 : 2)]) = (k, c[c.count - 2])
                    (right[c.count - (bTransposed ? 1 : 2)], right[c.count - (bTransposed ? 2 : 1)]) = (
                        k, c[c.count - 1]
                    )
                    return sum + a[position(left, in: aShape)] * b[position(right, in: bShape)]
                }
            }
            let rows = arete_product_rows(&plan)
            var y = [Int32](repeating: -1, count: expected.count)
            for cut in draw.cuts(rows) {
                arete_product(ARETE_INT32)?(&plan, a, b, &y, cut.lowerBound, cut.upperBound)
            }
            #expect(y == expected, "\(aShape) \(bShape), seed \(draw.seed)")
            var doubles = [Double](repeating: -1, count: expected.count)
            try found(arete_product(ARETE_FLOAT64))(&plan, a.map(Double.init), b.map(Double.init), &doubles, 0, rows)
            #expect(doubles == expected.map(Double.init))
        }
    }

    @Test("shapes that do not fit are refused")
    func refused() {
        var plan = arete_product_plan()
        #expect(!arete_product_begin(&plan, 2, [2, 3], false, 2, [4, 5], false))
        #expect(!arete_product_begin(&plan, 3, [2, 3, 4], false, 3, [3, 4, 5], false))
        #expect(!arete_product_begin(&plan, 1, [4], false, 2, [4, 5], false))
        var contraction = arete_contraction_plan()
        #expect(!arete_contraction_begin(&contraction, 5))
        #expect(!arete_contraction_begin(&contraction, 0))
    }

    @Test("a contraction sums over labels that the result lacks, diagonals and scalars included")
    func contraction() throws {
        let a: [Float] = [1, 2, 3, 4]
        let b: [Float] = [10, 20]
        /// Operands by label: their strides, then whether the label is summed.
        func contracted(_ operands: [[Float]], _ labels: [(Bool, Int, [Int])]) throws -> [Float] {
            var plan = arete_contraction_plan()
            #expect(arete_contraction_begin(&plan, operands.count))
            for (summed, extent, strides) in labels { #expect(arete_contraction_add(&plan, summed, extent, strides)) }
            let results = arete_contraction_results(&plan)
            var y = [Float](repeating: -1, count: results)
            let function = try found(arete_contraction(ARETE_FLOAT32))
            func call(_ pointers: [UnsafeRawPointer?], _ rest: ArraySlice<[Float]>) {
                guard let first = rest.first else {
                    function(&plan, pointers, &y, 0, results / 2)
                    function(&plan, pointers, &y, results / 2, results)
                    return
                }
                first.withUnsafeBytes { call(pointers + [$0.baseAddress], rest.dropFirst()) }
            }
            call([], operands[...])
            return y
        }
        #expect(try contracted([a, b], [(false, 2, [2, 0]), (true, 2, [1, 1])]) == [50, 110])  // ij,j->i
        #expect(try contracted([a], [(false, 2, [3])]) == [1, 4])  // ii->i
        #expect(try contracted([a], [(true, 2, [2]), (true, 2, [1])]) == [10])  // ij->
        #expect(try contracted([b, b], [(false, 2, [0, 1]), (false, 2, [1, 0])]) == [100, 200, 200, 400])  // j,i->ij
        #expect(try contracted([[3]], []) == [3])
    }
}

@Suite("Recurrent steps")
struct RecurrentTests {
    private static func sigmoid(_ x: Float) -> Float { 1 / (1 + exp(-x)) }
    private static let tanhGate = arete_gate(kind: ARETE_GATE_TANH, alpha: 0, beta: 0)
    private static let sigmoidGate = arete_gate(kind: ARETE_GATE_SIGMOID, alpha: 0, beta: 0)

    @Test("an LSTM step mixes its gates, and a finished row keeps its state and puts out zeros")
    func lstm() {
        var draw = Draw(seed: 91)
        let n = 3
        let gates = draw.floats(2 * 4 * n)
        let before = draw.floats(2 * n)
        let peep = draw.floats(n)
        for coupling in [ARETE_GATES_INDEPENDENT, ARETE_FORGET_FROM_INPUT, ARETE_INPUT_FROM_FORGET] {
            var cell = before
            var hidden: [Float] = [1, 2, 3, 4, 5, 6]
            var y = [Float](repeating: -1, count: 2 * n)
            let lengths: [Int32] = [5, 2]
            peep.withUnsafeBufferPointer { peephole in
                lengths.withUnsafeBufferPointer { l in
                    var plan = arete_lstm_plan()
                    plan.common = arete_recurrent_plan(
                        hidden: n, pitch: 4 * n, y_pitch: n, clip: 0.9, lengths: l.baseAddress, step: 2)
                    (plan.input, plan.output, plan.forget, plan.cell) = (0, n, 2 * n, 3 * n)
                    (plan.gate, plan.candidate, plan.result) = (Self.sigmoidGate, Self.tanhGate, Self.tanhGate)
                    plan.coupling = coupling
                    plan.output_peephole = peephole.baseAddress
                    arete_lstm_step(&plan, gates, &cell, &hidden, &y, 0, 1)
                    arete_lstm_step(&plan, gates, &cell, &hidden, &y, 1, 2)
                }
            }
            func clipped(_ x: Float) -> Float { min(max(x, -0.9), 0.9) }
            for j in 0..<n {
                var input = Self.sigmoid(clipped(gates[j]))
                var forget = Self.sigmoid(clipped(gates[2 * n + j]))
                if coupling == ARETE_FORGET_FROM_INPUT { forget = 1 - input }
                if coupling == ARETE_INPUT_FROM_FORGET { input = 1 - forget }
                let next = forget * before[j] + input * tanh(clipped(gates[3 * n + j]))
                let output = Self.sigmoid(clipped(gates[n + j] + peep[j] * next))
                #expect(near(cell[j], next), "seed \(draw.seed)")
                #expect(near(hidden[j], output * tanh(next)), "seed \(draw.seed)")
                #expect(y[j] == hidden[j])
            }
            #expect(Array(cell[n...]) == Array(before[n...]))
            #expect(Array(hidden[n...]) == [4, 5, 6])
            #expect(Array(y[n...]) == [0, 0, 0])
        }
    }

    @Test("a GRU step resets before or after the product")
    func gru() {
        var draw = Draw(seed: 92)
        let n = 2
        let gates = draw.floats(3 * n)
        let before = draw.floats(n)
        let recurrent = draw.floats(n)
        for after in [false, true] {
            var plan = arete_gru_plan()
            plan.common = arete_recurrent_plan(hidden: n, pitch: 3 * n, y_pitch: n, clip: 0, lengths: nil, step: 0)
            (plan.update, plan.reset, plan.candidate) = (0, n, 2 * n)
            (plan.gate, plan.result) = (Self.sigmoidGate, Self.tanhGate)
            plan.linear_before_reset = after
            var values = gates
            var reset = [Float](repeating: -1, count: n)
            arete_gru_reset(&plan, &values, before, &reset, 0, 1)
            var hidden = before
            arete_gru_step(&plan, values, recurrent, &hidden, nil, 0, 1)
            for j in 0..<n {
                let (z, r) = (Self.sigmoid(gates[j]), Self.sigmoid(gates[n + j]))
                if !after { #expect(near(reset[j], r * before[j])) }
                let candidate = tanh(gates[2 * n + j] + (after ? r : 1) * recurrent[j])
                #expect(near(hidden[j], (1 - z) * candidate + z * before[j]), "seed \(draw.seed)")
            }
        }
    }

    @Test("every gate function is what it is called")
    func gateFunctions() {
        let functions: [(arete_gate_kind, (Float) -> Float)] = [
            (ARETE_GATE_TANH, { tanh($0) }), (ARETE_GATE_SIGMOID, Self.sigmoid), (ARETE_GATE_RELU, { max($0, 0) }),
            (ARETE_GATE_IDENTITY, { $0 }), (ARETE_GATE_AFFINE, { 0.5 * $0 + 0.25 }),
            (ARETE_GATE_LEAKY_RELU, { $0 < 0 ? 0.5 * $0 : $0 }), (ARETE_GATE_THRESHOLDED_RELU, { $0 > 0.5 ? $0 : 0 }),
            (ARETE_GATE_SCALED_TANH, { 0.5 * tanh(0.25 * $0) }),
            (ARETE_GATE_HARD_SIGMOID, { min(max(0.5 * $0 + 0.25, 0), 1) }),
            (ARETE_GATE_ELU, { $0 < 0 ? 0.5 * (exp($0) - 1) : $0 }), (ARETE_GATE_SOFTSIGN, { $0 / (1 + abs($0)) }),
            (ARETE_GATE_SOFTPLUS, { log(1 + exp($0)) }), (ARETE_GATE_RELU6, { min(max($0, 0), 6) }),
        ]
        let x: [Float] = [-3, -0.4, 0.3, 0.7, 8]
        for (kind, function) in functions {
            var plan = arete_recurrent_plan(hidden: 5, pitch: 5, y_pitch: 5, clip: 0, lengths: nil, step: 0)
            var hidden = [Float](repeating: -1, count: 5)
            arete_rnn_step(&plan, arete_gate(kind: kind, alpha: 0.5, beta: 0.25), x, &hidden, nil, 0, 1)
            #expect(near(hidden, x.map(function)), "kind \(kind.rawValue)")
        }
    }
}

@Suite("Non-maximum suppression")
struct SuppressionTests {
    private static let corners: [Float] = [
        0, 0, 1, 1, 1, 1.1, 0, 0.1, 0, -0.1, 1, 0.9, 0, 10, 1, 11, 0, 10.1, 1, 11.1, 0, 100, 1, 101,
    ]
    private static let scores: [Float] = [0.9, 0.75, 0.6, 0.95, 0.5, 0.3]

    private static func kept(
        _ boxes: [Float], _ scores: [Float], n: Int, classes: Int = 1, most: Int = 9, overlap: Float = 0.5,
        score: Float? = nil, centre: Bool = false
    ) -> [[Int64]] {
        var plan = arete_suppression_plan(
            batch: 1, classes: classes, n: n, most: most, overlap: overlap, score: score ?? 0, has_score: score != nil,
            centre: centre)
        var y = [Int64](repeating: -1, count: 3 * classes * min(most, n))
        var scratch = [Int](repeating: 0, count: n)
        let count = arete_non_max_suppression(&plan, boxes, scores, &y, &scratch)
        return (0..<count).map { Array(y[3 * $0..<3 * $0 + 3]) }
    }

    @Test("the best box of each heap stays, in order of scores, whatever corners are given")
    func corners() {
        #expect(Self.kept(Self.corners, Self.scores, n: 6) == [[0, 0, 3], [0, 0, 0], [0, 0, 5]])
        #expect(Self.kept(Self.corners, Self.scores, n: 6, most: 1) == [[0, 0, 3]])
        #expect(Self.kept(Self.corners, Self.scores, n: 6, most: 0) == [])
        #expect(Self.kept(Self.corners, Self.scores, n: 6, score: 0.4) == [[0, 0, 3], [0, 0, 0]])
        #expect(Self.kept(Self.corners, Self.scores, n: 6, overlap: 1).count == 6)
    }

    @Test("classes are suppressed apart, equal scores by index, and NaN never counts")
    func classes() {
        let twice = Self.kept(Self.corners, Self.scores + Self.scores.reversed(), n: 6, classes: 2, most: 2)
        #expect(twice == [[0, 0, 3], [0, 0, 0], [0, 1, 2], [0, 1, 5]])
        let equal: [Float] = [0.5, 0.5, 0.5, 0.5, 0.5, .nan]
        #expect(Self.kept(Self.corners, equal, n: 6) == [[0, 0, 0], [0, 0, 3]])
    }

    @Test("centre boxes without area cover nothing")
    func centres() {
        let boxes: [Float] = [0.5, 0.5, 1, 1, 0.6, 0.5, 1, 1, 0.5, 0.5, 0, 0, 0.5, 0.5, -1, -1]
        #expect(Self.kept(boxes, [0.9, 0.8, 0.7, 0.6], n: 4, centre: true) == [[0, 0, 0], [0, 0, 2], [0, 0, 3]])
    }
}
