// Resizing of quantized images.
import CKernels
import Graphs
import Tensors

extension ResizeImage {
    /// Nearest neighbours are the same for every element type; this is the bilinear form.
    func lowerQuantized(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (data, output) = (try site.inputType(0), site.outputType())
        guard data.quantization == output.quantization, [.int8, .uint8, .int16].contains(data.element) else {
            return try lowerThroughFloat(site, &builder)
        }
        var resize = kernel(data, output.shape)
        switch (builder.options.arithmetic, data.element) {
        case (.fast, .int8), (.fast, .uint8): resize.arithmetic = ARETE_RESIZE_FAST
        case (_, .uint8): resize.arithmetic = ARETE_RESIZE_FLOAT
        default: resize.arithmetic = ARETE_RESIZE_FIXED
        }
        let (prepared, run) = (resize, try builder.entry(\.image.resize_bilinear))
        let scratch = builder.workerScratch(bytes: arete_quantized_resize_scratch(&resize))
        let (input, result) = (try site.input(0), site.output())
        builder.step(
            "bilinear resize \(data.element)", reads: [input], writes: [result], scratch: scratch,
            units: data.shape[0] * output.shape[1],
            grain: max(1, 4096 / max(1, output.shape[2] * data.shape[3]))
        ) { memory, range in
            withUnsafePointer(to: prepared) {
                run($0, memory[input], memory[result], range.lowerBound, range.upperBound, memory[scratch])
            }
        }
    }

    /// The kernel's description but for its arithmetic.
    func kernel(_ data: TensorType, _ output: Shape) -> arete_quantized_resize {
        var resize = arete_quantized_resize()
        (resize.batch, resize.channels) = (data.shape[0], data.shape[3])
        (resize.input_height, resize.input_width) = (data.shape[1], data.shape[2])
        (resize.output_height, resize.output_width) = (output[1], output[2])
        resize.alignment =
            alignsCorners
            ? ARETE_RESIZE_ALIGN_CORNERS : hasHalfPixelCentres ? ARETE_RESIZE_HALF_PIXEL : ARETE_RESIZE_CORNER
        resize.type = data.element.kernelType
        return resize
    }
}
