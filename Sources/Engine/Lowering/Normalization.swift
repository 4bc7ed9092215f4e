// Normalizations.
import CKernels
import Graphs
import Tensors

extension BatchNormalization: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let type = try site.inputType(0)
        guard let prepare = arete_batch_norm(type.element.kernelType),
            let run = arete_channel_affine(type.element.kernelType)
        else { throw .invalid("batch normalization of \(type.element) is not supported") }
        guard type.shape.elementCount > 0 else { return }
        let axis = layout.channelAxis(rank: type.shape.rank)
        let (channels, inner) = (type.shape[axis], type.shape.count((axis + 1)..<type.shape.rank))
        let (input, output, epsilon) = (try site.input(0), site.output(), Double(epsilon))
        let scale = try builder.converted(try site.input(1), try site.inputType(1), to: type.element)
        let bias = try builder.converted(try site.input(2), try site.inputType(2), to: type.element)
        let mean = try builder.converted(try site.input(3), try site.inputType(3), to: type.element)
        let variance = try builder.converted(try site.input(4), try site.inputType(4), to: type.element)
        let multiplier = builder.temporary(bytes: channels * 8)
        let offset = builder.temporary(bytes: channels * 8)
        builder.step("batch norm factors", reads: [scale, bias, mean, variance], writes: [multiplier, offset]) {
            memory, _ in
            prepare(
                memory[scale], memory[bias], memory[mean], memory[variance], epsilon, memory[multiplier],
                memory[offset], channels)
        }
        builder.step(
            "batch norm", reads: [input, multiplier, offset], writes: [output], units: type.shape.elementCount / inner,
            grain: max(1, 16384 / inner), inPlace: [(input, output)]
        ) { memory, range in
            run(
                channels, inner, memory[input], memory[multiplier], memory[offset], memory[output], range.lowerBound,
                range.upperBound)
        }
    }
}

extension LayerNormalization: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let type = try site.inputType(0)
        guard let run = arete_layer_norm(type.element.kernelType) else {
            throw .invalid("layer normalization of \(type.element) is not supported")
        }
        guard type.shape.elementCount > 0 else { return }
        let axis = try type.shape.checked(axis: axis)
        let normalized = Shape(Array(type.shape.dimensions[axis...]))
        let rows = type.shape.count(0..<axis)
        let plan = arete_layer_norm_plan(n: normalized.elementCount, epsilon: Double(epsilon), rms: isRootMeanSquare)
        let (input, output) = (try site.input(0), site.output())
        let target = TensorType(type.element, normalized)
        let scale = try builder.expanded(try site.input(1), try site.inputType(1), to: target)
        var given: Buffer?
        if let buffer = site.optionalInput(2) {
            given = try builder.expanded(buffer, try site.inputType(2), to: target)
        }
        let bias = given
        // The kernel's statistics of doubles are doubles, those of the operator floats.
        let isDouble = type.element == .float64
        var statistics: [Buffer?] = [nil, nil]
        for index in 1..<max(1, site.outputCount) {
            statistics[index - 1] = isDouble ? builder.temporary(bytes: rows * 8) : site.output(index)
        }
        let (mean, inverse) = (statistics[0], statistics[1])
        builder.step(
            "layer norm", reads: [input, scale] + (bias.map { [$0] } ?? []),
            writes: [output] + statistics.compactMap { $0 },
            units: rows, grain: max(1, 4096 / plan.n), inPlace: [(input, output)]
        ) { memory, range in
            withUnsafePointer(to: plan) {
                run(
                    $0, memory[input], memory[scale], bias.map { memory[$0] }, memory[output], mean.map { memory[$0] },
                    inverse.map { memory[$0] }, range.lowerBound, range.upperBound)
            }
        }
        guard isDouble else { return }
        for (index, source) in statistics.enumerated() {
            guard let source else { continue }
            try builder.convert(source, TensorType(.float64, [rows]), to: site.output(index + 1), .float32)
        }
    }
}

extension GroupNormalization: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let type = try site.inputType(0)
        guard let run = arete_group_norm(type.element.kernelType) else {
            throw .invalid("group normalization of \(type.element) is not supported")
        }
        guard type.shape.elementCount > 0 else { return }
        let (batch, channels) = (type.shape[0], type.shape[1])
        let groups = groups ?? channels
        let plan = arete_group_norm_plan(
            groups: groups, channels: channels / groups, area: type.shape.count(2..<type.shape.rank),
            epsilon: Double(epsilon))
        let target = TensorType(type.element, [groups, channels / groups])
        let source: Shape = scalesGroups ? [groups, 1] : target.shape
        let (input, output) = (try site.input(0), site.output())
        let scale = try builder.expanded(
            try site.input(1), TensorType(try site.inputType(1).element, source), to: target)
        let bias = try builder.expanded(
            try site.input(2), TensorType(try site.inputType(2).element, source), to: target)
        builder.step(
            "group norm", reads: [input, scale, bias], writes: [output], units: batch * groups,
            grain: max(1, 4096 / max(1, plan.channels * plan.area)), inPlace: [(input, output)]
        ) { memory, range in
            withUnsafePointer(to: plan) {
                run($0, memory[input], memory[scale], memory[bias], memory[output], range.lowerBound, range.upperBound)
            }
        }
    }
}

extension LocalResponseNormalization: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let type = try site.inputType(0)
        guard let run = arete_local_response(type.element.kernelType) else {
            throw .invalid("local response normalization of \(type.element) is not supported")
        }
        guard type.shape.elementCount > 0 else { return }
        let axis = layout.channelAxis(rank: type.shape.rank)
        let plan = arete_response_plan(
            channels: type.shape[axis], inner: type.shape.count((axis + 1)..<type.shape.rank), before: (size - 1) / 2,
            after: size / 2, alpha: Double(alpha) / Double(size), beta: Double(beta), bias: Double(bias))
        let (input, output) = (try site.input(0), site.output())
        builder.step(
            "local response norm", reads: [input], writes: [output], units: type.shape.elementCount / plan.inner,
            grain: max(1, 4096 / plan.inner)
        ) { memory, range in
            withUnsafePointer(to: plan) { run($0, memory[input], memory[output], range.lowerBound, range.upperBound) }
        }
    }
}

extension LpNormalization: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        if try isQuantized(site) { return try lowerQuantized(site, &builder) }
        let type = try site.inputType(0)
        guard site.outputType().element == type.element, let run = arete_lp_norm(type.element.kernelType) else {
            throw .invalid("a norm of \(type.element) is not supported")
        }
        guard type.shape.elementCount > 0 else { return }
        let columns = try Columns(of: type.shape, along: axis)
        let plan = arete_lp_norm_plan(n: columns.length, inner: columns.inner, p: Int32(p), smallest: Double(epsilon))
        let (input, output) = (try site.input(0), site.output())
        builder.step(
            "lp norm", reads: [input], writes: [output], units: columns.count, grain: columns.grain,
            inPlace: [(input, output)]
        ) { memory, range in
            withUnsafePointer(to: plan) { run($0, memory[input], memory[output], range.lowerBound, range.upperBound) }
        }
    }
}
