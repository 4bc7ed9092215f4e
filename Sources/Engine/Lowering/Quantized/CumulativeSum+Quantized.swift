// Running sums of quantized elements.
import CKernels
import Graphs
import Tensors

extension CumulativeSum {
    func lowerQuantized(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        throw .invalid("running sums of quantized \(try site.inputType(0).element) are not supported")
    }
}
