// Dense and grouped float convolutions as matrix products on OpenBLAS.
import CKernels
import COpenBLAS
import Graphs
import Tensors

extension Convolution: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        if try isQuantized(site) { return try lowerQuantized(site, &builder) }
        let (data, weights) = (try site.inputType(0), try site.inputType(1))
        if data.element.isFloat, weights.element.isInteger { return try lowerHybrid(site, &builder) }
        let axes = try window(weights: weights.shape).axes(
            over: Array(data.shape.dimensions[layout.spatialAxes(rank: data.shape.rank)]))
        guard data.element == .float32, weights.element == .float32, axes.count <= 3, let bounds = plainBounds else {
            return try lowerDirect(site, &builder, axes: axes)
        }
        if try lowerPacked(site, &builder, axes: axes, bounds: bounds) { return }
        try lowerProduct(site, &builder, axes: axes, bounds: bounds)
    }

    /// Images with channels last and constant weights. False, with nothing appended, for anything else.
    private func lowerPacked(
        _ site: Site, _ builder: inout ProgramBuilder, axes: [Window.Axis], bounds: (low: Float, high: Float)
    ) throws(OperatorFailure) -> Bool {
        let (data, weights) = (try site.inputType(0), try site.inputType(1))
        guard layout == .channelsLast, axes.count == 2 else { return false }
        var conv = arete_conv()
        conv.window = arete_window(axes, batch: data.shape[0], channels: (data.shape[3], weights.shape[0]))
        conv.groups = groups
        let kernels = builder.kernels.packed
        let winograd =
            builder.options.arithmetic == .fast
            ? PackedConvolution(conv, kernel: kernels.winograd, site, bounds: bounds) : nil
        guard let packed = winograd ?? PackedConvolution(conv, kernel: kernels.dense_float, site, bounds: bounds)
        else { return false }
        try packed.lower(
            axes.kind("conv", groups: groups) + (winograd == nil ? " float32" : " float32 winograd"),
            input: try site.input(0), output: site.output(), &builder, keeping: (),
            cut: winograd == nil ? .pixels : .never)
        return true
    }

    /// The clamp that the activation is; `nil` for an activation that is no clamp.
    private var plainBounds: (low: Float, high: Float)? {
        activation == .none ? (-.infinity, .infinity) : activation.bounds
    }

    private func lowerProduct(
        _ site: Site, _ builder: inout ProgramBuilder, axes: [Window.Axis], bounds: (low: Float, high: Float)
    ) throws(OperatorFailure) {
        try BLAS.load()
        let (data, weights) = (try site.inputType(0).shape, try site.inputType(1).shape)
        let stencil = try Stencil(axes)
        let channels = data[layout.channelAxis(rank: data.rank)]
        let (groupInputs, groupOutputs) = (channels / groups, weights[0] / groups)
        let pixels = axes.reduce(1) { $0 * $1.output }
        let depth = axes.reduce(groupInputs) { $0 * $1.size }
        // A window of one pixel that skips nothing is the image itself.
        let isPointwise = axes.allSatisfy { $0.size == 1 && $0.stride == 1 && $0.before == 0 && $0.after == 0 }
        // Bands that fit the second cache together with their results; never cut by the number of threads.
        let band = max(16, min(pixels, 65536 / max(1, depth + groupOutputs)))
        let bands = pixels == 0 ? 0 : (pixels + band - 1) / band
        let scratch = builder.workerScratch(bytes: isPointwise ? 0 : band * depth * 4)
        let (input, weight, output) = (try site.input(0), try site.input(1), site.output())
        let bias = site.optionalInput(2)
        let layout = layout
        let groups = groups
        let inputPlane = axes.reduce(1) { $0 * $1.input }
        let (inputImage, outputImage) = (channels * inputPlane, groupOutputs * groups * pixels)
        guard let fillColumns = arete_im2col(4) else { throw .invalid("no kernel for four bytes") }
        builder.step(
            axes.kind("conv", groups: groups) + " float32",
            reads: [input, weight] + (bias.map { [$0] } ?? []), writes: [output], scratch: scratch,
            units: data[0] * groups * bands
        ) { memory, range in
            let matrix = memory[scratch].assumingMemoryBound(to: Float.self)
            stencil.withPointer { stencil in
                for unit in range {
                    let (image, group, first) = (unit / (groups * bands), unit / bands % groups, unit % bands * band)
                    let count = min(band, pixels - first)
                    let kernel = memory[weight, as: Float.self] + group * groupOutputs * depth
                    let biasValues = bias.map { memory[$0, as: Float.self] + group * groupOutputs }
                    let source = memory[input, as: Float.self] + image * inputImage
                    let target = memory[output, as: Float.self] + image * outputImage
                    switch layout {
                    case .channelsFirst:
                        let plane = source + group * groupInputs * inputPlane
                        let columns = isPointwise ? plane + first : matrix
                        if !isPointwise { fillColumns(stencil, plane, first, count, matrix, 0, depth) }
                        let result = target + group * groupOutputs * pixels + first
                        arete_sgemm(
                            CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(groupOutputs), Int32(count), Int32(depth),
                            1,
                            kernel, Int32(depth), columns, Int32(isPointwise ? pixels : count), 0, result, Int32(pixels)
                        )
                        arete_f32_finish(result, groupOutputs, count, pixels, biasValues, true, bounds.low, bounds.high)
                    case .channelsLast:
                        let plane = source + group * groupInputs
                        let rows = isPointwise ? plane + first * channels : matrix
                        if !isPointwise {
                            arete_im2row(stencil, 4, channels, groupInputs, plane, matrix, first, first + count)
                        }
                        let stride = groups * groupOutputs
                        let result = target + first * stride + group * groupOutputs
                        arete_sgemm(
                            CblasRowMajor, CblasNoTrans, CblasTrans, Int32(count), Int32(groupOutputs), Int32(depth), 1,
                            rows,
                            Int32(isPointwise ? channels : depth), kernel, Int32(depth), 0, result, Int32(stride))
                        arete_f32_finish(
                            result, count, groupOutputs, stride, biasValues, false, bounds.low, bounds.high)
                    }
                }
            }
        }
    }
}

extension arete_window {
    /// The window of a convolution with two axes.
    init(_ axes: [Window.Axis], batch: Int, channels: (input: Int, output: Int)) {
        self.init(
            batch: batch, input_height: axes[0].input, input_width: axes[1].input, input_channels: channels.input,
            output_height: axes[0].output, output_width: axes[1].output, output_channels: channels.output,
            kernel_height: axes[0].size, kernel_width: axes[1].size, stride_height: axes[0].stride,
            stride_width: axes[1].stride, dilation_height: axes[0].dilation, dilation_width: axes[1].dilation,
            pad_top: axes[0].before, pad_left: axes[1].before)
    }
}
