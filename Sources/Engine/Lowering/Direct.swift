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
        let channelAxis = layout.channelAxis(rank: data.shape.rank)
        let plan = try DirectConvolution(
            site, axes: axes, layout: layout, groups: groups, outputs: site.outputType().shape[channelAxis])
        try plan.lower(
            axes.kind("transposed conv", groups: groups), site, &builder, units: arete_direct_conv_transpose_units, run,
            activation: activation)
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
