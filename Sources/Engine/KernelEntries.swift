// Entries of the table of kernels, as lowering takes them.
import CKernels
import Graphs

extension ProgramBuilder {
    /// An entry of `kernels` that every instruction set has, by inheritance from the portable one.
    func entry<Kernel>(_ kernel: KeyPath<arete_kernels, Kernel?>) throws(OperatorFailure) -> Kernel {
        guard let found = kernels[keyPath: kernel] else { throw .invalid("no kernel for this operator") }
        return found
    }
}
