// ONNX's recurrent layers: the inputs' products for all steps at once, then step by step.
import CKernels
import COpenBLAS
import Graphs
import Tensors

extension Recurrent: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let type = try site.inputType(0)
        for index in [0, 1, 2, 3, 5, 6, 7]
        where site.arguments.optionalType(index).map({ $0.element != .float32 }) ?? false {
            throw .invalid("recurrent layers of \(type.element) are not supported")
        }
        let layer = try RecurrentLayer(self, site, &builder)
        try layer.appendProducts(site, &builder)
        try layer.appendSteps(self, site, &builder)
        for index in 1..<max(1, site.outputCount) where index <= 2 {
            layer.appendState(index == 1 ? layer.hidden : layer.cell, to: site.output(index), &builder)
        }
    }
}

/// What the three cells share: sizes, buffers, and where time, batch and direction lie in them.
private struct RecurrentLayer: Sendable {
    let (time, batch, width, units, gates): (Int, Int, Int, Int, Int)
    let directions: Int
    let isBatchFirst: Bool
    let isReversed: Bool
    let data: Buffer
    let weights: Buffer
    /// For each direction the products of its state: of all gates, or a GRU's candidate by itself.
    let recurrence: [[RecurrentProduct]]
    /// Both biases [directions][2 * gates]; absent: zeros.
    let bias: Buffer?
    let lengths: Buffer?
    let initialHidden: Buffer?
    let initialCell: Buffer?
    /// For each direction [sequence][gates], the sequence in the order of the data.
    let products: [Buffer]
    /// [directions][batch][gates]: a state's products.
    let sums: Buffer
    let scratch: WorkerScratch
    /// [directions][batch][units] each.
    let hidden: Buffer
    let cell: Buffer
    /// Two more of the kind for what a GRU works out on the way.
    let work: Buffer

    init(_ op: Recurrent, _ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let shape = try site.inputType(0).shape
        (time, batch) = op.isBatchFirst ? (shape[1], shape[0]) : (shape[0], shape[1])
        (width, units, gates) = (shape[2], op.hiddenSize, op.cell.gateCount * op.hiddenSize)
        directions = op.direction.count
        isBatchFirst = op.isBatchFirst
        isReversed = op.direction == .reverse
        (data, weights) = (try site.input(0), try site.input(1))
        bias = site.optionalInput(3)
        lengths = try site.optionalInput(4).map { buffer throws(OperatorFailure) in
            try builder.converted(buffer, try site.inputType(4), to: .int32)
        }
        (initialHidden, initialCell) = (site.optionalInput(5), site.optionalInput(6))
        // The products take these as 32-bit numbers.
        guard [width, batch, max(1, time) * gates].allSatisfy({ $0 < Int(Int32.max) }),
            Shape([directions, max(1, time), max(1, batch), gates]).elementCount <= maximumTensorBytes / 4
        else { throw .invalid("\(shape) is too large for a recurrent layer") }
        let state = directions * batch * units * 4
        var parts = [0..<gates]
        if case .gru = op.cell { parts = [0..<2 * units, 2 * units..<gates] }
        var recurrence: [[RecurrentProduct]] = []
        for direction in 0..<directions {
            var products: [RecurrentProduct] = []
            for part in parts {
                products.append(
                    try RecurrentProduct(
                        site, input: 2,
                        matrix: direction * gates + part.lowerBound..<direction * gates + part.upperBound, rows: batch,
                        depth: units, &builder))
            }
            recurrence.append(products)
        }
        self.recurrence = recurrence
        let productBytes = time * batch * gates * 4
        products = (0..<directions).map { _ in builder.temporary(bytes: productBytes) }
        sums = builder.temporary(bytes: directions * batch * gates * 4)
        scratch = builder.workerScratch(bytes: recurrence.joined().reduce(0) { max($0, $1.scratchBytes) })
        hidden = builder.temporary(bytes: state)
        cell = builder.temporary(bytes: state)
        work = builder.temporary(bytes: 2 * state)
    }

    private var rows: Int { time * batch }

