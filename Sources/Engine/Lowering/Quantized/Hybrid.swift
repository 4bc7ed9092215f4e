// Layers of float data and integer weights (TFLite's dynamic range models): the data is quantized while the model runs.
import CKernels
import Graphs
import Tensors

extension Convolution {
    func lowerHybrid(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (data, weights) = (try site.inputType(0), try site.inputType(1))
        guard layout == .channelsLast, data.shape.rank == 4, groups == 1 else {
            throw .invalid("float data with integer weights needs images with channels last and one group")
        }
        let axes = try window(weights: weights.shape).axes(over: [data.shape[1], data.shape[2]])
        let isPointwise = axes.allSatisfy { $0.size == 1 && $0.stride == 1 && $0.before == 0 && $0.after == 0 }
        if isPointwise, builder.options.arithmetic == .fast {
            // The default run computes a window of one pixel as a matrix product, with a scale for each pixel.
            return try HybridLayer.fullyConnected(
                site, &builder, depth: weights.shape[3], channels: weights.shape[0], activation: activation,
                isAsymmetric: true)
        }
        try HybridLayer.convolution(
            site, &builder, axes: axes, channels: (data.shape[3], weights.shape[0]), isDepthwise: false, weightAxis: 0,
            activation: activation)
    }
}

extension DepthwiseConvolution {
    func lowerHybrid(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (data, weights) = (try site.inputType(0), try site.inputType(1))
        let axes = try window(weights: weights.shape).axes(over: [data.shape[1], data.shape[2]])
        try HybridLayer.convolution(
            site, &builder, axes: axes, channels: (data.shape[3], weights.shape[2]), isDepthwise: true, weightAxis: 2,
            activation: activation)
    }
}

extension FullyConnected {
    func lowerHybrid(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let weights = try site.inputType(1)
        try HybridLayer.fullyConnected(
            site, &builder, depth: weights.shape[1], channels: weights.shape[0], activation: activation,
            isAsymmetric: quantizesInputsAsymmetrically)
    }
}

private enum HybridLayer {
    /// What a step needs to quantize one row or image and to turn its sums into floats.
    struct Form: @unchecked Sendable {
        /// The kernel's structure for one row or image; the zero point of the data is set as it runs.
        var row = arete_fully_connected()
        var image = arete_conv()
        var dynamic: arete_dynamic_form
        var output: arete_dynamic_output
        /// Keeps the scales that `output` points to.
        var scales: Tensor

        init(
            _ dynamic: arete_dynamic_form, order: arete_dynamic_order, weights: TensorType, axis: Int,
            activation: Activation
        ) throws(OperatorFailure) {
            guard weights.element == .int8 || weights.element == .int4, let quantization = weights.quantization,
                quantization.axis ?? axis == axis, quantization.zeroPoints.allSatisfy({ $0 == 0 })
            else { throw .invalid("float data needs symmetric int8 weights, not \(weights)") }
            guard activation == .none || activation.bounds != nil else {
                throw .invalid("\(activation) of such a layer is not supported")
            }
            self.dynamic = dynamic
            do throws(TensorError) {
                scales = try Tensor(.float32, [quantization.scales.count], quantization.scales)
            } catch {
                throw .invalid("\(error)")
            }
            let (low, high) = activation.bounds ?? (-.infinity, .infinity)
            output = arete_dynamic_output(
                weight_scales: scales.baseAddress.assumingMemoryBound(to: Float.self),
                step: quantization.scales.count == 1 ? 0 : 1,
                bias: nil, order: order, minimum: low, maximum: high)
        }
    }

    /// Appends a step that quantizes each of `parts.count` parts of the data by its own range, to signed bytes plus 128
    /// where it `adds128`.
    private static func quantized(
        by form: arete_dynamic_form, adds128: Bool = false, parts: (count: Int, size: Int), _ site: Site,
        _ builder: inout ProgramBuilder
    ) throws(OperatorFailure) -> (data: Buffer, scales: Buffer) {
        let quantize = try builder.entry(\.conversion.dynamic_quantize_rows)
        let input = try site.input(0)
        let quantized = builder.temporary(bytes: parts.count * parts.size)
        let scales = builder.temporary(bytes: parts.count * MemoryLayout<arete_dynamic_scale>.stride)
        builder.step(
            "quantize by range", reads: [input], writes: [quantized, scales], units: parts.count,
            grain: max(1, 16384 / max(1, parts.size))
        ) { memory, range in
            let first = range.lowerBound
            quantize(
                form, adds128, memory[input, as: Float.self] + first * parts.size, range.count, parts.size,
                memory[scales, as: arete_dynamic_scale.self] + first,
                memory[quantized, as: UInt8.self] + first * parts.size)
        }
        return (quantized, scales)
    }

