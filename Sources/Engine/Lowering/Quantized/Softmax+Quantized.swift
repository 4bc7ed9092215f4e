// Softmax of quantized elements.
import CKernels
import Graphs
import Tensors

extension Softmax {
    func lowerQuantized(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        throw .invalid("\(function) of quantized \(try site.inputType(0).element) is not supported")
    }
}
