// The swish of 16-bit quantized numbers.
import CKernels
import Graphs
import Tensors

extension WordSwish: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (source, target) = (try site.inputType(0), site.outputType())
        guard let from = source.quantization, let to = target.quantization else { throw .invalid("no quantization") }
        let form = arete_word_swish(input: from.affine(), gate: gate.affine(), output: to.affine())
        let (input, output, run) = (try site.input(0), site.output(), try builder.entry(\.quantized.word_swish))
        builder.step(
            "swish int16", reads: [input], writes: [output], units: source.shape.elementCount, grain: 4096,
            inPlace: [(input, output)]
        ) { memory, range in
            withUnsafePointer(to: form) {
                run(
                    $0, memory[input, as: Int16.self] + range.lowerBound, range.count,
                    memory[output, as: Int16.self] + range.lowerBound)
            }
        }
    }
}
