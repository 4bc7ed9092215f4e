// Comparisons of quantized elements.
import CKernels
import Graphs
import Tensors

extension Binary {
    /// TFLite compares 8-bit elements by their real values in fixed point, which joins neighbours where the scale is
    /// small: also when both operands have one quantization. False where that does not apply.
    func lowerQuantizedComparison(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) -> Bool {
        let (a, b, output) = (try site.inputType(0), try site.inputType(1), site.outputType())
        guard builder.convention == .tflite, a.element == b.element, let kind = comparison,
            let from = a.quantization, let with = b.quantization, from.isPerTensor, with.isPerTensor
        else { return false }
        var prepared = arete_quantized_comparison()
        guard
            arete_quantized_comparison_prepare(
                &prepared, kind, a.element.kernelType, from.affine(), with.affine())
        else { return false }
        let nest = try LoopNest(
            over: output.shape, operands: [(output.element, output.shape), (a.element, a.shape), (b.element, b.shape)])
        let (left, right, result) = (try site.input(0), try site.input(1), site.output())
        let comparison = prepared
        let run = try builder.entry(\.quantized.compare_row)
        builder.step(
            "\(function) \(a.element)", reads: [left, right], writes: [result], units: nest.rowCount,
            grain: max(1, 16384 / nest.rowLength)
        ) { memory, range in
            withUnsafePointer(to: comparison) { comparison in
                nest.forEachRow(range) { offsets, steps, count in
                    run(
                        comparison, memory[left, as: UInt8.self] + offsets.1, steps.1,
                        memory[right, as: UInt8.self] + offsets.2, steps.2, memory[result, as: UInt8.self] + offsets.0,
                        count)
                }
            }
        }
        return true
    }

    private var comparison: arete_comparison? {
        switch function {
        case .equal: ARETE_COMPARE_EQUAL
        case .notEqual: ARETE_COMPARE_NOT_EQUAL
        case .less: ARETE_COMPARE_LESS
        case .lessOrEqual: ARETE_COMPARE_LESS_EQUAL
        case .greater: ARETE_COMPARE_GREATER
        case .greaterOrEqual: ARETE_COMPARE_GREATER_EQUAL
        default: nil
        }
    }
}
