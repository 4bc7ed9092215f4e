// What the lowering of integer operators shares.
import CKernels
import Graphs
import Tensors

/// Whether the node computes on integers that stand for real numbers: its first input and its result are quantized.
func isQuantized(_ site: Site) throws(OperatorFailure) -> Bool {
    let input = try site.inputType(0)
    return input.element.isInteger && input.quantization != nil
}
