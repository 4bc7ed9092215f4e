// Some rows of a packed layer.
import CKernels

extension PackedCall {
    /// How its windows lie along the height; `nil` where rows of it cannot be computed alone: they must be bytes of one image,
    /// all results next to each other.
    var bandWindow: BandPlan.Window? {
        let window = layer.conv.window
        // Far more than any layer has; so no product below overflows.
        let most = 1 << 20
        guard layer.input == ARETE_INT8 || layer.input == ARETE_UINT8, window.batch == 1, outputOffset == 0,
            window.input_height <= most, window.output_height <= most, window.kernel_height <= most,
            window.stride_height <= most, window.dilation_height <= most, (-most...most).contains(window.pad_top),
            layer.output_stride == window.output_channels,
            layer.output_row_stride == window.output_width * layer.output_stride
        else { return nil }
        return BandPlan.Window(
            inputRows: window.input_height, outputRows: window.output_height, kernel: window.kernel_height,
            stride: window.stride_height, dilation: window.dilation_height, padTop: window.pad_top)
    }

    /// Whether another image joins its results.
    var isPaired: Bool { layer.pair.function != nil }

    var outputRowBytes: Int { layer.output_row_stride * resultBytes }
    var inputRowBytes: Int { layer.conv.window.input_width * layer.input_stride }

    /// The layer for some rows of its result, from rows of its input that start `source` bytes after what is given to it as
    /// input; the result starts `target` bytes after the output. `nil` where the kernel does not take it.
    func band(_ rows: Range<Int>, _ inputs: Range<Int>, source: Int, target: Int) -> Band? {
        var band = layer
        let top = inputs.lowerBound + layer.conv.window.pad_top - rows.lowerBound * layer.conv.window.stride_height
        band.conv.window.input_height = inputs.count
        band.conv.window.output_height = rows.count
        band.conv.window.pad_top = top
        band.output_image_stride = rows.count * band.output_row_stride
        guard withUnsafePointer(to: band, { kernel.takes($0) }) else { return nil }
        return Band(
            layer: band, kernel: kernel, source: source, target: outputOffset + target,
            other: rows.lowerBound * layer.pair.row_stride, units: withUnsafePointer(to: band) { kernel.units($0) })
    }

    /// Some rows of a layer.
    struct Band: @unchecked Sendable {
        fileprivate var layer: arete_packed_conv
        fileprivate let kernel: arete_packed_conv_kernel
        /// Bytes before the first row that is read, written, and paired with the results.
        fileprivate let source, target, other: Int
        fileprivate let units: Int

        var scratchBytes: Int { withUnsafePointer(to: layer) { kernel.scratch_bytes($0) } }

        func run(
            _ input: UnsafeRawPointer, _ packed: UnsafeRawPointer, _ output: UnsafeMutableRawPointer,
            _ scratch: UnsafeMutableRawPointer, other image: UnsafeRawPointer?
        ) {
            var layer = layer
            layer.pair.other = image.map { ($0 + other).assumingMemoryBound(to: UInt8.self) }
            withUnsafePointer(to: layer) { kernel.run($0, input + source, packed, output + target, 0, units, scratch) }
        }
    }
}
