// Means, sums and extremes of quantized elements.
import CKernels
import Graphs
import Tensors

extension Reduce {
    func lowerQuantized(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (data, output) = (try site.inputType(0), site.outputType())
        guard let from = data.quantization, let to = output.quantization, from.isPerTensor, to.isPerTensor else {
            return try lowerThroughFloat(site, &builder)
        }
        guard function == .mean || function == .sum, data.element == output.element,
            builder.convention == .tflite || function == .mean
        else { return try lowerThroughFloat(site, &builder) }
        let axes = try resolvedAxes(site.arguments)
        let reduces = (0..<data.shape.rank).map { axes.contains($0) }
        var plan = arete_reduce_plan()
        guard arete_reduce_begin(&plan, data.shape.rank, data.shape.dimensions, reduces) else {
            throw .invalid("\(data.shape) has too many dimensions")
        }
        let count = axes.reduce(1) { $0 * data.shape[$1] }
        var reduction = arete_quantized_reduction()
        let element = data.element.kernelType
        let isMean = function == .mean
        let isFast =
            (builder.options.arithmetic == .fast || builder.convention == .onnx)
            && arete_quantized_reduction_prepare(
                &reduction, ARETE_FAST, isMean, element, count, from.affine(), to.affine())
        guard
            isFast || builder.convention == .tflite,
            isFast
                || arete_quantized_reduction_prepare(
                    &reduction, ARETE_EXACT, isMean, element, count, from.affine(), to.affine())
        else {
            return try lowerThroughFloat(site, &builder)
        }
        let (prepared, shape) = (reduction, plan)
        let run = try builder.entry(\.quantized.reduce)
        let (input, result) = (try site.input(0), site.output())
        builder.step(
            "\(function) \(data.element)", reads: [input], writes: [result], units: output.shape.elementCount,
            grain: max(1, 16384 / max(1, count))
        ) { memory, range in
            withUnsafePointer(to: prepared) { prepared in
                withUnsafePointer(to: shape) {
                    run(prepared, $0, memory[input], memory[result], range.lowerBound, range.upperBound)
                }
            }
        }
    }
}
