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
        guard kernel.run != nil, Self.takes(bias, of: data) else { return nil }
        switch data {
        case .float32: guard weights.element == .float32 else { return nil }
        case .int8, .uint8: guard weights.element.byteCount == 1 else { return nil }
        case .int16:
            guard weights.element == .int8 || weights.element == .int4, conv.input_zero_point == 0,
                conv.weight_zero_points == nil,
                bias?.element != .int64 || Self.sumsFit(weights, channels: conv.window.output_channels)
            else { return nil }
        default: return nil
        }
        self.kernel = kernel
        self.weights = weights
        self.bias = bias
        if let bias, bias.element == .int64 {
            layer.wide = true
            layer.wide_bias = bias.baseAddress.assumingMemoryBound(to: Int64.self)
        }
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

    /// Whether a layer of such data can have the bias.
    private static func takes(_ bias: Tensor?, of data: ElementType) -> Bool {
        guard let bias else { return true }
        return bias.element == (data == .float32 ? .float32 : .int32) || data == .int16 && bias.element == .int64
    }

    /// Whether the sums of 16-bit data times `weights` fit 32 bits, whatever the data. Channels are the first axis of the
    /// weights, or the last one of depthwise weights, which have three.
    private static func sumsFit(_ weights: Tensor, channels: Int) -> Bool {
        guard channels > 0, weights.shape.rank > 0 else { return false }
        let isDepthwise = weights.shape.rank == 3
        let depth = weights.elementCount / channels
        return weights.withUnsafeBytes { bytes in
            let values = bytes.bindMemory(to: Int8.self)
            return (0..<channels).allSatisfy { channel in
                var sum = 0
                for k in 0..<depth {
                    sum += Int(values[isDepthwise ? k * channels + channel : channel * depth + k].magnitude)
                }
                return sum < 1 << 16
            }
        }
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
                kernel.pack(layer, weights.baseAddress, layer.pointee.wide ? nil : bias?.baseAddress, target)
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

extension arete_packed_conv_kernels {
    /// The dense kernel for data of a type; its functions are `nil` where there is none.
    func dense(_ data: ElementType) -> arete_packed_conv_kernel {
        data == .float32 ? dense_float : data == .int16 ? dense_word : dense
    }

    /// The depthwise kernel for data of a type.
    func depthwise(_ data: ElementType) -> arete_packed_conv_kernel {
        data == .float32 ? depthwise_float : data == .int16 ? depthwise_word : depthwise
    }
}
