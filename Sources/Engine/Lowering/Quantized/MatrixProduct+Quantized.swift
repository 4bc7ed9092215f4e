// Fully connected layers of quantized data.
import CKernels
import Graphs
import Tensors

extension FullyConnected {
    func lowerQuantized(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        if try site.exceedsWords(builder.convention) { return try lowerThroughFloat(site, &builder) }
        let (data, weights, output) = (try site.inputType(0), try site.inputType(1), site.outputType())
        guard let inputQuantization = data.quantization, let weightQuantization = weights.quantization,
            inputQuantization.isPerTensor, weightQuantization.axis ?? 0 == 0
        else { throw .invalid("data must have one scale, weights one or one for each output") }
        let bias = site.arguments.optionalType(2)?.element
        let entry = try QuantizedEntry(input: data.element, weights: weights.element, bias: bias)
        if let bias, bias != .int32, !(bias == .int64 && entry == .s16Wide) {
            throw .invalid("a bias of \(bias) is not supported")
        }
        let rounding = Requantization.rounding(
            .fullyConnected, input: data.element, bias: bias, groups: 1, convention: builder.convention,
            arithmetic: builder.options.arithmetic)
        let requantization = try Requantization(
            rounding: rounding, input: inputQuantization, inputElement: data.element, weights: weightQuantization,
            output: output,
            activation: activation, layer: .fullyConnected)
        let (depth, channels) = (weights.shape[1], weights.shape[0])
        let rows = depth == 0 ? 0 : data.shape.elementCount / depth
        let layer = try FullyConnectedLayer(
            rows: rows, depth: depth, channels: channels, inputZeroPoint: inputQuantization.zeroPoint,
            weights: weightQuantization,
            requantization: requantization)
        let kind = "fully connected \(depth)->\(channels) \(data.element)"
        if let packed = PackedConvolution(layer.asConvolution, kernel: builder.kernels.packed.dense(data.element), site)
        {
            return try packed.lower(
                kind, input: try site.input(0), output: site.output(), &builder, keeping: layer)
        }
        guard let kernel = builder.kernels.matmul[entry] else {
            throw .invalid("\(data.element) data with \(weights.element) weights is not supported")
        }
        let scratch = builder.workerScratch(bytes: layer.scratchBytes)
        let (input, weight, result) = (try site.input(0), try site.input(1), site.output())
        let biasBuffer = site.optionalInput(2)
        builder.step(
            kind, reads: [input, weight] + (biasBuffer.map { [$0] } ?? []),
            writes: [result], scratch: scratch, units: channels, grain: max(1, 65536 / max(1, rows * depth))
        ) { memory, range in
            withUnsafePointer(to: layer.parameters) { parameters in
                kernel(
                    parameters, memory[input], memory[weight], biasBuffer.map { UnsafeRawPointer(memory[$0]) },
                    memory[result],
                    range.lowerBound, range.upperBound, memory[scratch])
            }
        }
    }
}

/// The kernels' structure of a fully connected layer with everything that it points to.
struct FullyConnectedLayer: @unchecked Sendable {
    private(set) var parameters = arete_fully_connected()
    private let requantization: Requantization
    private let zeroPoints: WeightZeroPoints

    init(
        rows: Int, depth: Int, channels: Int, inputZeroPoint: Int32, weights: Quantization,
        requantization: Requantization
    ) throws(OperatorFailure) {
        zeroPoints = try WeightZeroPoints(weights)
        self.requantization = requantization
        parameters.rows = rows
        parameters.depth = depth
        parameters.channels = channels
        parameters.input_zero_point = inputZeroPoint
        parameters.weight_zero_points = zeroPoints.pointer
        parameters.weight_zero_point_step = zeroPoints.step
        parameters.requantization = requantization.parameters
    }

    /// The same layer as a convolution with a window of one pixel over as many pixels as there are rows.
    var asConvolution: arete_conv {
        var conv = arete_conv()
        conv.window = arete_window(
            pixels: parameters.rows, channels: (parameters.depth, parameters.channels))
        conv.groups = 1
        conv.input_zero_point = parameters.input_zero_point
        conv.weight_zero_points = parameters.weight_zero_points
        conv.weight_zero_point_step = parameters.weight_zero_point_step
        conv.requantization = parameters.requantization
        return conv
    }

    var scratchBytes: Int { withUnsafePointer(to: parameters) { arete_fully_connected_scratch($0) } }
}

extension arete_matmul_kernels {
    subscript(entry: QuantizedEntry) -> arete_fully_connected_function? {
        switch entry {
        case .s8: s8
        case .u8: u8
        case .u8s8: u8s8
        case .s8u8: s8u8
        case .s16: s16
        case .s16Wide: s16_wide
        case .s16s16: s16s16
        }
    }
}
