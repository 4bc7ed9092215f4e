// TFLite's LSTM over a sequence, in integers, in floats and with integer weights in floats.
import CKernels
import Graphs
import Tensors

extension UnidirectionalLSTM: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let data = try site.inputType(0)
        let weights = try LSTMWeights(site)
        switch data.element {
        case .int8: try lowerInteger(site, &builder, weights)
        case .float32: try lowerFloat(site, &builder, weights)
        default: throw .invalid("data of \(data.element) is not supported")
        }
    }

    private func lowerInteger(_ site: Site, _ builder: inout ProgramBuilder, _ weights: LSTMWeights)
        throws(OperatorFailure)
    {
        let (data, output, cells) = (try site.inputType(0), site.outputType(), try site.inputType(19))
        guard let input = data.quantization, let result = output.quantization,
            let cellScale = cells.quantization?.scale,
            output.element == .int8, try site.inputType(18).element == .int8, cells.element == .int16
        else { throw .invalid("int8 data needs quantized int8 outputs and an int16 cell state") }
        var lstm = arete_s8_lstm()
        (lstm.inputs, lstm.cells, lstm.outputs) = (data.shape[2], cells.shape[1], output.shape[2])
        let gates = try (0..<4).map { index throws(OperatorFailure) in
            var gate = arete_s8_lstm_gate()
            (gate.input_weights, gate.input_scale) = (try weights.pointer(1 + index, .int8), weights.scale(1 + index))
            (gate.recurrent_weights, gate.recurrent_scale) = (
                try weights.pointer(5 + index, .int8), weights.scale(5 + index)
            )
            if let peephole = LSTMWeights.peephole(index) {
                (gate.cell_weights, gate.cell_scale) = (try weights.pointer(peephole, .int16), weights.scale(peephole))
            }
            (gate.norm_weights, gate.norm_scale) = (try weights.pointer(20 + index, .int16), weights.scale(20 + index))
            gate.bias = try weights.pointer(12 + index, .int32)
            // Only normalized sums have a scale of their own in the file; the others are in Q3.12, as the activations take them.
            let isNormalized = gate.norm_weights != nil && index < intermediates.count
            gate.sum_scale = (isNormalized ? intermediates[index]?.scale : nil) ?? 0x1p-12
            return gate
        }
        lstm.gates = (gates[0], gates[1], gates[2], gates[3])
        (lstm.projection_weights, lstm.projection_scale) = (try weights.pointer(16, .int8), weights.scale(16))
        lstm.projection_bias = try weights.pointer(17, .int32)
        (lstm.input, lstm.output) = (input.affine(), result.affine())
        lstm.hidden = (intermediates.count > 4 ? intermediates[4] : nil)?.affine() ?? result.affine()
        (lstm.cell_scale, lstm.cell_clip, lstm.projection_clip) = (cellScale, cellClip, projectionClip)
        guard arete_s8_lstm_prepare(&lstm) else {
            throw .invalid("the cell state's scale \(cellScale) is no power of two from 2^-15 to 2^-9")
        }
        let prepared = Prepared(layer: lstm, weights: weights)
        let bytes = arete_s8_lstm_packed_bytes(&lstm)
        let packed = try builder.packedConstant(bytes: bytes) {
            arete_s8_lstm_pack(&lstm, $0)
            return bytes
        }
        let scratch = builder.workerScratch(bytes: arete_s8_lstm_scratch(&lstm))
        let run = try builder.entry(\.quantized.lstm_step)
        try sequence("lstm int8", site, &builder, packed, scratch) { memory, place, places in
            withUnsafePointer(to: prepared.layer) {
                run(
                    $0, memory[packed], memory[places.data, as: Int8.self] + place.data,
                    memory[places.hidden, as: Int8.self] + place.hidden,
                    memory[places.cell, as: Int16.self] + place.cell,
                    memory[places.output, as: Int8.self] + place.output, memory[scratch])
            }
        }
    }

    private func lowerFloat(_ site: Site, _ builder: inout ProgramBuilder, _ weights: LSTMWeights)
        throws(OperatorFailure)
    {
        let (data, output, cells) = (try site.inputType(0), site.outputType(), try site.inputType(19))
        let element = try site.inputType(2).element
        guard output.element == .float32, cells.element == .float32, try site.inputType(18).element == .float32,
            element == .float32 || element == .int8
        else { throw .invalid("float data needs float outputs and states, and float or int8 weights") }
        var lstm = arete_f32_lstm()
        (lstm.inputs, lstm.cells, lstm.outputs) = (data.shape[2], cells.shape[1], output.shape[2])
        lstm.form = RecurrentForm(weights: element, isAsymmetric: quantizesInputsAsymmetrically).kernelForm
        lstm.activation = try activation.recurrent
        let gates = try (0..<4).map { index throws(OperatorFailure) in
            var gate = arete_f32_lstm_gate()
            (gate.input_weights, gate.input_scale) = (try weights.address(1 + index, element), weights.scale(1 + index))
            (gate.recurrent_weights, gate.recurrent_scale) = (
                try weights.address(5 + index, element), weights.scale(5 + index)
            )
            if let peephole = LSTMWeights.peephole(index) {
                gate.cell_weights = try weights.pointer(peephole, .float32)
            }
            gate.norm_weights = try weights.pointer(20 + index, .float32)
            gate.bias = try weights.pointer(12 + index, .float32)
            return gate
        }
        lstm.gates = (gates[0], gates[1], gates[2], gates[3])
        (lstm.projection_weights, lstm.projection_scale) = (try weights.address(16, element), weights.scale(16))
        lstm.projection_bias = try weights.pointer(17, .float32)
        (lstm.cell_clip, lstm.projection_clip) = (cellClip, projectionClip)
        let prepared = Prepared(layer: lstm, weights: weights)
        let run = try builder.entry(\.recurrent.lstm_step)
        let scratch = builder.workerScratch(bytes: arete_f32_lstm_scratch(&lstm))
        try sequence("lstm \(element)", site, &builder, nil, scratch) { memory, place, places in
            withUnsafePointer(to: prepared.layer) {
                run(
                    $0, memory[places.data, as: Float.self] + place.data,
                    memory[places.hidden, as: Float.self] + place.hidden,
                    memory[places.cell, as: Float.self] + place.cell,
                    memory[places.output, as: Float.self] + place.output, memory[scratch])
            }
        }
    }

    /// A layer with the tensors that it points to.
    private struct Prepared<Layer>: @unchecked Sendable {
        var layer: Layer
        var weights: LSTMWeights
    }

    /// The buffers of a sequence, and where one moment of one sequence lies in them, in elements.
    private struct Places: Sendable {
        var data: Buffer
        var hidden: Buffer
        var cell: Buffer
        var output: Buffer
    }

    private struct Place {
        var data: Int
        var hidden: Int
        var cell: Int
        var output: Int
    }

    /// Appends a step that computes one moment after the other; the sequences of a batch do not depend on each other.
    private func sequence(
        _ kind: String, _ site: Site, _ builder: inout ProgramBuilder, _ packed: Buffer?,
        _ scratch: WorkerScratch, _ moment: @escaping @Sendable (Memory, Place, Places) -> Void
    ) throws(OperatorFailure) {
        let (data, output, cells) = (
            try site.inputType(0).shape, site.outputType().shape, try site.inputType(19).shape[1]
        )
        let (batch, time) = isTimeMajor ? (data[1], data[0]) : (data[0], data[1])
        let (inputs, outputs, isTimeMajor) = (data[2], output[2], isTimeMajor)
        guard cells > 0 else { throw .invalid("the layer has no cells") }
        let places = Places(
            data: try site.input(0), hidden: try builder.state(site, 18), cell: try builder.state(site, 19),
            output: site.output())
        builder.step(
            kind, reads: [places.data, places.hidden, places.cell] + [packed].compactMap { $0 },
            writes: [places.output, places.hidden, places.cell], scratch: scratch,
            units: batch
        ) { memory, range in
            for sequence in range {
                for index in 0..<time {
                    let row = isTimeMajor ? index * batch + sequence : sequence * time + index
                    moment(
                        memory,
                        Place(
                            data: row * inputs, hidden: sequence * outputs, cell: sequence * cells,
                            output: row * outputs), places)
                }
            }
        }
    }
}

