import JSON

/// How an image becomes a model's input, as far as somebody has said so; what is `nil` is found from the model.
public struct InputOptions: Hashable, Sendable {
    public enum Colour: String, CaseIterable, Sendable { case rgb, bgr, grey }

    public enum Layout: String, CaseIterable, Sendable { case nchw, nhwc }

    public enum Resize: String, CaseIterable, Sendable {
        /// As large as fits, proportions kept, the rest filled with the pad value.
        case letterbox
        /// To the input's size, proportions not kept.
        case stretch
        /// As small as covers the input, proportions kept, what hangs over cut off.
        case crop
    }

    public enum Align: String, CaseIterable, Sendable {
        case centre
        case topLeft = "top-left"
    }

    public enum Filter: String, CaseIterable, Sendable {
        /// Between the nearest pixels, as most models were trained.
        case bilinear
        /// The mean of the area that a pixel covers when shrinking, which keeps thin lines.
        case area
    }

    public var width: Int?
    public var height: Int?
    public var colour: Colour?
    public var layout: Layout?
    public var resize: Resize?
    public var align: Align?
    public var filter: Filter?
    /// The pixel value, 0...255, of what a letterbox adds.
    public var pad: Double?
    /// With `mean` and `std`: the model's input is `(pixel * scale - mean) / std`, a mean and std for each channel or for all.
    public var scale: Double?
    public var mean: [Double]?
    public var std: [Double]?
    /// The name of a second input, for a picture of the same thing as it should be: made ready as the image is.
    public var reference: String?

    public init(
        width: Int? = nil, height: Int? = nil, colour: Colour? = nil, layout: Layout? = nil, resize: Resize? = nil,
        align: Align? = nil, filter: Filter? = nil, pad: Double? = nil, scale: Double? = nil, mean: [Double]? = nil,
        std: [Double]? = nil, reference: String? = nil
    ) {
        self.width = width
        self.height = height
        self.colour = colour
        self.layout = layout
        self.resize = resize
        self.align = align
        self.filter = filter
        self.pad = pad
        self.scale = scale
        self.mean = mean
        self.std = std
        self.reference = reference
    }

    /// Whether anything is said of how pixel values become numbers.
    public var saysNormalization: Bool { scale != nil || mean != nil || std != nil }

    /// These options, and those of `others` where these are silent. Scale, mean and std belong together.
    public func completed(with others: InputOptions) -> InputOptions {
        let numbers = saysNormalization ? self : others
        return InputOptions(
            width: width ?? others.width, height: height ?? others.height, colour: colour ?? others.colour,
            layout: layout ?? others.layout, resize: resize ?? others.resize, align: align ?? others.align,
            filter: filter ?? others.filter, pad: pad ?? others.pad, scale: numbers.scale, mean: numbers.mean,
            std: numbers.std, reference: reference ?? others.reference)
    }
}

extension InputOptions {
    /// The mean and standard deviation of ImageNet's pixels, which many networks were trained with.
    static let imageNet = InputOptions(scale: 1 / 255.0, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225])

    /// Reads the `input` block of a preset.
    init(_ fields: JSONFields) throws(JSONError) {
        width = try fields.integer("width", in: 1...65536)
        height = try fields.integer("height", in: 1...65536)
        colour = try fields.choice("colour")
        layout = try fields.choice("layout")
        resize = try fields.choice("resize")
        align = try fields.choice("align")
        filter = try fields.choice("filter")
        pad = try fields.number("pad", in: 0...255)
        scale = try fields.number("scale", in: -1e6...1e6)
        mean = try fields.numbers("mean", in: -1e6...1e6)
        std = try fields.numbers("std", in: 1e-6...1e6)
        reference = try fields.string("reference")
        for (key, list) in [("mean", mean), ("std", std)] {
            if let list, list.count != 1, list.count != 3 { throw fields.failure(key, "must hold 1 or 3 numbers") }
        }
        try fields.finish()
    }
}
