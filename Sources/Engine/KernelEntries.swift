// Entries of the table of kernels, as lowering takes them.
import CKernels
import Graphs

extension ProgramBuilder {
    /// An entry of `kernels` that every instruction set has, by inheritance from the portable one.
    ///
    /// A function, not a key path: to make those when the program runs takes as long as to lower an operator.
    @inline(__always)
    func entry<Kernel>(_ kernel: (arete_kernels) -> Kernel?) throws(OperatorFailure) -> Kernel {
        guard let found = kernel(kernels) else { throw .invalid("no kernel for this operator") }
        return found
    }
}
