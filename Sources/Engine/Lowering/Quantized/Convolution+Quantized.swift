// Convolutions of quantized images.
import CKernels
import Graphs
import Tensors

extension Convolution {
    func lowerQuantized(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        if try site.exceedsWords(builder.convention) { return try lowerThroughFloat(site, &builder) }
        let (data, weights) = (try site.inputType(0), try site.inputType(1))
        guard layout == .channelsLast, data.shape.rank == 4 else {
            throw .invalid("integer convolutions need images with channels last, not data of \(data.shape)")
        }
        let axes = try window(weights: weights.shape).axes(over: [data.shape[1], data.shape[2]])
        try QuantizedConvolution(
            layer: .convolution, axes: axes, groups: groups, activation: activation, weightAxis: 0,
            channels: (data.shape[3], weights.shape[0])
        ).lower(site, &builder)
    }
}

extension DepthwiseConvolution {
    func lowerQuantized(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        if try site.exceedsWords(builder.convention) { return try lowerThroughFloat(site, &builder) }
        let (data, weights) = (try site.inputType(0), try site.inputType(1))
        let axes = try window(weights: weights.shape).axes(over: [data.shape[1], data.shape[2]])
        try QuantizedConvolution(
            layer: .depthwise, axes: axes, groups: 1, activation: activation, weightAxis: 2,
            channels: (data.shape[3], weights.shape[2])
        ).lower(site, &builder)
    }
}

extension TransposedConvolution {
    func lowerQuantized(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (data, weights) = (try site.inputType(0), try site.inputType(1))
        if builder.convention == .onnx, data.element == .int16 { return try lowerThroughFloat(site, &builder) }
        guard layout == .channelsLast, data.shape.rank == 4, groups == 1, dilations == [1, 1] else {
            throw .invalid("integer transposed convolutions need images with channels last, one group and no dilation")
        }
        // The axes are those of the convolution whose gradient this is: its output is the input here.
        let axes = try axes(data: data.shape, weights: weights.shape).map { axis in
            var turned = axis
            (turned.input, turned.output) = (axis.output, axis.input)
            return turned
        }
        try QuantizedConvolution(
            layer: .transposed, axes: axes, groups: 1, activation: activation, weightAxis: 0,
            channels: (data.shape[3], weights.shape[0])
        ).lower(site, &builder)
    }
}

/// What the three kinds have in common: geometry, quantization and one kernel call.
private struct QuantizedConvolution {
    var layer: Requantization.Layer
    var axes: [Window.Axis]
    var groups: Int
    var activation: Activation
    /// The axis of the weights that output channels run along.
    var weightAxis: Int
    var channels: (input: Int, output: Int)

