// Resizing of quantized tensors as ONNX has it.
import Graphs
import Tensors

extension Resize {
    func lowerQuantized(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        try lowerThroughFloat(site, &builder)
    }
}