/// The weights of the layer, which must be constants.
private struct LSTMWeights: @unchecked Sendable {
    private var tensors: [Int: Tensor] = [:]

    init(_ site: Site) throws(OperatorFailure) {
        for index in Array(1...17) + Array(20...23) where site.arguments.has(index) {
            guard let tensor = site.optionalConstant(index) else { throw .needsValue(input: index) }
            tensors[index] = tensor
        }
    }

    /// The input that holds the weights from the cell state to gate `index`; the cell gate has none.
    static func peephole(_ index: Int) -> Int? { [9, 10, nil, 11][index] }

    func scale(_ index: Int) -> Float { tensors[index]?.type.quantization?.scale ?? 1 }

    func address(_ index: Int, _ element: ElementType) throws(OperatorFailure) -> UnsafeRawPointer? {
        guard let tensor = tensors[index] else { return nil }
        guard tensor.element == element, tensor.type.quantization?.isPerTensor ?? true else {
            throw .invalid("input \(index) must be \(element) with one scale, not \(tensor.type)")
        }
        return tensor.baseAddress
    }

    func pointer<Value>(_ index: Int, _ element: ElementType) throws(OperatorFailure) -> UnsafePointer<Value>? {
        try address(index, element)?.assumingMemoryBound(to: Value.self)
    }
}
