// Tables from bytes to floats.
import Graphs
import Tensors

extension FloatTable: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        guard entries.count == 256 else { throw .invalid("a table of \(entries.count) floats") }
        let (input, output, count) = (try site.input(0), site.output(), try site.inputType(0).shape.elementCount)
        let (table, apply) = (try builder.constant(.float32, entries), try builder.entry(\.quantized.float_table))
        builder.step("float table", reads: [input, table], writes: [output], units: count, grain: 16384) {
            memory, range in
            apply(
                memory[table, as: Float.self], memory[input, as: UInt8.self] + range.lowerBound, range.count,
                memory[output, as: Float.self] + range.lowerBound)
        }
    }
}
