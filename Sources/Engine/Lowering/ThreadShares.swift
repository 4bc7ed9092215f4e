// A packed layer cut into one band of rows for each thread.
import CKernels

/// The calls that compute a layer together, each some rows of its result from the rows of the image that those depend on.
///
/// Layers that follow each other are cut at the same places, so a thread finds most of what it reads in its own cache: fetched
/// from another core it would take several times as long, where cores lie far apart longer than the layer itself.
struct ThreadShares: Sendable {
    private let shares: [PackedBand]
    let scratchBytes: Int

    var count: Int { shares.count }

    /// What a band may begin with, so that results have the same bits however the layer is cut.
    enum Cut: Sendable {
        /// Any pixel, where windows are pixels.
        case pixels
        case rows
        case never
    }

    /// What is known of a layer before it is.
    struct Rule: Sendable {
        var threads: Int
        var cut: Cut
        /// How many weights the layer has.
        var weights: Int
    }

    /// `nil` where the layer is better cut in other ways, or cannot be cut so.
    /// - Parameter owner: what else the call points to.
    init?(_ call: PackedCall, _ rule: Rule, keeping owner: any Sendable) {
        guard rule.threads > 1, rule.cut != .never, call.isImage(withManyWeights: rule.weights) else { return nil }
        let line = rule.cut == .pixels ? call.asLineOfPixels : nil
        let whole = line ?? call
        guard let window = whole.rowWindow else { return nil }
        // Kernels compute single pixels in other ways.
        let threads = min(rule.threads, line == nil ? window.outputRows : window.outputRows / 8)
        guard threads > 1 else { return nil }
        var shares: [PackedBand] = []
        var bands = PackedBands(whole, keeping: owner)
        for index in 0..<threads {
            let rows = ThreadPool.band(index, of: threads, units: window.outputRows)
            let inputs = window.inputs(for: rows)
            guard
                let share = bands.band(
                    rows, inputs, source: inputs.lowerBound * whole.inputRowBytes,
                    target: rows.lowerBound * whole.outputRowBytes)
            else { return nil }
            shares.append(share)
        }
        (self.shares, scratchBytes) = (shares, bands.scratchBytes)
    }

    /// Computes some of the shares. `scratch` is the calling thread's own.
    func run(
        _ input: UnsafeRawPointer, _ packed: UnsafeRawPointer, _ output: UnsafeMutableRawPointer, _ range: Range<Int>,
        _ scratch: UnsafeMutableRawPointer, other: UnsafeRawPointer?
    ) {
        for index in range { shares[index].run(input, packed, output, scratch, other: other) }
    }
}

extension PackedCall {
    /// Whether the layer's images are not far smaller than its weights, which threads better shared then.
    fileprivate func isImage(withManyWeights weights: Int) -> Bool {
        let window = layer.conv.window
        let read = window.input_height * window.input_width * window.input_channels
        let written = window.output_height * window.output_width * window.output_channels
        return window.output_width > 1 && weights / 4 <= read + written
    }

    /// The layer as one whose rows are single pixels; `nil` where pixels have neighbours.
    fileprivate var asLineOfPixels: PackedCall? {
        let pixels = layer.conv.window.output_height * layer.conv.window.output_width
        guard isPointwise else { return nil }
        var result = self
        result.layer.conv.window.input_height = pixels
        result.layer.conv.window.output_height = pixels
        result.layer.conv.window.input_width = 1
        result.layer.conv.window.output_width = 1
        result.layer.output_row_stride = layer.output_stride
        result.layer.output_image_stride = pixels * layer.output_stride
        result.layer.pair.row_stride = layer.pair.stride
        result.layer.pair.image_stride = pixels * layer.pair.stride
        return result
    }

    /// Whether each result depends on the pixel at its place alone, and all pixels follow each other evenly.
    private var isPointwise: Bool {
        let window = layer.conv.window
        return window.batch == 1 && window.kernel_height == 1 && window.kernel_width == 1
            && window.stride_height == 1 && window.stride_width == 1 && window.pad_top == 0 && window.pad_left == 0
            && window.output_height == window.input_height && window.output_width == window.input_width
            && layer.output_row_stride == window.output_width * layer.output_stride
            && (!isPaired || layer.pair.row_stride == window.output_width * layer.pair.stride)
    }
}
