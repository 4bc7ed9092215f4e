// Functions of two quantized elements.
import CKernels
import Graphs
import Tensors

extension Binary {
    func lowerQuantized(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (a, b, output) = (try site.inputType(0), try site.inputType(1), site.outputType())
        if function.isComparison, a.quantization == b.quantization { return try lowerPlain(site, &builder) }
        if function == .maximum || function == .minimum, a.quantization == b.quantization,
            a.quantization == output.quantization, activation == .none
        {
            return try lowerPlain(site, &builder)
        }
        guard builder.convention == .tflite, let operation, let from = a.quantization, let with = b.quantization,
            let to = output.quantization,
            from.isPerTensor, with.isPerTensor, to.isPerTensor, a.element == output.element,
            b.element == a.element || function == .prelu
        else { return try lowerThroughFloat(site, &builder) }
        var prepared = arete_quantized_binary()
        let isFast =
            builder.options.arithmetic == .fast
            && arete_fast_binary_covers(operation, a.element.kernelType, from.affine(), with.affine(), to.affine())
        let (low, high) = activation.bounds ?? (-.infinity, .infinity)
        guard activation == .none || activation.bounds != nil,
            arete_quantized_binary_prepare(
                &prepared, operation, isFast ? ARETE_FAST : ARETE_EXACT, a.element.kernelType, from.affine(),
                with.affine(), to.affine(),
                low, high, false)
        else { return try lowerThroughFloat(site, &builder) }

        let nest = try LoopNest(
            over: output.shape, operands: [(output.element, output.shape), (a.element, a.shape), (b.element, b.shape)])
        let (left, right, result) = (try site.input(0), try site.input(1), site.output())
        let (aSize, bSize) = (a.element.byteCount, b.element.byteCount)
        let binary = prepared
        var inPlace: [(source: Buffer, target: Buffer)] = []
        if a.shape == output.shape { inPlace.append((left, result)) }
        if b.shape == output.shape, b.element == output.element, right != left { inPlace.append((right, result)) }
        builder.step(
            "\(function) \(a.element)", reads: [left, right], writes: [result], units: nest.rowCount,
            grain: max(1, 16384 / nest.rowLength),
            inPlace: inPlace
        ) { memory, range in
            withUnsafePointer(to: binary) { binary in
                nest.forEachRow(range) { offsets, steps, count in
                    arete_quantized_binary_row(
                        binary, memory[left] + offsets.1, steps.1 / aSize, memory[right] + offsets.2, steps.2 / bSize,
                        memory[result] + offsets.0, count)
                }
            }
        }
    }

    private var operation: arete_quantized_binary_operation? {
        switch function {
        case .add: ARETE_QUANTIZED_ADD
        case .subtract: ARETE_QUANTIZED_SUB
        case .multiply: ARETE_QUANTIZED_MUL
        case .squaredDifference: ARETE_QUANTIZED_SQUARED_DIFFERENCE
        case .divide: ARETE_QUANTIZED_DIV
        case .prelu: ARETE_QUANTIZED_PRELU
        default: nil
        }
    }
}