    /// Elements from one row of the batch to the next in the products, and from one step to the next.
    private var pitch: Int { isBatchFirst ? time * gates : gates }
    private var stride: Int { isBatchFirst ? gates : batch * gates }

    /// Appends the steps that multiply the whole sequence with the input weights and add the input biases.
    func appendProducts(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        for direction in 0..<directions {
            let constantBias = site.optionalConstant(3)?.matrix(2 * direction..<2 * direction + 1, depth: gates)
            if rows > 0, bias == nil || constantBias != nil,
                let packed = PackedProduct(
                    rows: rows,
                    weights: site.optionalConstant(1)?.matrix(
                        direction * gates..<(direction + 1) * gates, depth: width),
                    bias: constantBias, builder)
            {
                try packed.lower("recurrent products", input: data, output: products[direction], &builder)
            } else {
                if rows > 0 { try BLAS.load() }
                appendProducts(direction, &builder)
            }
        }
    }

    /// Appends the step that does so for one direction by OpenBLAS.
    private func appendProducts(_ direction: Int, _ builder: inout ProgramBuilder) {
        let band = 64
        let (layer, products) = (self, products[direction])
        builder.step(
            "recurrent products", reads: [data, weights] + (bias.map { [$0] } ?? []), writes: [products],
            units: (rows + band - 1) / band
        ) { memory, range in
            for unit in range {
                let first = unit * band
                let count = min(band, layer.rows - first)
                let gates = layer.gates
                let result = memory[products, as: Float.self] + first * gates
                for row in 0..<count {
                    for gate in 0..<gates {
                        result[row * gates + gate] =
                            layer.bias.map { memory[$0, as: Float.self][direction * 2 * gates + gate] } ?? 0
                    }
                }
                guard layer.width > 0 else { continue }
                arete_sgemm(
                    CblasRowMajor, CblasNoTrans, CblasTrans, Int32(count), Int32(gates), Int32(layer.width), 1,
                    memory[layer.data, as: Float.self] + first * layer.width, Int32(layer.width),
                    memory[layer.weights, as: Float.self] + direction * gates * layer.width, Int32(layer.width), 1,
                    result,
                    Int32(gates))
            }
        }
    }

    /// One step of time of one direction.
    struct Moment {
        var plan: arete_recurrent_plan
        var gates: UnsafeMutablePointer<Float>
        var hidden: UnsafeMutablePointer<Float>
        var cell: UnsafeMutablePointer<Float>
        var work: UnsafeMutablePointer<Float>
        /// [batch][gates], where a state's products go.
        var sums: UnsafeMutablePointer<Float>
        /// The second half of the bias.
        var bias: UnsafePointer<Float>?
        var output: UnsafeMutablePointer<Float>
        var direction: Int
        var layer: RecurrentLayer
        var memory: Memory

        /// The products of state [batch][units] with the weights of a part of the gates.
        func multiply(_ state: UnsafePointer<Float>, part: Int = 0, into target: UnsafeMutablePointer<Float>) {
            layer.recurrence[direction][part].multiply(state, into: target, memory, memory[layer.scratch])
        }

        /// Adds to the gates the products of the hidden state with the weights of their first part, and the recurrent biases.
        func addState() {
            multiply(hidden, into: sums)
            let count = layer.recurrence[direction][0].count
            for row in 0..<layer.batch {
                let (gates, sums) = (gates + row * plan.pitch, sums + row * count)
                for gate in 0..<count { gates[gate] += sums[gate] }
            }
            addBias(gates: 0..<count, to: gates, pitch: plan.pitch)
        }

        /// Adds the recurrent biases of some gates.
        func addBias(gates: Range<Int>, to target: UnsafeMutablePointer<Float>, pitch: Int) {
            guard let bias else { return }
            for row in 0..<layer.batch {
                for gate in 0..<gates.count { target[row * pitch + gate] += bias[gates.lowerBound + gate] }
            }
        }
    }

