// Pools over sliding windows.
import CKernels
import Graphs
import Tensors

extension Pool: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (type, result) = (try site.inputType(0), site.outputType())
        if let quantization = type.quantization,
            !isMaximum || quantization != result.quantization || activation != .none || isImagePool(site, type)
        {
            return try lowerQuantized(site, &builder)
        }
        guard type.element == result.element,
            let run = try builder.entry(\.image.pool_nd)(kind, type.element.kernelType)
        else {
            throw .invalid("pooling of \(type.element) is not supported")
        }
        let (shape, spatial) = (type.shape, layout.spatialAxes(rank: type.shape.rank))
        var plan = arete_pool_nd_plan()
        let axes = try window.axes(over: Array(shape.dimensions[spatial]))
        plan.stencil = try Stencil(axes).value
        plan.batch = shape[0]
        plan.channels = shape[layout.channelAxis(rank: shape.rank)]
        plan.channels_last = layout == .channelsLast
        if case .maximum(columnMajor: true) = function { plan.column_major = true }
        if case .norm(let p) = function { plan.p = Double(p) }
        let (input, output) = (try site.input(0), site.output())
        let indices = site.outputCount > 1 ? site.output(1) : nil
        guard indices == nil || layout == .channelsFirst else { throw .invalid("places of maxima need channels first") }
        let prepared = plan
        builder.step(
            axes.kind(kindName), reads: [input],
            writes: [output] + (indices.map { [$0] } ?? []),
            units: result.shape.elementCount == 0 ? 0 : arete_pool_nd_units(&plan),
            grain: max(1, 8192 / max(1, window.size.reduce(1, &*) &* (layout == .channelsLast ? plan.channels : 1)))
        ) { memory, range in
            withUnsafePointer(to: prepared) {
                run(
                    $0, memory[input], memory[output], indices.map { memory[$0, as: Int64.self] }, range.lowerBound,
                    range.upperBound)
            }
        }
        try builder.activate(activation, output, result)
    }

    private var kindName: String {
        switch function {
        case .maximum: "max pool"
        case .average: "average pool"
        case .norm(let p): "L\(p) pool"
        }
    }

    /// Whether the kernel of quantized images computes this maximum: it is faster than that of all types.
    private func isImagePool(_ site: Site, _ type: TensorType) -> Bool {
        layout == .channelsLast && type.shape.rank == 4 && site.outputCount == 1
            && [.int8, .uint8, .int16].contains(type.element) && type.quantization?.isPerTensor == true
            && window.dilations.allSatisfy { $0 == 1 }
    }

    private var isMaximum: Bool {
        if case .maximum = function { true } else { false }
    }

    private var kind: arete_pool_kind {
        switch function {
        case .maximum: ARETE_POOL_MAX
        case .average(countsPadding: false): ARETE_POOL_AVERAGE
        case .average(countsPadding: true): ARETE_POOL_AVERAGE_ALL
        case .norm: ARETE_POOL_LP
        }
    }
}

extension MaxUnpool: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (type, result) = (try site.inputType(0), site.outputType())
        guard try site.inputType(1).element == .int64 else { throw .invalid("places must be int64") }
        let (values, places, output) = (try site.input(0), try site.input(1), site.output())
        let zero = try builder.zero(of: type)
        builder.fill(output, count: result.shape.elementCount, of: type.element, with: zero, name)
        let (size, count, total) = (type.element.byteCount, type.shape.elementCount, result.shape.elementCount)
        builder.step(name, reads: [values, places, output], writes: [output]) { memory, _ in
            let isValid = arete_max_unpool(
                size, memory[values], memory[places, as: Int64.self], count, memory[output], total)
            if !isValid { memory.fail() }
        }
    }
}
