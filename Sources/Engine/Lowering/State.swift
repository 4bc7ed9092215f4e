// Operators on variables.
import Graphs
import Tensors

extension ReadVariable: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        try builder.copy(from: try builder.variable(variable), to: site.output(), bytes: type.byteCount, "read variable")
    }
}

extension AssignVariable: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        try builder.copy(from: try site.input(0), to: try builder.variable(variable), bytes: type.byteCount, "assign variable")
    }
}

extension ProgramBuilder {
    /// The memory of the graph's variable `index`.
    func variable(_ index: Int) throws(OperatorFailure) -> Buffer {
        guard variables.indices.contains(index) else { throw .invalid("there is no variable \(index)") }
        return variables[index]
    }

    /// Appends a step that copies bytes.
    mutating func copy(from source: Buffer, to target: Buffer, bytes: Int, _ kind: String) throws(OperatorFailure) {
        step(kind, reads: [source], writes: [target], units: bytes, grain: 1 << 16) { memory, range in
            (memory[target] + range.lowerBound).copyMemory(from: memory[source] + range.lowerBound, byteCount: range.count)
        }
    }
}
