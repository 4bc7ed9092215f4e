// Products of float rows with a constant matrix, as convolutions with a window of one pixel.
import CKernels
import Graphs
import Tensors

/// rows [m, k] times a constant matrix, plus a bias of n.
struct PackedProduct {
    private let packed: PackedConvolution

    /// - Parameters:
    ///   - weights: [n, k], or [k, n] where `isTransposed`.
    ///   - bias: n elements.
    /// `nil` where the instruction set has no kernel for it, or its operands are not constant.
    init?(
        rows: Int, weights: Tensor?, isTransposed: Bool = false, bias: Tensor? = nil,
        bounds: (low: Float, high: Float) = (-.infinity, .infinity), _ builder: ProgramBuilder
    ) {
        guard let weights, weights.shape.rank == 2, weights.element == .float32,
            builder.kernels.packed.dense_float.run != nil,
            let matrix = isTransposed ? weights.transposed([1, 0]) : weights
        else { return nil }
        let (channels, depth) = (matrix.shape[0], matrix.shape[1])
        guard bias.map({ $0.elementCount == channels }) ?? true else { return nil }
        var conv = arete_conv()
        conv.window = arete_window(pixels: rows, channels: (depth, channels))
        conv.groups = 1
        guard
            let packed = PackedConvolution(
                conv, kernel: builder.kernels.packed.dense_float, data: .float32, weights: matrix, bias: bias,
                bounds: bounds)
        else { return nil }
        self.packed = packed
    }

    func lower(
        _ kind: String, input: Buffer, output: Buffer, _ builder: inout ProgramBuilder
    ) throws(OperatorFailure) {
        try packed.lower(kind, input: input, output: output, &builder, keeping: ())
    }

    /// Appends the packed weights, for a step that calls the kernel itself.
    func prepare(
        _ builder: inout ProgramBuilder
    ) throws(OperatorFailure) -> (call: PreparedCall, weights: Buffer, scratchBytes: Int) {
        let (call, weights) = try packed.pack(&builder)
        return (PreparedCall(call, keeping: ()), weights, call.scratchBytes)
    }
}

extension arete_window {
    /// Whether it is a single pixel, always inside the image.
    var isPointwise: Bool {
        kernel_height == 1 && kernel_width == 1 && pad_top == 0 && pad_left == 0
            && (output_height - 1) * stride_height < input_height && (output_width - 1) * stride_width < input_width
    }

    /// A row of pixels, each computed from the one at its place.
    init(pixels: Int, channels: (input: Int, output: Int)) {
        self.init(
            batch: 1, input_height: 1, input_width: pixels, input_channels: channels.input, output_height: 1,
            output_width: pixels, output_channels: channels.output, kernel_height: 1, kernel_width: 1,
            stride_height: 1, stride_width: 1, dilation_height: 1, dilation_width: 1, pad_top: 0, pad_left: 0)
    }
}
