// Some rows of a packed layer.
import CKernels

extension PackedCall {
    /// How its windows lie along the height; `nil` where rows of it cannot be computed alone: they must be bytes of one image,
    /// all results next to each other.
    var bandWindow: BandPlan.Window? {
        let window = layer.conv.window
        guard layer.input == ARETE_INT8 || layer.input == ARETE_UINT8, outputOffset == 0,
            layer.output_stride == window.output_channels,
            layer.output_row_stride == window.output_width * layer.output_stride
        else { return nil }
        return rowWindow
    }

    /// How the windows of its only image lie along the height.
    var rowWindow: BandPlan.Window? {
        let window = layer.conv.window
        // Far more than any layer has; so no product of these overflows.
        let most = 1 << 20
        guard window.batch == 1, window.input_height <= most, window.output_height <= most,
            window.kernel_height <= most, window.stride_height <= most, window.dilation_height <= most,
            (-most...most).contains(window.pad_top)
        else { return nil }
        return BandPlan.Window(
            inputRows: window.input_height, outputRows: window.output_height, kernel: window.kernel_height,
            stride: window.stride_height, dilation: window.dilation_height, padTop: window.pad_top)
    }

    /// Whether another image joins its results.
    var isPaired: Bool { layer.pair.function != nil }

    var outputRowBytes: Int { layer.output_row_stride * resultBytes }
    var inputRowBytes: Int { layer.conv.window.input_width * layer.input_stride }

    /// Which rows of an image and of a result a call is for, as far as it has to know.
    fileprivate struct Lines: Hashable {
        var rows, inputs: Int
        /// Rows of padding above the first window.
        var padTop: Int
    }

    /// What a call has to know of some rows of its result and the rows of its input that those depend on.
    fileprivate func lines(_ rows: Range<Int>, _ inputs: Range<Int>) -> Lines {
        let window = layer.conv.window
        return Lines(
            rows: rows.count, inputs: inputs.count,
            padTop: inputs.lowerBound + window.pad_top - rows.lowerBound * window.stride_height)
    }

    /// The layer for some rows; `nil` where the kernel does not take it. It reads and writes the first of them where the whole layer
    /// has its first row.
    fileprivate func cut(to lines: Lines) -> PackedCall? {
        var result = self
        result.layer.conv.window.input_height = lines.inputs
        result.layer.conv.window.output_height = lines.rows
        result.layer.conv.window.pad_top = lines.padTop
        result.layer.output_image_stride = lines.rows * layer.output_row_stride
        result.layer.pair.image_stride = lines.rows * layer.pair.row_stride
        return withUnsafePointer(to: result.layer, { kernel.takes($0) }) ? result : nil
    }
}

/// Bands of rows of one packed layer.
struct PackedBands {
    let call: PackedCall
    private let owner: any Sendable
    /// Bands of one size are the same call at other places.
    private var prepared: [PackedCall.Lines: PreparedCall] = [:]
    /// Scratch memory that the bands so far need.
    private(set) var scratchBytes = 0

    /// - Parameter owner: what else the call points to.
    init(_ call: PackedCall, keeping owner: any Sendable) { (self.call, self.owner) = (call, owner) }

    /// The layer for some rows of its result, from rows of its input that start `source` bytes after what is given to it as
    /// input; the result starts `target` bytes after the output. `nil` where the kernel does not take it.
    mutating func band(_ rows: Range<Int>, _ inputs: Range<Int>, source: Int, target: Int) -> PackedBand? {
        let lines = call.lines(rows, inputs)
        if prepared[lines] == nil {
            guard let part = call.cut(to: lines) else { return nil }
            prepared[lines] = PreparedCall(part, keeping: owner)
            scratchBytes = max(scratchBytes, part.scratchBytes)
        }
        return prepared[lines].map {
            PackedBand(
                call: $0, source: source, target: target, other: rows.lowerBound * call.layer.pair.row_stride)
        }
    }
}

/// Some rows of a packed layer.
struct PackedBand: Sendable {
    fileprivate let call: PreparedCall
    /// Bytes before the first row that is read, written, and paired with the results.
    fileprivate let source, target, other: Int

    func run(
        _ input: UnsafeRawPointer, _ packed: UnsafeRawPointer, _ output: UnsafeMutableRawPointer,
        _ scratch: UnsafeMutableRawPointer, other image: UnsafeRawPointer?
    ) {
        let units = 0..<call.units
        if let image {
            call.run(input + source, packed, output + target, units, scratch, other: image + other)
        } else {
            call.run(input + source, packed, output + target, units, scratch)
        }
    }
}
