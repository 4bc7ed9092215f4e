// Steps of integer recurrent layers in every instruction set, against the portable kernels.
import CKernels
import Testing

@Suite struct RecurrentVectorTests {
    @Test("an LSTM's states and outputs are the portable kernel's", arguments: InstructionSetKernels.vectors)
    func lstm(set: InstructionSetKernels) throws {
        let run = try found(set.kernels.quantized.lstm_step)
        let fences = try (0..<8).map { _ in try FencedMemory(capacity: 1 << 14) }
        for seed in UInt64(0)..<12 {
            var generator = Generator(seed: seed)
            let (inputs, cells) = (
                Int.random(in: 1...100, using: &generator), Int.random(in: 1...100, using: &generator)
            )
            var lstm = arete_s8_lstm()
            (lstm.inputs, lstm.cells, lstm.outputs) = (inputs, cells, cells)
            lstm.input = arete_affine(scale: 0.02, zero_point: Int32.random(in: -128...127, using: &generator))
            lstm.output = arete_affine(scale: 1.0 / 128, zero_point: Int32.random(in: -128...127, using: &generator))
            (lstm.hidden, lstm.cell_scale) = (lstm.output, 1.0 / 2048)
            let bias = (0..<4).map { _ in Memory(generator.integers(cells, in: Int32(-4000)...4000)) }
            withUnsafeMutablePointer(to: &lstm.gates) { tuple in
                tuple.withMemoryRebound(to: arete_s8_lstm_gate.self, capacity: 4) { gates in
                    for gate in 0..<4 {
                        (gates[gate].sum_scale, gates[gate].input_scale) = (1.0 / 4096, 0.003)
                        gates[gate].recurrent_scale = 0.004
                        gates[gate].bias = UnsafePointer(bias[gate].pointer)
                        gates[gate].input_weights = fences[gate].holding(generator.integers(cells * inputs))
                        gates[gate].recurrent_weights = fences[4 + gate].holding(generator.integers(cells * cells))
                    }
                }
            }
            #expect(arete_s8_lstm_prepare(&lstm))
            let scratch = Memory([UInt8](repeating: 0, count: arete_s8_lstm_scratch(&lstm)))
            var hidden = (0..<2).map { _ in [Int8](repeating: 3, count: cells) }
            var state = (0..<2).map { _ in [Int16](repeating: 0, count: cells) }
            for _ in 0..<3 {
                let x: [Int8] = generator.integers(inputs)
                var outputs = (0..<2).map { _ in [Int8](repeating: 0, count: cells) }
                arete_s8_lstm_step(&lstm, x, &hidden[0], &state[0], &outputs[0], scratch.pointer)
                run(&lstm, x, &hidden[1], &state[1], &outputs[1], scratch.pointer)
                #expect(outputs[0] == outputs[1] && hidden[0] == hidden[1] && state[0] == state[1], "seed \(seed)")
            }
            withExtendedLifetime(bias) {}
        }
    }

    @Test("an SVDF's state and outputs are the portable kernel's", arguments: InstructionSetKernels.vectors)
    func svdf(set: InstructionSetKernels) throws {
        let run = try found(set.kernels.quantized.svdf_step)
        let (weights, vector) = (try FencedMemory(capacity: 1 << 14), try FencedMemory(capacity: 512))
        for seed in UInt64(0)..<20 {
            var generator = Generator(seed: seed)
            let (inputs, memory) = (
                Int.random(in: 1...150, using: &generator), Int.random(in: 1...12, using: &generator)
            )
            let (rank, units) = (Int.random(in: 1...2, using: &generator), Int.random(in: 1...20, using: &generator))
            let filters = rank * units
            var svdf = arete_s8_svdf()
            (svdf.batch, svdf.inputs, svdf.filters, svdf.rank, svdf.memory) = (1, inputs, filters, rank, memory)
            let zero = Int32.random(in: -128...127, using: &generator)
            arete_s8_svdf_prepare(
                &svdf, arete_affine(scale: 0.02, zero_point: zero), 0.01, 0.001, 0.0001,
                arete_affine(scale: 0.05, zero_point: 4))
            let features = weights.holding(generator.integers(filters * inputs) as [Int8])
            let times: [Int16] = generator.integers(filters * memory)
            let bias = generator.integers(units, in: Int32(-9000)...9000)
            var states = (0..<2).map { _ in [Int16](repeating: 0, count: filters * memory) }
            for _ in 0..<4 {
                let x = vector.holding(generator.integers(inputs) as [Int8])
                var outputs = (0..<2).map { _ in [Int8](repeating: 0, count: units) }
                arete_s8_svdf_step(&svdf, x, features, times, bias, &states[0], &outputs[0])
                run(&svdf, x, features, times, bias, &states[1], &outputs[1])
                #expect(outputs[0] == outputs[1] && states[0] == states[1], "seed \(seed)")
            }
        }
    }
}
