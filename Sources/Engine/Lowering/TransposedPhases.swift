// Transposed convolutions as dense ones: the output pixels whose coordinates leave the same remainders by the strides
// see the same part of the kernel.
import CKernels
import Graphs
import Tensors

/// The dense convolutions that a transposed one is made of.
struct TransposedPhases {
    /// The transposed convolution; its kernel has no dilation and its weights one group.
    let conv: arete_conv
    let data: ElementType
    /// [outputs, rows, columns, inputs], with the value that stands for zero.
    let weights: Tensor
    let bias: Tensor?
    /// Bytes of an output element.
    let elementSize: Int
    var bounds: (low: Float, high: Float) = (-.infinity, .infinity)

    /// The part of one axis that the pixels of one remainder see.
    private struct Axis {
        /// First output coordinate, and how many there are, a stride apart.
        var first: Int, count: Int
        /// Kernel positions from the first input pixel that is read to the last.
        var taps: [Int]
        /// Pixels before the input's first that the window of the first output reads.
        var before: Int

        init(phase: Int, stride: Int, pad: Int, kernel: Int, output: Int) {
            first = ((phase - pad) % stride + stride) % stride
            count = first < output ? (output - 1 - first) / stride + 1 : 0
            // Kernel position k joins output y with input (y + pad - k) / stride, where that is whole.
            taps = Array(Swift.stride(from: phase, to: kernel, by: stride).reversed())
            before = (taps.first ?? phase) - (first + pad)
            before /= stride
        }
    }

    /// Appends a step for each pair of remainders. False, with nothing appended, where a kernel does not take one.
    func lower(
        kernel: arete_packed_conv_kernel, kind: String, input: Buffer, output: Buffer, _ builder: inout ProgramBuilder,
        keeping owner: some Sendable
    ) throws(OperatorFailure) -> Bool {
        let w = conv.window
        let (rowStride, columns) = (w.output_width * w.output_channels, w.output_channels)
        var parts: [PackedConvolution] = []
        for row in 0..<w.stride_height {
            let y = Axis(
                phase: row, stride: w.stride_height, pad: w.pad_top, kernel: w.kernel_height, output: w.output_height)
            for column in 0..<w.stride_width {
                let x = Axis(
                    phase: column, stride: w.stride_width, pad: w.pad_left, kernel: w.kernel_width,
                    output: w.output_width)
                if y.count == 0 || x.count == 0 { continue }
                let place = PackedConvolution.Place(
                    offset: (y.first * rowStride + x.first * columns) * elementSize,
                    pixelStride: w.stride_width * columns, rowStride: w.stride_height * rowStride,
                    imageStride: w.output_height * rowStride)
                guard
                    let part = PackedConvolution(
                        part(y, x), kernel: kernel, data: data, weights: try weights(y, x), bias: bias,
                        bounds: bounds, place: place)
                else { return false }
                parts.append(part)
            }
        }
        for part in parts { try part.lower(kind, input: input, output: output, &builder, keeping: owner) }
        return true
    }

    private func part(_ y: Axis, _ x: Axis) -> arete_conv {
        var part = conv
        part.groups = 1
        (part.window.output_height, part.window.output_width) = (y.count, x.count)
        (part.window.kernel_height, part.window.kernel_width) = (max(1, y.taps.count), max(1, x.taps.count))
        (part.window.stride_height, part.window.stride_width) = (1, 1)
        (part.window.pad_top, part.window.pad_left) = (y.before, x.before)
        return part
    }

    /// The weights at the taps; where no kernel position reaches the pixels, one that counts for nothing.
    private func weights(_ y: Axis, _ x: Axis) throws(OperatorFailure) -> Tensor {
        let w = conv.window
        let shape: Shape = [w.output_channels, max(1, y.taps.count), max(1, x.taps.count), w.input_channels]
        let depth = w.input_channels * weights.element.byteCount
        let zero = { (channel: Int) -> UInt8 in
            let index = channel * conv.weight_zero_point_step
            return conv.weight_zero_points.map { UInt8(truncatingIfNeeded: $0[index]) } ?? 0
        }
        do throws(TensorError) {
            return try Tensor(TensorType(weights.element, shape)) { target in
                var target = target[...]
                for channel in 0..<w.output_channels {
                    if y.taps.isEmpty || x.taps.isEmpty {
                        let count = shape.elementCount / w.output_channels * weights.element.byteCount
                        UnsafeMutableRawBufferPointer(rebasing: target.prefix(count)).copyBytes(
                            from: repeatElement(zero(channel), count: count))
                        target = target.dropFirst(count)
                        continue
                    }
                    for row in y.taps {
                        for column in x.taps {
                            let source = ((channel * w.kernel_height + row) * w.kernel_width + column) * depth
                            UnsafeMutableRawBufferPointer(rebasing: target.prefix(depth)).copyMemory(
                                from: UnsafeRawBufferPointer(start: weights.baseAddress + source, count: depth))
                            target = target.dropFirst(depth)
                        }
                    }
                }
            }
        } catch {
            throw .invalid("\(error)")
        }
    }
}