    /// Lowers a layer with constant weights on a packed kernel; false, with nothing appended, where there is none.
    private static func packed(
        _ kind: String, _ conv: arete_conv, isDepthwise: Bool, _ form: Form, parts: (count: Int, size: Int),
        pixels: Int, _ site: Site, _ builder: inout ProgramBuilder
    ) throws(OperatorFailure) -> Bool {
        var conv = conv
        conv.requantization.output = ARETE_INT32
        // Kernels compute with unsigned bytes. Where nothing outside the data is read, as in a window of a pixel, these can
        // come as such.
        let adds128 = conv.window.isPointwise && !isDepthwise
        conv.input_zero_point = adds128 ? 128 : 0
        let bias = site.optionalConstant(2)
        let kernels = builder.kernels.packed
        guard let weights = site.optionalConstant(1), bias != nil || site.optionalInput(2) == nil,
            bias?.element ?? .float32 == .float32,
            let packed = PackedConvolution(
                conv, kernel: isDepthwise ? kernels.depthwise : kernels.dense, data: adds128 ? .uint8 : .int8,
                weights: weights, bias: nil),
            let sums = weights.channelSums(
                channels: conv.window.output_channels, isChannelLast: isDepthwise, zeroPoints: [])
        else { return false }
        let (quantized, scales) = try quantized(
            by: form.dynamic, adds128: adds128, parts: parts, site, &builder)
        var output = form.output
        output.bias = bias.map { UnsafePointer($0.baseAddress.assumingMemoryBound(to: Float.self)) }
        let finish = DynamicFinish(
            output, keeping: [form.scales] + (bias.map { [$0] } ?? []), scales: .several(scales), pixels: pixels,
            weightSums: sums)
        try packed.lower(kind, input: quantized, output: site.output(), &builder, keeping: (), dynamic: finish)
        return true
    }

    static func fullyConnected(
        _ site: Site, _ builder: inout ProgramBuilder, depth: Int, channels: Int, activation: Activation,
        isAsymmetric: Bool
    ) throws(OperatorFailure) {
        let (data, weights) = (try site.inputType(0), try site.inputType(1))
        guard data.element == .float32, weights.quantization != nil else {
            throw .invalid("\(data.element) data with \(weights.element) weights is not supported")
        }
        let isFast = builder.options.arithmetic == .fast
        var prepared = try Form(
            isFast ? ARETE_DYNAMIC_FAST : isAsymmetric ? ARETE_DYNAMIC_ASYMMETRIC : ARETE_DYNAMIC_SYMMETRIC,
            order: isFast ? ARETE_DYNAMIC_FUSED : ARETE_DYNAMIC_PRODUCT, weights: weights, axis: 0,
            activation: activation)
        (prepared.row.rows, prepared.row.depth, prepared.row.channels) = (1, depth, channels)
        prepared.row.requantization.output = ARETE_INT32
        let form = prepared
        let rows = depth == 0 ? 0 : data.shape.elementCount / depth
        var conv = arete_conv()
        conv.window = arete_window(pixels: rows, channels: (depth, channels))
        conv.groups = 1
        let kind = "fully connected \(depth)->\(channels) float32 int8"
        if try packed(kind, conv, isDepthwise: false, form, parts: (rows, depth), pixels: 1, site, &builder) { return }
        let (join, quantize) = (
            try builder.entry(\.conversion.range), try builder.entry(\.conversion.dynamic_quantize)
        )
        let dequantize = try builder.entry(\.conversion.dynamic_dequantize)
        guard let kernel = builder.kernels.matmul.s8 else { throw .invalid("no kernel for int8") }
        let quantizedBytes = (depth + 63) & ~63
        let scratch = builder.workerScratch(
            bytes: quantizedBytes + withUnsafePointer(to: form.row) { arete_fully_connected_scratch($0) })
        let (input, weight, result, bias) = (try site.input(0), try site.input(1), site.output(), site.optionalInput(2))
        builder.step(
            kind, reads: [input, weight] + (bias.map { [$0] } ?? []),
            writes: [result],
            scratch: scratch, units: rows, grain: max(1, 65536 / max(1, depth * channels))
        ) { memory, range in
            let quantized = memory[scratch]
            for index in range {
                let source = memory[input, as: Float.self] + index * depth
                var (low, high): (Float, Float) = (0, 0)
                join(source, depth, &low, &high)
                let scale = arete_dynamic_scale_of(form.dynamic, low, high)
                quantize(form.dynamic, scale, low, high, source, depth, quantized)
                var current = form.row
                current.input_zero_point = scale.zero_point
                // Sums are made where the floats will be: both take four bytes.
                let target = memory[result, as: Float.self] + index * channels
                kernel(&current, quantized, memory[weight], nil, target, 0, channels, quantized + quantizedBytes)
                var output = form.output
                output.bias = bias.map { UnsafePointer(memory[$0, as: Float.self]) }
                target.withMemoryRebound(to: Int32.self, capacity: channels) {
                    dequantize(&output, scale.scale, $0, 1, channels, target)
                }
            }
        }
    }

