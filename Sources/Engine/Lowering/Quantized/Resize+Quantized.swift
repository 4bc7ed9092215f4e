// Resizing of quantized tensors as ONNX has it.
import Graphs
import Tensors

extension Resize {
    func lowerQuantized(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        if builder.options.arithmetic == .fast, let image = try bilinear(site) {
            return try image.lowerQuantized(site, &builder)
        }
        try lowerThroughFloat(site, &builder)
    }

    /// The resizing of images of bytes by weights of 11 bits that this is, but for how it rounds; `nil` where it is another.
    private func bilinear(_ site: Site) throws(OperatorFailure) -> ResizeImage? {
        let (data, output) = (try site.inputType(0), site.outputType())
        guard case .linear = mode, !antialiases, data.quantization == output.quantization,
            data.quantization?.isPerTensor == true, data.element == output.element,
            [.int8, .uint8].contains(data.element),
            data.shape.rank == 4, output.shape.elementCount > 0, data.shape.elementCount > 0
        else { return nil }
        for (index, axis) in try resolvedAxes(site.arguments).enumerated() {
            let isResized = index == 1 || index == 2
            guard isResized || axis.input == axis.output, axis.start == 0, axis.end == 1,
                Float(axis.output) / Float(axis.input) == axis.scale
            else { return nil }
        }
        switch coordinates {
        case .halfPixel: return ResizeImage(isBilinear: true, alignsCorners: false, hasHalfPixelCentres: true)
        case .alignCorners: return ResizeImage(isBilinear: true, alignsCorners: true, hasHalfPixelCentres: false)
        case .asymmetric: return ResizeImage(isBilinear: true, alignsCorners: false, hasHalfPixelCentres: false)
        case .pytorchHalfPixel where output.shape[1] > 1 && output.shape[2] > 1:
            return ResizeImage(isBilinear: true, alignsCorners: false, hasHalfPixelCentres: true)
        default: return nil
        }
    }
}
