import Tensors

/// Everything that decides how an image becomes a model's input.
public struct InputSpecification: Hashable, Sendable {
    public let width: Int
    public let height: Int
    public let colour: InputOptions.Colour
    public let layout: InputOptions.Layout
    public let resize: InputOptions.Resize
    public let align: InputOptions.Align
    public let filter: InputOptions.Filter
    /// The pixel value of what a letterbox adds.
    public let pad: UInt8
    public let scale: Double
    /// One for each channel of the input.
    public let mean: [Double]
    public let std: [Double]
    /// The input's type: 8-bit or 16-bit integers, or floats.
    public let type: TensorType

    public var channels: Int { colour == .grey ? 1 : 3 }

    /// What `options` say and the model's input allows.
    ///
    /// What they leave open: size, layout and number of channels come from the input's shape; the numbers from the input's
    /// quantization where that is a usual one (a byte is then used as it is), else from `defaults`.
    /// - Throws: `VisionError.input` when the input is no image, is ambiguous or contradicts the options.
    public init(options: InputOptions, defaults: InputOptions, input port: TensorPort) throws(VisionError) {
        func fail(_ reason: String) -> VisionError { .input(reason: "'\(port.name)' \(port.type): \(reason)") }
        let element = port.type.element
        guard [.uint8, .int8, .uint16, .int16, .float16, .float32].contains(element) else {
            throw fail("an image cannot be put into \(element)")
        }
        let axes = try ImageAxes(port, options: options)
        let isGrey = axes.channels == 1
        // A default made for colour says nothing of a grey model.
        let usual = defaults.colour.flatMap { ($0 == .grey) == isGrey ? $0 : nil } ?? (isGrey ? .grey : .rgb)
        let colour = options.colour ?? usual
        guard (colour == .grey) == isGrey else {
            throw fail("\(axes.channels) channels cannot take colour \"\(colour.rawValue)\"")
        }
        let complete = options.completed(with: try Self.told(by: port)).completed(with: defaults)
        func perChannel(_ list: [Double]?, _ standard: Double) throws(VisionError) -> [Double] {
            let list = list ?? [standard]
            if list.count == axes.channels { return list }
            if list.count == 1 { return Array(repeating: list[0], count: axes.channels) }
            guard !options.saysNormalization, !list.isEmpty else {
                throw fail("\(list.count) values of mean or std do not fit \(axes.channels) channels")
            }
            return Array(repeating: list.reduce(0, +) / Double(list.count), count: axes.channels)
        }
        (width, height, layout) = (axes.width, axes.height, axes.layout)
        self.colour = colour
        resize = complete.resize ?? .stretch
        align = complete.align ?? .centre
        filter = complete.filter ?? .bilinear
        pad = UInt8(min(max((complete.pad ?? 0).rounded(), 0), 255))
        scale = complete.scale ?? 1
        mean = try perChannel(complete.mean, 0)
        std = try perChannel(complete.std, 1)
        type = port.type
    }

    /// The numbers that an integer input tells by itself: plain pixels where it has no quantization; bytes used as they are where
    /// an 8-bit one spans 0...1, -1...1 or 0...255; the ImageNet figures where it spans those; nothing for others.
    private static func told(by port: TensorPort) throws(VisionError) -> InputOptions {
        let element = port.type.element
        guard !element.isFloat, let range = element.integerRange else { return InputOptions() }
        guard let quantization = port.type.quantization else { return InputOptions(scale: 1) }
        guard quantization.isPerTensor, quantization.scale > 0, quantization.scale.isFinite else {
            throw .input(reason: "'\(port.name)': its quantization (\(quantization)) is not one scale for all")
        }
        guard element.byteCount == 1 else { return InputOptions() }
        let step = Double(quantization.scale)
        let lowest = step * Double(range.lowerBound - Int64(quantization.zeroPoint))
        let highest = step * Double(range.upperBound - Int64(quantization.zeroPoint))
        func spans(_ low: Double, _ high: Double, within share: Double) -> Bool {
            abs(lowest - low) <= share * (high - low) && abs(highest - high) <= share * (high - low)
        }
        if spans(0, 1, within: 0.02) || spans(-1, 1, within: 0.02) || spans(0, 255, within: 0.02) {
            return InputOptions(scale: step, mean: [-lowest], std: [1])
        }
        return spans(-2.118, 2.64, within: 0.04) ? .imageNet : InputOptions()
    }
}
