// Layers of bytes with constant weights, which are laid out once for the kernel.
import CKernels
import Graphs
import Tensors

/// A convolution, or a fully connected layer as one, that a packed kernel computes.
struct PackedConvolution: @unchecked Sendable {
    private var layer = arete_packed_conv()
    private let kernel: arete_packed_conv_kernel
    private let weights: Tensor
    private let bias: Tensor?

    /// `nil` where the instruction set has no kernel for the layer, or its weights are not constant bytes.
    /// - Parameter conv: what it points to must outlive this value.
    init?(_ conv: arete_conv, kernel: arete_packed_conv_kernel, _ site: Site) {
        guard kernel.run != nil, let data = site.arguments.optionalType(0),
            let weights = site.optionalConstant(1), weights.element.byteCount == 1,
            data.element == .int8 || data.element == .uint8
        else { return nil }
        bias = site.optionalConstant(2)
        guard bias?.element ?? .int32 == .int32, bias != nil || site.optionalInput(2) == nil else { return nil }
        self.kernel = kernel
        self.weights = weights
        layer.conv = conv
        layer.input = data.element.kernelType
        layer.weights = weights.element == .uint8 || weights.element == .uint4 ? ARETE_UINT8 : ARETE_INT8
        layer.input_stride = conv.window.input_channels
        layer.output_stride = conv.window.output_channels
        guard withUnsafePointer(to: layer, { kernel.takes($0) }) else { return nil }
    }

    /// Appends the packed weights and the step. `owner` holds what the layer's structure points to.
    func lower(
        _ kind: String, _ site: Site, _ builder: inout ProgramBuilder, keeping owner: some Sendable
    ) throws(OperatorFailure) {
        let (input, output) = (try site.input(0), site.output())
        let packed = try builder.packedConstant(
            bytes: withUnsafePointer(to: layer) { kernel.packed_bytes($0) }
        ) { target in
            withUnsafePointer(to: layer) { layer in
                kernel.pack(
                    layer, weights.baseAddress, bias?.baseAddress.assumingMemoryBound(to: Int32.self), target)
            }
        }
        let scratch = builder.workerScratch(bytes: withUnsafePointer(to: layer) { kernel.scratch_bytes($0) })
        builder.step(
            kind, reads: [input, packed], writes: [output], scratch: scratch,
            units: withUnsafePointer(to: layer) { kernel.units($0) }
        ) { [self] memory, range in
            withExtendedLifetime(owner) {
                withUnsafePointer(to: layer) { layer in
                    kernel.run(
                        layer, memory[input], memory[packed], memory[output], range.lowerBound, range.upperBound,
                        memory[scratch])
                }
            }
        }
    }
}
