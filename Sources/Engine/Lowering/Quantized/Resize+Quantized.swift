// Resized tensors of quantized elements.
import CKernels
import Graphs
import Tensors

extension Resize {
    func lowerQuantized(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        throw .invalid("resizing quantized \(try site.inputType(0).element) is not supported")
    }
}
