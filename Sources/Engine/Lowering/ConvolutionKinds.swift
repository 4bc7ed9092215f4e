// Depthwise and transposed convolutions.
import CKernels
import Graphs
import Tensors

extension DepthwiseConvolution: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        if try isQuantized(site) { return try lowerQuantized(site, &builder) }
        throw .invalid("a depthwise convolution of \(try site.inputType(0).element) is not supported")
    }
}

extension TransposedConvolution: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        if try isQuantized(site) { return try lowerQuantized(site, &builder) }
        throw .invalid("a transposed convolution of \(try site.inputType(0).element) is not supported")
    }
}
