// Steps of recurrent layers in every instruction set, against the portable kernels.
import CKernels
import TestSupport
import Testing

@Suite struct RecurrentVectorTests {
    @Test("an LSTM's states and outputs are the portable kernel's", arguments: InstructionSetKernels.vectors)
    func lstm(set: InstructionSetKernels) throws {
        let run = try found(set.kernels.quantized.lstm_step)
        let fences = try (0..<13).map { _ in try FencedMemory(capacity: 1 << 14) }
        for seed in UInt64(0)..<24 {
            var generator = Generator(seed: seed)
            let (inputs, cells) = (
                Int.random(in: 1...100, using: &generator), Int.random(in: 1...100, using: &generator)
            )
            let (peeks, projects) = (seed % 2 == 1, seed % 3 == 2)
            let outputCount = projects ? Int.random(in: 1...cells, using: &generator) : cells
            var lstm = arete_s8_lstm()
            (lstm.inputs, lstm.cells, lstm.outputs) = (inputs, cells, outputCount)
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
                        gates[gate].recurrent_weights = fences[4 + gate].holding(
                            generator.integers(cells * outputCount))
                        if peeks {
                            gates[gate].cell_scale = 0.0003
                            gates[gate].cell_weights = fences[8 + gate].holding(generator.integers(cells) as [Int16])
                        }
                    }
                }
            }
            if projects {
                (lstm.projection_scale, lstm.hidden) = (0.01, arete_affine(scale: 1.0 / 128, zero_point: -128))
                lstm.projection_weights = fences[12].holding(generator.integers(outputCount * cells) as [Int8])
            }
            #expect(arete_s8_lstm_prepare(&lstm))
            let packed = Memory([UInt8](repeating: 0, count: arete_s8_lstm_packed_bytes(&lstm)))
            arete_s8_lstm_pack(&lstm, packed.pointer)
            let scratch = Memory([UInt8](repeating: 0, count: arete_s8_lstm_scratch(&lstm)))
            var hidden = (0..<2).map { _ in [Int8](repeating: 3, count: outputCount) }
            var state = (0..<2).map { _ in [Int16](repeating: 0, count: cells) }
            for _ in 0..<3 {
                let x: [Int8] = generator.integers(inputs)
                var outputs = (0..<2).map { _ in [Int8](repeating: 0, count: outputCount) }
                arete_s8_lstm_step(&lstm, packed.pointer, x, &hidden[0], &state[0], &outputs[0], scratch.pointer)
                run(&lstm, packed.pointer, x, &hidden[1], &state[1], &outputs[1], scratch.pointer)
                #expect(outputs[0] == outputs[1] && hidden[0] == hidden[1] && state[0] == state[1], "seed \(seed)")
                #expect(scratch.guardHolds && packed.guardHolds, "seed \(seed)")
            }
            withExtendedLifetime(bias) {}
        }
    }

    @Test("an SVDF's state and outputs are the portable kernel's", arguments: InstructionSetKernels.vectors)
    func svdf(set: InstructionSetKernels) throws {
        let run = try found(set.kernels.quantized.svdf_step)
        let (weights, vector) = (try FencedMemory(capacity: 1 << 15), try FencedMemory(capacity: 512))
        for seed in UInt64(0)..<20 {
            var generator = Generator(seed: seed)
            let (inputs, memory) = (
                Int.random(in: 1...150, using: &generator), Int.random(in: 1...12, using: &generator)
            )
            let (rank, units) = (Int.random(in: 1...2, using: &generator), Int.random(in: 1...90, using: &generator))
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

    /// Weights as `form` wants them, at the end of readable memory.
    private static func weights(
        _ form: arete_recurrent_form, _ count: Int, _ memory: FencedMemory, _ generator: inout Generator
    ) -> UnsafeRawPointer {
        form == ARETE_RECURRENT_FLOAT
            ? UnsafeRawPointer(memory.holding(generator.floats(count, in: -0.3...0.3)))
            : UnsafeRawPointer(memory.holding(generator.integers(count) as [Int8]))
    }

    @Test("a float LSTM's states and outputs are the portable kernel's", arguments: InstructionSetKernels.vectors)
    func floatLSTM(set: InstructionSetKernels) throws {
        let run = try found(set.kernels.recurrent.lstm_step)
        let fences = try (0..<10).map { _ in try FencedMemory(capacity: 1 << 16) }
        for seed in UInt64(0)..<24 {
            var generator = Generator(seed: seed)
            func draw() -> Int { Int.random(in: 1...70, using: &generator) }
            let (inputs, cells, isProjected) = (draw(), draw(), seed % 4 == 3)
            let outputs = isProjected ? draw() : cells
            var lstm = arete_f32_lstm()
            (lstm.inputs, lstm.cells, lstm.outputs) = (inputs, cells, outputs)
            lstm.form = arete_recurrent_form(rawValue: UInt32(seed % 3))
            lstm.activation = seed % 5 == 0 ? ARETE_RECURRENT_RELU6 : ARETE_RECURRENT_TANH
            let numbers = (0..<8).map { _ in Memory(generator.floats(cells, in: -1...1)) }
            withUnsafeMutablePointer(to: &lstm.gates) { tuple in
                tuple.withMemoryRebound(to: arete_f32_lstm_gate.self, capacity: 4) { gates in
                    for gate in 0..<4 {
                        (gates[gate].input_scale, gates[gate].recurrent_scale) = (0.003, 0.004)
                        gates[gate].bias = UnsafePointer(numbers[gate].pointer)
                        if seed % 7 == 1 { gates[gate].norm_weights = UnsafePointer(numbers[4 + gate].pointer) }
                        gates[gate].input_weights = Self.weights(
                            lstm.form, cells * inputs, fences[gate], &generator)
                        gates[gate].recurrent_weights = Self.weights(
                            lstm.form, cells * outputs, fences[4 + gate], &generator)
                    }
                }
            }
            if isProjected {
                lstm.projection_weights = Self.weights(lstm.form, outputs * cells, fences[8], &generator)
                lstm.projection_scale = 0.01
            }
            let scratch = Memory([UInt8](repeating: 0xFF, count: arete_f32_lstm_scratch(&lstm)))
            var hidden = (0..<2).map { _ in [Float](repeating: 0.1, count: outputs) }
            var state = (0..<2).map { _ in [Float](repeating: 0.2, count: cells) }
            for _ in 0..<3 {
                let x = fences[9].holding(generator.floats(inputs, in: -2...2))
                var results = (0..<2).map { _ in [Float](repeating: 0, count: outputs) }
                arete_f32_lstm_step(&lstm, x, &hidden[0], &state[0], &results[0], scratch.pointer)
                run(&lstm, x, &hidden[1], &state[1], &results[1], scratch.pointer)
                #expect(results[0] == results[1] && hidden[0] == hidden[1] && state[0] == state[1], "seed \(seed)")
                #expect(scratch.guardHolds && results[0].allSatisfy(\.isFinite), "seed \(seed)")
            }
            withExtendedLifetime(numbers) {}
        }
    }

    @Test("a float SVDF's state and outputs are the portable kernel's", arguments: InstructionSetKernels.vectors)
    func floatSVDF(set: InstructionSetKernels) throws {
        let run = try found(set.kernels.recurrent.svdf_step)
        let (weights, vector) = (try FencedMemory(capacity: 1 << 16), try FencedMemory(capacity: 1024))
        for seed in UInt64(0)..<20 {
            var generator = Generator(seed: seed)
            func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
            var svdf = arete_f32_svdf()
            (svdf.batch, svdf.inputs, svdf.rank, svdf.memory) = (1, draw(1...150), draw(1...2), draw(1...12))
            let units = draw(1...20)
            svdf.filters = svdf.rank * units
            svdf.form = arete_recurrent_form(rawValue: UInt32(seed % 3))
            (svdf.feature_scale, svdf.activation) = (0.01, ARETE_RECURRENT_RELU)
            let features = Self.weights(svdf.form, svdf.filters * svdf.inputs, weights, &generator)
            let times = generator.floats(svdf.filters * svdf.memory, in: -1...1)
            let bias = generator.floats(units, in: -1...1)
            let scratch = Memory([UInt8](repeating: 0xFF, count: arete_f32_svdf_scratch(&svdf)))
            var states = (0..<2).map { _ in [Float](repeating: 0, count: svdf.filters * svdf.memory) }
            for _ in 0..<4 {
                let x = vector.holding(generator.floats(svdf.inputs, in: -1...1))
                var outputs = (0..<2).map { _ in [Float](repeating: 0, count: units) }
                arete_f32_svdf_step(&svdf, x, features, times, bias, &states[0], &outputs[0], scratch.pointer)
                run(&svdf, x, features, times, bias, &states[1], &outputs[1], scratch.pointer)
                #expect(outputs[0] == outputs[1] && states[0] == states[1], "seed \(seed)")
            }
        }
    }
}
