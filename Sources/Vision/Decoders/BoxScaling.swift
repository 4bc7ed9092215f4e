import Tensors

/// What the numbers of a box count.
enum BoxUnits: String, CaseIterable, Sendable {
    /// Shares of the input's width and height.
    case normalized
    /// Pixels of the input.
    case pixels
    /// Told from the numbers themselves.
    case auto
}

/// How a model's boxes become pixels of its input.
struct BoxScaling: Hashable, Sendable {
    private let units: BoxUnits
    private let inputWidth: Float
    private let inputHeight: Float

    /// With `auto`, a quantized output whose greatest value is about 1 cannot hold pixels; others are judged as they come.
    init(units: BoxUnits, output: TensorPort, model: DecoderModel) {
        inputWidth = Float(model.inputWidth)
        inputHeight = Float(model.inputHeight)
        guard units == .auto, let range = output.type.element.integerRange, let quantization = output.type.quantization
        else {
            self.units = units
            return
        }
        let greatest = quantization.scale * (Float(range.upperBound) - Float(quantization.zeroPoint))
        self.units = greatest <= 2.5 ? .normalized : .pixels
    }

    /// Factors to pixels for the boxes in this output. Where units have to be told, 64 centres spread over all rows are looked
    /// at: they follow the grid whatever the image shows, so that in pixels some lie far beyond 1.
    func factors(head: Head, view: OutputView) -> (x: Float, y: Float) {
        switch units {
        case .pixels: return (1, 1)
        case .normalized: return (inputWidth, inputHeight)
        case .auto:
            let step = max(1, head.rows / 64)
            let isPixels = stride(from: 0, to: head.rows, by: step).contains { row in
                max(view.real(head.element(row: row, channel: 0)), view.real(head.element(row: row, channel: 1))) > 2.5
            }
            return isPixels ? (1, 1) : (inputWidth, inputHeight)
        }
    }
}
