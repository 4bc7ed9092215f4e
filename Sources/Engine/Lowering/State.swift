// Operators on variables.
import Graphs
import Tensors

extension ReadVariable: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        try builder.copy(
            from: try builder.variable(variable), to: site.output(), bytes: type.byteCount, "read variable")
    }
}

extension AssignVariable: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        try builder.copy(
            from: try site.input(0), to: try builder.variable(variable), bytes: type.byteCount, "assign variable")
    }
}

extension ProgramBuilder {
    /// The memory of input `index`, which must be a variable: the operator writes it.
    func state(_ site: Site, _ index: Int) throws(OperatorFailure) -> Buffer {
        let buffer = try site.input(index)
        guard variables.contains(buffer) else { throw .invalid("input \(index) must be a variable, for it is written") }
        return buffer
    }

    /// The memory of the graph's variable `index`.
    func variable(_ index: Int) throws(OperatorFailure) -> Buffer {
        guard variables.indices.contains(index) else { throw .invalid("there is no variable \(index)") }
        return variables[index]
    }
}
