// Convolutions of integers with int32 sums as results and zero points that are computed while the model runs.
import CKernels
import Graphs
import Tensors

extension IntegerConvolution: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (data, weights) = (try site.inputType(0), try site.inputType(1))
        guard convolution.layout == .channelsLast, data.shape.rank == 4 else {
            throw .invalid("integer convolutions need images with channels last, not data of \(data.shape)")
        }
        if let layer = try IntegerLayer(self, site, builder),
            try layer.lower(arete_dynamic_output(), keeping: [], scale: nil, site, &builder)
        {
            return
        }
        let axes = try convolution.window(weights: weights.shape).axes(over: [data.shape[1], data.shape[2]])
        let entry = try QuantizedEntry(input: data.element, weights: weights.element, bias: nil)
        var conv = arete_conv()
        conv.window = arete_window(axes, batch: data.shape[0], channels: (data.shape[3], weights.shape[0]))
        conv.groups = convolution.groups
        conv.requantization.output = ARETE_INT32
        let prepared = Prepared(conv: conv)
        guard let kernel = builder.kernels.conv.conv2d[entry] else {
            throw .invalid("\(data.element) data with \(weights.element) weights is not supported")
        }
        let scratch = builder.workerScratch(bytes: withUnsafePointer(to: conv) { arete_conv2d_scratch($0) })
        let (input, weight, output) = (try site.input(0), try site.input(1), site.output())
        let a = try builder.zeroPoints(site, 2, counts: [1])?.buffer
        let b = try builder.zeroPoints(site, 3, counts: [1, weights.shape[0]])
        let (bBuffer, bStep) = (b?.buffer, (b?.count ?? 1) > 1 ? 1 : 0)
        builder.step(
            axes.kind("integer conv", groups: convolution.groups),
            reads: [input, weight] + [a, bBuffer].compactMap { $0 },
            writes: [output], scratch: scratch, units: data.shape[0] * axes[0].output * axes[1].output,
            grain: max(1, 65536 / max(1, weights.shape.elementCount))
        ) { memory, range in
            var current = prepared.conv
            if let a { current.input_zero_point = memory[a, as: Int32.self][0] }
            if let bBuffer {
                current.weight_zero_points = UnsafePointer(memory[bBuffer, as: Int32.self])
                current.weight_zero_point_step = bStep
            }
            kernel(
                &current, memory[input], memory[weight], nil, memory[output], range.lowerBound, range.upperBound,
                memory[scratch])
        }
    }

    /// The kernels' structure; its pointers are set as it runs.
    private struct Prepared: @unchecked Sendable {
        var conv: arete_conv
    }
}
