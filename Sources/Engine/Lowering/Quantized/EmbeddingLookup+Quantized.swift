// Rows of a quantized table as floats.
import CKernels
import Graphs
import Tensors

extension EmbeddingLookup {
    func lowerQuantized(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        throw .invalid(
            "a table of \(try site.inputType(1).element) with results of \(site.outputType().element) is not supported")
    }
}
