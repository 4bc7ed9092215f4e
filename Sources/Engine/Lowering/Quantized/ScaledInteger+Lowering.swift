// Integer layers whose sums become floats.
import CKernels
import Graphs
import Tensors

extension ScaledInteger: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let channels = try channels(site)
        guard let scales = site.optionalConstant(5), scales.element == .float32,
            scales.elementCount == 1 || scales.elementCount == channels,
            activation == .none || activation.bounds != nil
        else { throw .invalid("scales of the weights must be constant, one or one for each channel") }
        let bias = site.optionalConstant(6)
        guard bias != nil || site.optionalInput(6) == nil, bias?.element ?? .float32 == .float32,
            bias.map({ $0.elementCount == channels }) ?? true
        else { throw .invalid("the bias must be constant, one for each channel") }
        let (low, high) = activation.bounds ?? (-.infinity, .infinity)
        let form = arete_dynamic_output(
            weight_scales: scales.baseAddress.assumingMemoryBound(to: Float.self),
            step: scales.elementCount == 1 ? 0 : 1,
            bias: bias.map { UnsafePointer($0.baseAddress.assumingMemoryBound(to: Float.self)) },
            order: ARETE_DYNAMIC_PRODUCT, minimum: low, maximum: high)
        let owners = [scales] + (bias.map { [$0] } ?? [])
        let scale = try site.input(4)
        if let layer = try IntegerLayer(inner, site, builder),
            try layer.lower(form, keeping: owners, scale: scale, site, &builder)
        {
            return
        }
        try lowerApart(site, &builder, form, owners, scale: scale, channels: channels)
    }

    private func channels(_ site: Site) throws(OperatorFailure) -> Int {
        let shape = site.outputType().shape
        guard shape.rank > 0 else { throw .invalid("a scalar has no channels") }
        if let op = inner as? IntegerConvolution {
            guard op.convolution.layout == .channelsLast else {
                throw .invalid("integer convolutions need images with channels last")
            }
        }
        return shape[shape.rank - 1]
    }

    /// Sums by the kernels for weights of any kind, then floats.
    private func lowerApart(
        _ site: Site, _ builder: inout ProgramBuilder, _ form: arete_dynamic_output, _ owners: [Tensor], scale: Buffer,
        channels: Int
    ) throws(OperatorFailure) {
        guard let op = inner as? any Lowerable else { throw .invalid("'\(inner.name)' has no integer kernel") }
        let shape = site.outputType().shape
        let sums = builder.temporary(bytes: shape.elementCount * 4)
        try op.lower(
            Site(
                node: site.node, arguments: innerArguments(site.arguments), outputTypes: [TensorType(.int32, shape)],
                inputBuffers: Array(site.inputBuffers.prefix(4)), outputBuffers: [sums]), &builder)
        let none: Tensor
        do throws(TensorError) {
            none = try Tensor(.int32, [channels], [Int32](repeating: 0, count: channels))
        } catch {
            throw .invalid("\(error)")
        }
        let finish = DynamicFinish(
            form, keeping: owners, scales: .one(scale: scale, zeroPoint: nil), pixels: Int.max, weightSums: none)
        let convert = try builder.entry(\.conversion.dynamic_finish)
        let output = site.output()
        builder.step(
            "scale int32", reads: [sums, scale], writes: [output],
            units: channels == 0 ? 0 : shape.elementCount / channels, grain: max(1, 16384 / max(1, channels))
        ) { memory, range in
            let start = range.lowerBound * channels
            finish.withPointer(memory) {
                convert(
                    $0, memory[sums, as: Int32.self] + start, channels, range.lowerBound, range.count, 0, channels,
                    memory[output, as: Float.self] + start, channels)
            }
        }
    }
}