    /// Appends the step that walks through time, each direction by itself.
    func appendWalk(
        _ kind: String, _ site: Site, clip: Float?, extra: [Buffer], _ builder: inout ProgramBuilder,
        _ advance: @escaping @Sendable (Moment) -> Void
    ) {
        let layer = self
        let output = site.output()
        let reads =
            products + recurrence.joined().map(\.weights)
            + [bias, lengths, initialHidden, initialCell].compactMap { $0 } + extra
        let state = batch * units
        builder.step(
            kind, reads: reads, writes: [output, hidden, cell, work, sums] + products, scratch: scratch,
            units: state == 0 ? 0 : directions
        ) { memory, range in
            for direction in range {
                let hidden = memory[layer.hidden, as: Float.self] + direction * state
                let cell = memory[layer.cell, as: Float.self] + direction * state
                layer.loadState(layer.initialHidden, hidden, direction, memory)
                layer.loadState(layer.initialCell, cell, direction, memory)
                let isBackward = layer.isReversed || direction == 1
                for turn in 0..<layer.time {
                    let step = isBackward ? layer.time - 1 - turn : turn
                    let outputPitch = layer.isBatchFirst ? layer.time * layer.directions * layer.units : layer.units
                    let outputStep = layer.isBatchFirst ? layer.directions * layer.units : layer.directions * state
                    let outputDirection = layer.isBatchFirst ? layer.units : state
                    let moment = Moment(
                        plan: arete_recurrent_plan(
                            hidden: layer.units, pitch: layer.pitch, y_pitch: outputPitch, clip: clip ?? 0,
                            lengths: layer.lengths.map { UnsafePointer(memory[$0, as: Int32.self]) }, step: step),
                        gates: memory[layer.products[direction], as: Float.self] + step * layer.stride,
                        hidden: hidden, cell: cell, work: memory[layer.work, as: Float.self] + direction * 2 * state,
                        sums: memory[layer.sums, as: Float.self] + direction * layer.batch * layer.gates,
                        bias: layer.bias.map { memory[$0, as: Float.self] + (2 * direction + 1) * layer.gates },
                        output: memory[output, as: Float.self] + step * outputStep + direction * outputDirection,
                        direction: direction, layer: layer, memory: memory)
                    advance(moment)
                }
            }
        }
    }

    private func loadState(_ source: Buffer?, _ target: UnsafeMutablePointer<Float>, _ direction: Int, _ memory: Memory)
    {
        for row in 0..<batch {
            let place = (isBatchFirst ? row * directions + direction : direction * batch + row) * units
            for unit in 0..<units {
                target[row * units + unit] = source.map { memory[$0, as: Float.self][place + unit] } ?? 0
            }
        }
    }

    /// Appends the copy of a final state to an output.
    func appendState(_ state: Buffer, to output: Buffer, _ builder: inout ProgramBuilder) {
        let layer = self
        builder.step(
            "final state", reads: [state], writes: [output], units: batch * units == 0 ? 0 : directions * batch
        ) { memory, range in
            for unit in range {
                let (direction, row) = (unit / layer.batch, unit % layer.batch)
                let place = layer.isBatchFirst ? row * layer.directions + direction : unit
                (memory[output, as: Float.self] + place * layer.units).update(
                    from: memory[state, as: Float.self] + unit * layer.units, count: layer.units)
            }
        }
    }