    static func convolution(
        _ site: Site, _ builder: inout ProgramBuilder, axes: [Window.Axis], channels: (input: Int, output: Int),
        isDepthwise: Bool,
        weightAxis: Int, activation: Activation
    ) throws(OperatorFailure) {
        let (data, weights) = (try site.inputType(0), try site.inputType(1))
        guard data.element == .float32, let quantization = weights.quantization else {
            throw .invalid("\(data.element) data with \(weights.element) weights is not supported")
        }
        let isFast = builder.options.arithmetic == .fast
        let isPerChannel = quantization.scales.count > 1
        var prepared = try Form(
            isFast
                ? ARETE_DYNAMIC_FAST : isPerChannel || isDepthwise ? ARETE_DYNAMIC_ASYMMETRIC : ARETE_DYNAMIC_SYMMETRIC,
            order: isFast
                ? ARETE_DYNAMIC_FUSED : isDepthwise || !isPerChannel ? ARETE_DYNAMIC_PRODUCT : ARETE_DYNAMIC_SEQUENTIAL,
            weights: weights, axis: weightAxis, activation: activation)
        let (y, x) = (axes[0], axes[1])
        prepared.image.window = arete_window(
            batch: 1, input_height: y.input, input_width: x.input, input_channels: channels.input,
            output_height: y.output,
            output_width: x.output, output_channels: channels.output, kernel_height: y.size, kernel_width: x.size,
            stride_height: y.stride, stride_width: x.stride, dilation_height: y.dilation, dilation_width: x.dilation,
            pad_top: y.before, pad_left: x.before)
        prepared.image.groups = 1
        prepared.image.requantization.output = ARETE_INT32
        let form = prepared
        let inputCount = y.input * x.input * channels.input
        let pixels = y.output * x.output
        let batch = data.shape[0]
        let kind = "\(isDepthwise ? "depthwise" : "conv") \(y.size)x\(x.size) float32 int8"
        var conv = form.image
        conv.window.batch = batch
        if try packed(
            kind, conv, isDepthwise: isDepthwise, form, parts: (batch, inputCount), pixels: pixels, site, &builder)
        {
            return
        }
        let dequantize = try builder.entry(\.conversion.dynamic_dequantize)
        let kernels = builder.kernels.conv
        guard let kernel = isDepthwise ? kernels.depthwise.s8 : kernels.conv2d.s8 else {
            throw .invalid("no kernel for int8")
        }
        let scratchBytes = withUnsafePointer(to: form.image) {
            isDepthwise ? arete_depthwise_scratch($0) : arete_conv2d_scratch($0)
        }
        let scratch = builder.workerScratch(bytes: scratchBytes)
        let (quantized, scales) = try quantized(by: form.dynamic, parts: (batch, inputCount), site, &builder)
        let (weight, result, bias) = (try site.input(1), site.output(), site.optionalInput(2))
        let outputs = channels.output
        builder.step(
            kind, reads: [quantized, scales, weight] + (bias.map { [$0] } ?? []), writes: [result], scratch: scratch,
            units: batch * pixels,
            grain: max(1, 65536 / max(1, y.size * x.size * (isDepthwise ? 1 : channels.input) * outputs))
        ) { memory, range in
            var first = range.lowerBound
            while first < range.upperBound {
                let (index, start) = (first / pixels, first % pixels)
                let count = min(pixels - start, range.upperBound - first)
                let scale = memory[scales, as: arete_dynamic_scale.self][index]
                var current = form.image
                current.input_zero_point = scale.zero_point
                let target = memory[result, as: Float.self] + index * pixels * outputs
                kernel(
                    &current, memory[quantized] + index * inputCount, memory[weight], nil, target, start, start + count,
                    memory[scratch])
                var output = form.output
                output.bias = bias.map { UnsafePointer(memory[$0, as: Float.self]) }
                let part = target + start * outputs
                part.withMemoryRebound(to: Int32.self, capacity: count * outputs) {
                    dequantize(&output, scale.scale, $0, count, outputs, part)
                }
                first += count
            }
        }
    }
}
