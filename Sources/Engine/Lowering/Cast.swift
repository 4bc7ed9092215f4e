import CKernels
import Graphs
import Tensors

extension Cast: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let type = try site.inputType(0)
        let (input, output) = (try site.input(0), site.output())
        guard let convert = arete_cast(type.element.kernelType, element.kernelType) else {
            throw .invalid("\(type.element) cannot become \(element)")
        }
        builder.step(
            "cast \(type.element) \(element)", reads: [input], writes: [output], units: type.shape.elementCount, grain: 16384
        ) { memory, range in
            convert(memory[input], memory[output], range.lowerBound, range.upperBound)
        }
    }
}
