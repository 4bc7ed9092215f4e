// Convolutions and matrix products of the types that OpenBLAS does not compute.
import CKernels
import Graphs
import Tensors

extension Convolution {
    func lowerDirect(_ site: Site, _ builder: inout ProgramBuilder, axes: [Window.Axis]) throws(OperatorFailure) {
        throw .invalid("a convolution of \(try site.inputType(0)) is not supported")
    }
}

extension MatMul {
    func lowerDirect(_ site: Site, _ builder: inout ProgramBuilder, _ sizes: Sizes) throws(OperatorFailure) {
        throw .invalid("a matrix product of \(try site.inputType(0).element) is not supported")
    }
}

extension Gemm {
    func lowerDirect(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        throw .invalid("a matrix product of \(try site.inputType(0).element) is not supported")
    }
}
