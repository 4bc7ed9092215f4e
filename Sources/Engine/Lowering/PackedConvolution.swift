// Layers with constant weights, which are laid out once for the kernel.
import CKernels
import Graphs
import Tensors

/// A convolution, or a fully connected layer as one, that a packed kernel computes.
struct PackedConvolution: @unchecked Sendable {
    private var layer = arete_packed_conv()
    private let kernel: arete_packed_conv_kernel
    private let weights: Tensor
    private let bias: Tensor?
    /// Bytes from the start of the output to the first result.
    private var outputOffset = 0

    /// The node's data, weights and bias; `nil` where the instruction set has no kernel for the layer, or its weights are not
    /// constant bytes.
    /// - Parameter conv: what it points to must outlive this value.
    init?(
        _ conv: arete_conv, kernel: arete_packed_conv_kernel, _ site: Site,
        bounds: (low: Float, high: Float) = (-.infinity, .infinity)
    ) {
        guard let data = site.arguments.optionalType(0), let weights = site.optionalConstant(1),
            site.optionalConstant(2) != nil || site.optionalInput(2) == nil
        else { return nil }
        self.init(
            conv, kernel: kernel, data: data.element, weights: weights, bias: site.optionalConstant(2),
            bounds: bounds)
    }

    init?(
        _ conv: arete_conv, kernel: arete_packed_conv_kernel, data: ElementType, weights: Tensor, bias: Tensor?,
        bounds: (low: Float, high: Float) = (-.infinity, .infinity), place: Place? = nil
    ) {
        let isFloat = data == .float32
        guard kernel.run != nil, isFloat ? weights.element == .float32 : weights.element.byteCount == 1,
            isFloat || data == .int8 || data == .uint8,
            bias?.element ?? .int32 == (isFloat ? .float32 : .int32) || bias == nil
        else { return nil }
        self.kernel = kernel
        self.weights = weights
        self.bias = bias
        layer.conv = conv
        layer.input = data.kernelType
        layer.weights =
            switch weights.element {
            case .float32: ARETE_FLOAT32
            case .uint8, .uint4: ARETE_UINT8
            default: ARETE_INT8
            }
        (layer.low, layer.high) = bounds
        layer.input_stride = conv.window.input_channels * data.byteCount
        let place = place ?? Place(window: conv.window)
        layer.output_stride = place.pixelStride
        layer.output_row_stride = place.rowStride
        layer.output_image_stride = place.imageStride
        outputOffset = place.offset
        guard withUnsafePointer(to: layer, { kernel.takes($0) }) else { return nil }
    }

    /// Where the results lie in the output, in elements; the offset in bytes.
    struct Place {
        var offset = 0
        var pixelStride, rowStride, imageStride: Int

        init(offset: Int, pixelStride: Int, rowStride: Int, imageStride: Int) {
            (self.offset, self.pixelStride) = (offset, pixelStride)
            (self.rowStride, self.imageStride) = (rowStride, imageStride)
        }

        /// One result after the other.
        init(window: arete_window) {
            pixelStride = window.output_channels
            rowStride = window.output_width * pixelStride
            imageStride = window.output_height * rowStride
        }
    }

    /// Appends the packed weights and the step. `owner` holds what the layer's structure points to.
    func lower(
        _ kind: String, input: Buffer, output: Buffer, _ builder: inout ProgramBuilder, keeping owner: some Sendable
    ) throws(OperatorFailure) {
        let packed = try builder.packedConstant(
            bytes: withUnsafePointer(to: layer) { kernel.packed_bytes($0) }
        ) { target in
            withUnsafePointer(to: layer) { layer in
                kernel.pack(layer, weights.baseAddress, bias?.baseAddress, target)
            }
        }
        let outputOffset = outputOffset
        let scratch = builder.workerScratch(bytes: withUnsafePointer(to: layer) { kernel.scratch_bytes($0) })
        builder.step(
            kind, reads: [input, packed], writes: [output], scratch: scratch,
            units: withUnsafePointer(to: layer) { kernel.units($0) }
        ) { [call = Call(layer: layer, kernel: kernel)] memory, range in
            withExtendedLifetime(owner) {
                withUnsafePointer(to: call.layer) { layer in
                    call.kernel.run(
                        layer, memory[input], memory[packed], memory[output] + outputOffset, range.lowerBound,
                        range.upperBound, memory[scratch])
                }
            }
        }
    }

    /// What the step needs: not the weights as they came.
    private struct Call: @unchecked Sendable {
        var layer: arete_packed_conv
        var kernel: arete_packed_conv_kernel
    }
}
