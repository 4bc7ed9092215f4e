// Softmax of quantized elements.
import CKernels
import Graphs
import Tensors

extension Softmax {
    func lowerQuantized(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (data, output) = (try site.inputType(0), site.outputType())
        let axis = try data.shape.checked(axis: axis)
        guard builder.convention == .tflite, axis == data.shape.rank - 1, let from = data.quantization,
            let to = output.quantization,
            from.isPerTensor, to.isPerTensor, function != .hardmax
        else { return try lowerThroughFloat(site, &builder) }
        let arithmetic = builder.options.arithmetic == .fast ? ARETE_FAST : ARETE_EXACT
        var softmax = arete_quantized_softmax()
        let (source, target) = (data.element.kernelType, output.element.kernelType)
        let isPrepared =
            function == .softmax
            ? arete_quantized_softmax_prepare(&softmax, arithmetic, source, from.scale, beta, target, to.affine())
            : source == target && arete_quantized_log_softmax_prepare(&softmax, arithmetic, source, from.scale)
        guard isPrepared else { return try lowerThroughFloat(site, &builder) }
        let depth = data.shape[axis]
        let prepared = softmax
        let isSoftmax = function == .softmax
        let run = try builder.entry { isSoftmax ? $0.quantized.softmax_rows : $0.quantized.log_softmax_rows }
        let (input, result) = (try site.input(0), site.output())
        let (inputSize, outputSize) = (data.element.byteCount, output.element.byteCount)
        builder.step(
            "\(function) \(data.element)", reads: [input], writes: [result],
            units: depth == 0 ? 0 : data.shape.elementCount / depth,
            grain: max(1, 4096 / max(1, depth))
        ) { memory, range in
            withUnsafePointer(to: prepared) {
                run(
                    $0, memory[input] + range.lowerBound * depth * inputSize, range.count, depth,
                    memory[result] + range.lowerBound * depth * outputSize)
            }
        }
    }
}