    /// Appends the walk of the layer's kind of cell.
    func appendSteps(_ op: Recurrent, _ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let functions = try op.gates()
        let units = units
        switch op.cell {
        case .rnn:
            appendWalk("rnn", site, clip: op.clip, extra: [], &builder) { moment in
                moment.addState()
                withUnsafePointer(to: moment.plan) {
                    arete_rnn_step(
                        $0, functions[moment.direction][0], moment.gates, moment.hidden, moment.output, 0,
                        moment.layer.batch)
                }
            }
        case .gru(let appliesResetAfterProduct):
            appendWalk("gru", site, clip: op.clip, extra: [], &builder) { moment in
                let plan = arete_gru_plan(
                    common: moment.plan, update: 0, reset: units, candidate: 2 * units,
                    gate: functions[moment.direction][0],
                    result: functions[moment.direction][1], linear_before_reset: appliesResetAfterProduct)
                let batch = moment.layer.batch
                let (resetHidden, recurrent) = (moment.work, moment.work + batch * units)
                moment.addState()
                withUnsafePointer(to: plan) { plan in
                    arete_gru_reset(plan, moment.gates, moment.hidden, resetHidden, 0, batch)
                    let state = appliesResetAfterProduct ? moment.hidden : resetHidden
                    moment.multiply(state, part: 1, into: recurrent)
                    moment.addBias(gates: 2 * units..<3 * units, to: recurrent, pitch: units)
                    arete_gru_step(plan, moment.gates, recurrent, moment.hidden, moment.output, 0, batch)
                }
            }
        case .lstm(let couplesInputAndForget):
            let peepholes = site.optionalInput(7)
            appendWalk("lstm", site, clip: op.clip, extra: peepholes.map { [$0] } ?? [], &builder) { moment in
                let peephole = peepholes.map {
                    UnsafePointer(moment.memory[$0, as: Float.self] + moment.direction * 3 * units)
                }
                let gates = functions[moment.direction]
                let plan = arete_lstm_plan(
                    common: moment.plan, input: 0, output: units, forget: 2 * units, cell: 3 * units, gate: gates[0],
                    candidate: gates[1], result: gates[2],
                    coupling: couplesInputAndForget ? ARETE_FORGET_FROM_INPUT : ARETE_GATES_INDEPENDENT, cell_clip: 0,
                    input_peephole: peephole, output_peephole: peephole.map { $0 + units },
                    forget_peephole: peephole.map { $0 + 2 * units })
                moment.addState()
                withUnsafePointer(to: plan) {
                    arete_lstm_step($0, moment.gates, moment.cell, moment.hidden, moment.output, 0, moment.layer.batch)
                }
            }
        }
    }
}

extension Recurrent {
    /// The functions of each direction in the kernels' form.
    fileprivate func gates() throws(OperatorFailure) -> [[arete_gate]] {
        let usual: [ActivationFunction] =
            switch cell {
            case .rnn: [.init(name: "Tanh")]
            case .gru: [.init(name: "Sigmoid"), .init(name: "Tanh")]
            case .lstm: [.init(name: "Sigmoid"), .init(name: "Tanh"), .init(name: "Tanh")]
            }
        let count = usual.count * direction.count
        var named = activations
        if named.isEmpty { named = usual + usual }
        if named.count == usual.count { named += named }
        guard named.count >= count else {
            throw .invalid("\(activations.count) activations are given, \(count) needed")
        }
        var gates: [[arete_gate]] = []
        for first in stride(from: 0, to: count, by: usual.count) {
            var row: [arete_gate] = []
            for function in named[first..<first + usual.count] { row.append(try function.gate()) }
            gates.append(row)
        }
        return gates
    }
}

extension Recurrent.ActivationFunction {
    fileprivate func gate() throws(OperatorFailure) -> arete_gate {
        func gate(_ kind: arete_gate_kind, alpha usual: Float = 0, beta usualBeta: Float = 0) -> arete_gate {
            arete_gate(kind: kind, alpha: alpha ?? usual, beta: beta ?? usualBeta)
        }
        switch name.lowercased() {
        case "tanh": return gate(ARETE_GATE_TANH)
        case "sigmoid": return gate(ARETE_GATE_SIGMOID)
        case "relu": return gate(ARETE_GATE_RELU)
        case "affine": return gate(ARETE_GATE_AFFINE, alpha: 1)
        case "leakyrelu": return gate(ARETE_GATE_LEAKY_RELU, alpha: 0.01)
        case "thresholdedrelu": return gate(ARETE_GATE_THRESHOLDED_RELU, alpha: 1)
        case "scaledtanh": return gate(ARETE_GATE_SCALED_TANH, alpha: 1, beta: 1)
        case "hardsigmoid": return gate(ARETE_GATE_HARD_SIGMOID, alpha: 0.2, beta: 0.5)
        case "elu": return gate(ARETE_GATE_ELU, alpha: 1)
        case "softsign": return gate(ARETE_GATE_SOFTSIGN)
        case "softplus": return gate(ARETE_GATE_SOFTPLUS)
        default: throw .invalid("activation '\(name)' is not known")
        }
    }
}