    func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (data, weights, output) = (try site.inputType(0), try site.inputType(1), site.outputType())
        guard let inputQuantization = data.quantization, let weightQuantization = weights.quantization else {
            throw .invalid("data and weights must both be quantized")
        }
        guard inputQuantization.isPerTensor, weightQuantization.axis ?? weightAxis == weightAxis else {
            throw .invalid("data must have one scale, weights one or one for each output channel")
        }
        let bias = site.arguments.optionalType(2)?.element
        let entry = try QuantizedEntry(input: data.element, weights: weights.element, bias: bias)
        if let bias, bias != .int32, !(bias == .int64 && entry == .s16Wide) {
            throw .invalid("a bias of \(bias) is not supported")
        }
        let rounding = Requantization.rounding(
            layer, input: data.element, bias: bias, groups: groups, convention: builder.convention,
            arithmetic: builder.options.arithmetic)
        let prepared = try Prepared(
            window: arete_window(axes, batch: data.shape[0], channels: channels), groups: groups,
            inputZeroPoint: inputQuantization.zeroPoint,
            weights: weightQuantization,
            requantization: try Requantization(
                rounding: rounding, input: inputQuantization, inputElement: data.element, weights: weightQuantization,
                output: output, activation: activation, layer: layer))
        if layer == .convolution, data.element.byteCount == 1,
            let packed = PackedConvolution(prepared.conv, kernel: builder.kernels.packed.winograd_byte, site)
        {
            return try packed.lower(
                kind(data.element) + " winograd", input: try site.input(0), output: site.output(), &builder,
                keeping: prepared, cut: .never)
        }
        if let packed = PackedConvolution(
            prepared.conv, kernel: layer.packedKernel(builder.kernels, data: data.element), site)
        {
            return try packed.lower(
                kind(data.element), input: try site.input(0), output: site.output(), &builder, keeping: prepared,
                cut: layer == .depthwise ? .rows : .pixels)
        }
        if layer == .transposed, try lowerPhases(prepared, site, &builder) { return }
        let kernels = builder.kernels.conv
        let (entries, scratchBytes): (arete_conv_entries, Int) = withUnsafePointer(to: prepared.conv) { conv in
            switch layer {
            case .depthwise: (kernels.depthwise, arete_depthwise_scratch(conv))
            case .transposed: (kernels.transpose, arete_transpose_conv_scratch(conv))
            default: (kernels.conv2d, arete_conv2d_scratch(conv))
            }
        }
        guard let kernel = entries[entry] else {
            throw .invalid("\(data.element) data with \(weights.element) weights is not supported")
        }
        let scratch = builder.workerScratch(bytes: scratchBytes)
        let (input, weight, result) = (try site.input(0), try site.input(1), site.output())
        let biasBuffer = site.optionalInput(2)
        let pixels = data.shape[0] * axes[0].output * axes[1].output
        let work = max(
            1, axes[0].size * axes[1].size * (layer == .depthwise ? 1 : channels.input / groups) * channels.output)
        builder.step(
            kind(data.element), reads: [input, weight] + (biasBuffer.map { [$0] } ?? []), writes: [result],
            scratch: scratch,
            units: pixels, grain: max(1, 65536 / work)
        ) { memory, range in
            withUnsafePointer(to: prepared.conv) { conv in
                kernel(
                    conv, memory[input], memory[weight], biasBuffer.map { UnsafeRawPointer(memory[$0]) },
                    memory[result],
                    range.lowerBound, range.upperBound, memory[scratch])
            }
        }
    }

    /// A transposed convolution as dense ones. False where its weights are not constant or no kernel takes one of them.
    private func lowerPhases(
        _ prepared: Prepared, _ site: Site, _ builder: inout ProgramBuilder
    ) throws(OperatorFailure) -> Bool {
        let data = try site.inputType(0).element
        guard let weights = site.optionalConstant(1), site.optionalConstant(2) != nil || site.optionalInput(2) == nil
        else { return false }
        return try TransposedPhases(
            conv: prepared.conv, data: data, weights: weights, bias: site.optionalConstant(2),
            elementSize: site.outputType().element.byteCount
        ).lower(
            kernel: builder.kernels.packed.dense(data), kind: kind(data), input: try site.input(0),
            output: site.output(),
            &builder, keeping: prepared)
    }

    private func kind(_ element: ElementType) -> String {
        let name =
            switch layer {
            case .depthwise: "depthwise"
            case .transposed: "transposed conv"
            default: "conv"
            }
        let stride = axes[0].stride == 1 && axes[1].stride == 1 ? "" : " s\(axes[0].stride)"
        let dilation = axes[0].dilation == 1 && axes[1].dilation == 1 ? "" : " d\(axes[0].dilation)"
        return
            "\(name) \(axes[0].size)x\(axes[1].size)\(stride)\(dilation)\(groups > 1 ? " g\(groups)" : "") \(element)"
    }

    /// The kernels' structure with everything that it points to.
    private struct Prepared: @unchecked Sendable {
        private(set) var conv = arete_conv()
        private let requantization: Requantization
        private let zeroPoints: WeightZeroPoints

        init(
            window: arete_window, groups: Int, inputZeroPoint: Int32, weights: Quantization,
            requantization: Requantization
        ) throws(OperatorFailure) {
            zeroPoints = try WeightZeroPoints(weights)
            self.requantization = requantization
            conv.window = window
            conv.groups = groups
            conv.input_zero_point = inputZeroPoint
            conv.weight_zero_points = zeroPoints.pointer
            conv.weight_zero_point_step = zeroPoints.step
            conv.requantization = requantization.parameters
        }
    }
}

extension Requantization.Layer {
    /// The kernel of the layer's family with weights in its own order; its functions are `nil` where there is none.
    func packedKernel(_ kernels: arete_kernels, data: ElementType) -> arete_packed_conv_kernel {
        switch self {
        case .convolution, .fullyConnected: kernels.packed.dense(data)
        case .depthwise: kernels.packed.depthwise(data)
        case .transposed: arete_packed_conv_kernel()
        }
    }
}

extension arete_conv_entries {
    subscript(entry: QuantizedEntry) -> arete_conv_function? {
        switch entry {
        case .s8: s8
        case .u8: u8
        case .u8s8: u8s8
        case .s8u8: s8u8
        case .s16: s16
        case .s16Wide: s16_wide
        case .s16s16: nil
        }
    }
}
