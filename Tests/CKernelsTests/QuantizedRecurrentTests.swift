// Recurrent layers: the integer ones against the float ones, the float ones against plain formulas.
import CKernels
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@Suite struct QuantizedRecurrentTests {
    /// Weights, biases and input of a small LSTM.
    private struct Small {
        let inputWeights: [[Int8]], recurrentWeights: [[Int8]], bias: [[Int32]]
        let steps: [[Int8]]

        init(seed: UInt64) {
            var generator = Generator(seed: seed)
            inputWeights = (0..<4).map { _ in generator.integers(20, in: -127...127) }
            recurrentWeights = (0..<4).map { _ in generator.integers(16, in: -127...127) }
            bias = (0..<4).map { _ in generator.integers(4, in: -2000...2000) }
            steps = (0..<6).map { _ in generator.integers(5) }
        }
    }

    private static let weightScale: Float = 0.008, inputScale: Float = 0.02, outputScale: Float = 1.0 / 128

    /// Outputs of all steps in real numbers, written plainly.
    private func plain(_ small: Small, inputZero: Int, coupled: Bool) -> [[Double]] {
        var hidden = [Double](repeating: 0, count: 4)
        var cell = hidden
        return small.steps.map { step in
            let x = step.map { Double(Self.inputScale) * Double(Int($0) - inputZero) }
            let sums = (0..<4).map { gate in
                (0..<4).map { c in
                    var sum = Double(small.bias[gate][c]) * Double(Self.weightScale * Self.inputScale)
                    for i in 0..<5 {
                        sum += Double(small.inputWeights[gate][5 * c + i]) * Double(Self.weightScale) * x[i]
                    }
                    for h in 0..<4 {
                        sum += Double(small.recurrentWeights[gate][4 * c + h]) * Double(Self.weightScale) * hidden[h]
                    }
                    return sum
                }
            }
            func logistic(_ value: Double) -> Double { 1 / (1 + exp(-value)) }
            for c in 0..<4 {
                let forget = logistic(sums[1][c])
                let share = coupled ? 1 - forget : logistic(sums[0][c])
                cell[c] = forget * cell[c] + share * tanh(sums[2][c])
            }
            hidden = (0..<4).map { logistic(sums[3][$0]) * tanh(cell[$0]) }
            return hidden
        }
    }

    @Test("an integer LSTM stays near the real one, with and without an input gate", arguments: [false, true])
    func integerLSTM(coupled: Bool) {
        let small = Small(seed: 71)
        let (inputWeights, recurrentWeights) = (
            small.inputWeights.map(Memory.init), small.recurrentWeights.map(Memory.init)
        )
        let bias = small.bias.map(Memory.init)
        var lstm = arete_s8_lstm()
        (lstm.inputs, lstm.cells, lstm.outputs) = (5, 4, 4)
        lstm.input = arete_affine(scale: Self.inputScale, zero_point: -9)
        lstm.output = arete_affine(scale: Self.outputScale, zero_point: 3)
        lstm.hidden = lstm.output
        lstm.cell_scale = 1.0 / 4096
        withUnsafeMutablePointer(to: &lstm.gates) { tuple in
            tuple.withMemoryRebound(to: arete_s8_lstm_gate.self, capacity: 4) { gates in
                for gate in 0..<4 {
                    gates[gate].sum_scale = 1.0 / 4096
                    gates[gate].input_scale = Self.weightScale
                    gates[gate].recurrent_scale = Self.weightScale
                    gates[gate].bias = UnsafePointer(bias[gate].pointer)
                    guard !(coupled && gate == 0) else { continue }
                    gates[gate].input_weights = UnsafePointer(inputWeights[gate].pointer)
                    gates[gate].recurrent_weights = UnsafePointer(recurrentWeights[gate].pointer)
                }
            }
        }
        #expect(arete_s8_lstm_prepare(&lstm))
        let packed = Memory([UInt8](repeating: 0, count: arete_s8_lstm_packed_bytes(&lstm)))
        arete_s8_lstm_pack(&lstm, packed.pointer)
        let scratch = Memory([UInt8](repeating: 0, count: arete_s8_lstm_scratch(&lstm)))
        var (hidden, cell) = ([Int8](repeating: 3, count: 4), [Int16](repeating: 0, count: 4))
        for (step, expected) in zip(small.steps, plain(small, inputZero: -9, coupled: coupled)) {
            var output = [Int8](repeating: 0, count: 4)
            arete_s8_lstm_step(&lstm, packed.pointer, step, &hidden, &cell, &output, scratch.pointer)
            #expect(output == hidden)
            for (value, stored) in zip(expected, output) {
                #expect(abs(value - Double(Self.outputScale) * Double(Int(stored) - 3)) < 0.03, "seed 71")
            }
        }
        withExtendedLifetime((inputWeights, recurrentWeights, bias)) {}
        #expect(scratch.guardHolds && packed.guardHolds)
    }

    @Test("a float LSTM with float or int8 weights stays near the real one")
    func floatLSTM() {
        let small = Small(seed: 72)
        let integers = (small.inputWeights.map(Memory.init), small.recurrentWeights.map(Memory.init))
        let floats = (
            small.inputWeights.map { Memory($0.map { Float($0) * Self.weightScale }) },
            small.recurrentWeights.map { Memory($0.map { Float($0) * Self.weightScale }) }
        )
        let bias = small.bias.map { Memory($0.map { Float($0) * Self.weightScale * Self.inputScale }) }
        for form in [ARETE_RECURRENT_FLOAT, ARETE_RECURRENT_HYBRID, ARETE_RECURRENT_HYBRID_ASYMMETRIC] {
            var lstm = arete_f32_lstm()
            (lstm.inputs, lstm.cells, lstm.outputs) = (5, 4, 4)
            lstm.form = form
            lstm.activation = ARETE_RECURRENT_TANH
            let float = form == ARETE_RECURRENT_FLOAT
            withUnsafeMutablePointer(to: &lstm.gates) { tuple in
                tuple.withMemoryRebound(to: arete_f32_lstm_gate.self, capacity: 4) { gates in
                    for gate in 0..<4 {
                        gates[gate].input_weights =
                            float
                            ? UnsafeRawPointer(floats.0[gate].pointer) : UnsafeRawPointer(integers.0[gate].pointer)
                        gates[gate].recurrent_weights =
                            float
                            ? UnsafeRawPointer(floats.1[gate].pointer) : UnsafeRawPointer(integers.1[gate].pointer)
                        (gates[gate].input_scale, gates[gate].recurrent_scale) = (Self.weightScale, Self.weightScale)
                        gates[gate].bias = UnsafePointer(bias[gate].pointer)
                    }
                }
            }
            let scratch = Memory([UInt8](repeating: 0, count: arete_f32_lstm_scratch(&lstm)))
            var (hidden, cell) = ([Float](repeating: 0, count: 4), [Float](repeating: 0, count: 4))
            for (step, expected) in zip(small.steps, plain(small, inputZero: 0, coupled: false)) {
                var output = [Float](repeating: 0, count: 4)
                arete_f32_lstm_step(
                    &lstm, step.map { Float($0) * Self.inputScale }, &hidden, &cell, &output, scratch.pointer)
                for (value, result) in zip(expected, output) {
                    #expect(abs(value - Double(result)) < (float ? 1e-5 : 0.02), "seed 72 \(form)")
                }
            }
            #expect(scratch.guardHolds)
        }
        withExtendedLifetime((integers, floats, bias)) {}
    }

    @Test("an SVDF remembers its filters' responses, in integers and in floats")
    func rememberedResponses() {
        // One unit of one filter: responses 2x; times 1 and 3 for the last but one and the last step.
        var integer = arete_s8_svdf(
            batch: 1, inputs: 1, filters: 1, rank: 1, memory: 2, input_zero_point: 0, feature_multiplier: 0,
            feature_shift: 0, time_multiplier: 0, time_shift: 0, output_zero_point: 0)
        arete_s8_svdf_prepare(
            &integer, arete_affine(scale: 1, zero_point: 0), 1, 1, 1, arete_affine(scale: 1, zero_point: 5))
        var (state, output): ([Int16], [Int8]) = ([0, 0], [0])
        for (input, expected) in zip([Int8(1), 4, -2], [Int8(11), 31, 1]) {
            arete_s8_svdf_step(&integer, [input], [2], [1, 3], nil, &state, &output)
            #expect(output == [expected])
        }
        var float = arete_f32_svdf(
            batch: 1, inputs: 1, filters: 1, rank: 1, memory: 2, form: ARETE_RECURRENT_FLOAT, feature_scale: 1,
            activation: ARETE_RECURRENT_RELU)
        let scratch = Memory([UInt8](repeating: 0, count: arete_f32_svdf_scratch(&float)))
        var (memory, result): ([Float], [Float]) = ([0, 0], [0])
        for (input, expected) in zip([Float(1), 4, -2], [Float(6.5), 26.5, 0]) {
            arete_f32_svdf_step(&float, [input], [Float(2)], [1, 3], [0.5], &memory, &result, scratch.pointer)
            #expect(result == [expected])
        }
    }

    @Test("a cell scale that is no power of two is refused")
    func cellScale() {
        var lstm = arete_s8_lstm()
        lstm.cell_scale = 0.0003
        #expect(!arete_s8_lstm_prepare(&lstm))
    }
}
