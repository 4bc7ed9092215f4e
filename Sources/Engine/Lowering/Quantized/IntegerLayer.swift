// Layers of integers with constant weights, whose activations' zero point is known only as the model runs.
import CKernels
import Graphs
import Tensors

/// An integer convolution or matrix product on a packed kernel.
struct IntegerLayer {
    private var conv = arete_conv()
    private let data: ElementType
    /// In the order of the kernel.
    private let weights: Tensor
    private let zeroPoints: Tensor?
    private let isDepthwise: Bool
    private let sums: Tensor
    private let kind: String

    /// `nil` where no kernel takes the layer.
    init?(_ op: any Operator, _ site: Site, _ builder: ProgramBuilder) throws(OperatorFailure) {
        let kernels = builder.kernels.packed
        guard let given = site.optionalConstant(1), kernels.dense.run != nil,
            site.optionalInput(3) == nil || site.optionalConstant(3) != nil,
            (site.arguments.optionalType(2)?.shape.elementCount ?? 1) == 1
        else { return nil }
        let type = try site.inputType(0)
        (data, conv.requantization.output) = (type.element, ARETE_INT32)
        var turned: Tensor? = given
        switch op {
        case let op as IntegerConvolution:
            guard op.convolution.layout == .channelsLast, type.shape.rank == 4 else { return nil }
            let axes = try op.convolution.window(weights: given.shape).axes(over: [type.shape[1], type.shape[2]])
            let (inputs, outputs) = (type.shape[3], given.shape[0])
            conv.window = arete_window(axes, batch: type.shape[0], channels: (inputs, outputs))
            conv.groups = op.convolution.groups
            isDepthwise = conv.groups > 1 && conv.groups == inputs && kernels.depthwise.run != nil
            if isDepthwise {
                let (height, width) = (axes[0].size, axes[1].size)
                turned = given.transposed([1, 2, 3, 0])?
                    .reinterpreted(as: TensorType(given.element, [height, width, outputs]))
            }
            kind = axes.kind(isDepthwise ? "integer depthwise" : "integer conv", groups: isDepthwise ? 1 : conv.groups)
        case is IntegerMatMul:
            guard given.shape.rank == 2, type.shape.rank > 0, given.shape[0] > 0 else { return nil }
            let (depth, channels) = (given.shape[0], given.shape[1])
            conv.window = arete_window(pixels: type.shape.elementCount / depth, channels: (depth, channels))
            conv.groups = 1
            isDepthwise = false
            turned = given.transposed([1, 0])
            kind = "integer matmul \(depth)->\(channels)"
        default: return nil
        }
        let channels = conv.window.output_channels
        let zeros = (site.optionalConstant(3)?.integers ?? []).map { Int32(truncatingIfNeeded: $0) }
        guard let weights = turned, zeros.isEmpty || zeros.count == 1 || zeros.count == channels,
            let sums = weights.channelSums(channels: channels, isChannelLast: isDepthwise, zeroPoints: zeros)
        else { return nil }
        (self.weights, self.sums) = (weights, sums)
        zeroPoints = zeros.allSatisfy { $0 == 0 } ? nil : try? Tensor(.int32, [zeros.count], zeros)
        guard zeroPoints != nil || zeros.allSatisfy({ $0 == 0 }) else { return nil }
        conv.weight_zero_points = zeroPoints.map {
            UnsafePointer($0.baseAddress.assumingMemoryBound(to: Int32.self))
        }
        conv.weight_zero_point_step = zeros.count > 1 ? 1 : 0
    }

    /// Appends the steps: sums less what the zero point adds, or what `form` makes of them.
    /// - Parameters:
    ///   - owners: what `form` points to.
    ///   - scale: one float32, the data's.
    /// - Returns: false, with nothing appended, where no kernel takes the layer.
    func lower(
        _ form: arete_dynamic_output, keeping owners: [Tensor], scale: Buffer?, _ site: Site,
        _ builder: inout ProgramBuilder
    ) throws(OperatorFailure) -> Bool {
        let kernels = builder.kernels.packed
        guard
            let packed = PackedConvolution(
                conv, kernel: isDepthwise ? kernels.depthwise : kernels.dense, data: data, weights: weights, bias: nil)
        else { return false }
        var zeroPoint: (buffer: Buffer, isSigned: Bool)?
        if let given = site.optionalInput(2) {
            let element = try site.inputType(2).element
            guard element == .int8 || element == .uint8 else { return false }
            zeroPoint = (given, element == .int8)
        }
        let finish = DynamicFinish(
            form, keeping: owners, scales: .one(scale: scale, zeroPoint: zeroPoint), pixels: Int.max, weightSums: sums)
        try packed.lower(
            kind, input: try site.input(0), output: site.output(), &builder, keeping: zeroPoints, dynamic: finish)
        return true
    }
}
