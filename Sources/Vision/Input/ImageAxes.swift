import Tensors

/// Where the axes of an image lie in the shape of a model's input.
struct ImageAxes: Hashable, Sendable {
    let width: Int
    let height: Int
    let channels: Int
    let layout: InputOptions.Layout

    /// - Throws: `VisionError.input` when the input is no image, is ambiguous or contradicts the options.
    init(_ port: TensorPort, options: InputOptions) throws(VisionError) {
        func fail(_ reason: String) -> VisionError { .input(reason: "'\(port.name)' \(port.type): \(reason)") }
        var dimensions = port.type.shape.dimensions
        if dimensions.count == 4 {
            guard dimensions[0] == 1 else { throw fail("it takes \(dimensions[0]) images at once") }
            dimensions.removeFirst()
        }
        guard dimensions.count == 3, port.type.byteCount > 0, port.type.byteCount < 1 << 34 else {
            throw fail("it is no image of 1 or 3 channels")
        }
        let isFirst = dimensions[0] == 1 || dimensions[0] == 3
        let isLast = dimensions[2] == 1 || dimensions[2] == 3
        switch (options.layout, isFirst, isLast) {
        case (.nchw, true, _), (nil, true, false):
            (channels, height, width, layout) = (dimensions[0], dimensions[1], dimensions[2], .nchw)
        case (.nhwc, _, true), (nil, false, true):
            (height, width, channels, layout) = (dimensions[0], dimensions[1], dimensions[2], .nhwc)
        case (nil, true, true):
            throw fail("\"layout\" must say whether the channels come first (nchw) or last (nhwc)")
        case (let layout?, _, _): throw fail("layout \"\(layout.rawValue)\" leaves no axis of 1 or 3 channels")
        case (nil, false, false): throw fail("it is no image of 1 or 3 channels")
        }
        if let width = options.width, width != self.width { throw fail("its width is not \(width)") }
        if let height = options.height, height != self.height { throw fail("its height is not \(height)") }
    }
}
