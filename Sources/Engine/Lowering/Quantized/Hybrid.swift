// Layers of float data and integer weights: the data is quantized while the model runs.
import CKernels
import Graphs
import Tensors

extension Convolution {
    func lowerHybrid(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        throw .invalid("float data with integer weights is not supported")
    }
}

extension FullyConnected {
    func lowerHybrid(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        throw .invalid("float data with integer weights is not supported")
    }
}
