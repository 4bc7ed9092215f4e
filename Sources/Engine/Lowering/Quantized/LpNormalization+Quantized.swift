// Norms of quantized elements.
import CKernels
import Graphs
import Tensors

extension LpNormalization {
    func lowerQuantized(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        throw .invalid("a norm of quantized \(try site.inputType(0).element) is not supported")
    }
}
