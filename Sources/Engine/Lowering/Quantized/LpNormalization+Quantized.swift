// Rows of quantized elements divided by their length.
import CKernels
import Graphs
import Tensors

extension LpNormalization {
    func lowerQuantized(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (data, output) = (try site.inputType(0), site.outputType())
        let axis = try data.shape.checked(axis: axis)
        let isSigned = data.element == .int8
        guard p == 2, axis == data.shape.rank - 1, isSigned || data.element == .uint8, output.element == data.element,
            let zeroPoint = data.quantization?.zeroPoint,
            output.quantization == Quantization(scale: 1 / 128, zeroPoint: isSigned ? 0 : 128)
        else { return try lowerThroughFloat(site, &builder) }
        let depth = data.shape[axis]
        let (input, result) = (try site.input(0), site.output())
        builder.step(
            "l2 normalization \(data.element)", reads: [input], writes: [result],
            units: depth == 0 ? 0 : data.shape.elementCount / depth,
            grain: max(1, 4096 / max(1, depth))
        ) { memory, range in
            let start = range.lowerBound * depth
            if isSigned {
                arete_s8_l2_normalize(
                    zeroPoint, memory[input, as: Int8.self] + start, range.count, depth,
                    memory[result, as: Int8.self] + start)
            } else {
                arete_u8_l2_normalize(
                    zeroPoint, memory[input, as: UInt8.self] + start, range.count, depth,
                    memory[result, as: UInt8.self] + start)
            }
        }
    }
}
