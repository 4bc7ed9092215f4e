// Pooling of quantized elements.
import CKernels
import Graphs
import Tensors

extension Pool {
    func lowerQuantized(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        throw .invalid("pooling of quantized \(try site.inputType(0).element) is not supported")
    }
}
