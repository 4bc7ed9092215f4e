// Joining tensors of different quantizations.
import CKernels
import Graphs
import Tensors

extension Concat {
    func lowerQuantized(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        throw .invalid("joining \(try site.inputType(0)) of different quantizations is not supported")
    }
}
