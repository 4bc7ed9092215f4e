// Convolutions computed window by window: depthwise, transposed, and the types that OpenBLAS does not compute.
import CKernels
import Graphs
import Tensors

extension Convolution {
    func lowerDirect(_ site: Site, _ builder: inout ProgramBuilder, axes: [Window.Axis]) throws(OperatorFailure) {
        let (data, weights) = (try site.inputType(0), try site.inputType(1))
        guard data.element == weights.element, let run = arete_direct_conv(data.element.kernelType) else {
            throw .invalid("a convolution of \(data.element) with \(weights.element) weights is not supported")
        }
        let plan = try DirectConvolution(site, axes: axes, layout: layout, groups: groups, outputs: weights.shape[0])
        try plan.lower(
            axes.kind("direct conv", groups: groups), site, &builder, units: arete_direct_conv_units, run,
            activation: activation)
    }
}

extension DepthwiseConvolution: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        if try isQuantized(site) { return try lowerQuantized(site, &builder) }
        let (data, weights) = (try site.inputType(0), try site.inputType(1))
        if data.element.isFloat, weights.element.isInteger { return try lowerHybrid(site, &builder) }
        guard data.element == weights.element, let run = arete_depthwise_float(data.element.kernelType) else {
            throw .invalid(
                "a depthwise convolution of \(data.element) with \(weights.element) weights is not supported")
        }
        let axes = try window(weights: weights.shape).axes(over: [data.shape[1], data.shape[2]])
        if data.element == .float32, activation == .none || activation.bounds != nil {
            var conv = arete_conv()
            conv.window = arete_window(axes, batch: data.shape[0], channels: (data.shape[3], weights.shape[2]))
            if let packed = PackedConvolution(
                conv, kernel: builder.kernels.packed.depthwise(.float32), site,
                bounds: activation.bounds ?? (-.infinity, .infinity))
            {
                return try packed.lower(
                    axes.kind("depthwise") + " float32", input: try site.input(0), output: site.output(), &builder,
                    keeping: ())
            }
        }
        let plan = try DirectConvolution(
            site, axes: axes, layout: .channelsLast, groups: data.shape[3], outputs: weights.shape[2])
        try plan.lower(
            axes.kind("depthwise"), site, &builder, units: arete_depthwise_float_units, run, activation: activation)
    }
}

extension TransposedConvolution: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        if try isQuantized(site) { return try lowerQuantized(site, &builder) }
        let (data, weights) = (try site.inputType(0), try site.inputType(1))
        guard data.element == weights.element, let run = arete_direct_conv_transpose(data.element.kernelType) else {
            throw .invalid(
                "a transposed convolution of \(data.element) with \(weights.element) weights is not supported")
        }
        let axes = try axes(data: data.shape, weights: weights.shape)
        if try lowerPhases(site, &builder, axes) { return }
        let channelAxis = layout.channelAxis(rank: data.shape.rank)
        let plan = try DirectConvolution(
            site, axes: axes, layout: layout, groups: groups, outputs: site.outputType().shape[channelAxis])
        try plan.lower(
            axes.kind("transposed conv", groups: groups), site, &builder, units: arete_direct_conv_transpose_units, run,
            activation: activation)
    }
}

extension TransposedConvolution {
    /// Float images with channels last and constant weights as dense convolutions. False, with nothing appended, for anything else.
    private func lowerPhases(
        _ site: Site, _ builder: inout ProgramBuilder, _ axes: [Window.Axis]
    ) throws(OperatorFailure) -> Bool {
        let (data, output) = (try site.inputType(0), site.outputType())
        guard layout == .channelsLast, data.element == .float32, axes.count == 2, groups == 1,
            dilations.allSatisfy({ $0 == 1 }), let weights = site.optionalConstant(1),
            site.optionalConstant(2) != nil || site.optionalInput(2) == nil
        else { return false }
        // The axes are those of the convolution whose gradient this is: its output is the input here.
        let turned = axes.map { axis in
            var turned = axis
            (turned.input, turned.output) = (axis.output, axis.input)
            return turned
        }
        var conv = arete_conv()
        conv.window = arete_window(turned, batch: data.shape[0], channels: (data.shape[3], output.shape[3]))
        conv.groups = 1
        let isClamp = activation == .none || activation.bounds != nil
        let done = try TransposedPhases(
            conv: conv, data: .float32, weights: weights, bias: site.optionalConstant(2), elementSize: 4,
            bounds: activation.bounds ?? (-.infinity, .infinity)
        ).lower(
            kernel: builder.kernels.packed.dense_float, kind: axes.kind("transposed conv") + " float32",
            input: try site.input(0), output: site.output(), &builder, keeping: ())
        if done, !isClamp { try builder.activate(activation, site.output(), output) }
        return done
    }
}

/// A convolution in the form of the direct kernels.
private struct DirectConvolution: Sendable {
    private let plan: arete_float_conv_plan

    init(_ site: Site, axes: [Window.Axis], layout: Layout, groups: Int, outputs: Int) throws(OperatorFailure) {
        let data = try site.inputType(0).shape
        plan = arete_float_conv_plan(
            stencil: try Stencil(axes).value, batch: data[0], x_channels: data[layout.channelAxis(rank: data.rank)],
            y_channels: outputs, groups: groups, channels_last: layout == .channelsLast)
    }

    func lower(
        _ kind: String, _ site: Site, _ builder: inout ProgramBuilder,
        units: (UnsafePointer<arete_float_conv_plan>) -> Int,
        _ run: @escaping @Sendable arete_float_conv_function, activation: Activation
    ) throws(OperatorFailure) {
        let plan = plan
        let count = site.outputType().shape.elementCount == 0 ? 0 : withUnsafePointer(to: plan, units)
        let (input, weights, output, bias) = (
            try site.input(0), try site.input(1), site.output(), site.optionalInput(2)
        )
        let work = Convolution(layout: .channelsLast, strides: [], dilations: [], padding: .valid)
            .multiplyAccumulates(inputs: site.arguments.types, outputs: site.outputTypes)
        builder.step(
            "\(kind) \(try site.inputType(0).element)", reads: [input, weights] + (bias.map { [$0] } ?? []),
            writes: [output],
            units: count, grain: max(1, 65536 / max(1, work / max(1, count)))
        ) { memory, range in
            withUnsafePointer(to: plan) {
                run(
                    $0, memory[input], memory[weights], bias.map { UnsafeRawPointer(memory[$0]) }, memory[output],
                    range.lowerBound,
                    range.upperBound)
            }
        }
        try builder.activate(activation, output, site.outputType())
    }
}
