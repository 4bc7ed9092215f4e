// Joining tensors of different quantizations.
import CKernels
import Graphs
import Tensors

extension Concat {
    func lowerQuantized(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let output = site.outputType()
        guard activation == .none, output.quantization?.isPerTensor == true else {
            return try lowerThroughFloat(site, &builder)
        }
        var inputs: [Buffer?] = []
        var types: [TensorType?] = []
        for index in 0..<site.arguments.count {
            let (buffer, type) = (try site.input(index), try site.inputType(index))
            let common = TensorType(output.element, type.shape, quantization: output.quantization)
            types.append(common)
            if type == common {
                inputs.append(buffer)
            } else {
                let rescaled = builder.temporary(bytes: common.byteCount)
                try builder.requantize(
                    buffer, type, to: rescaled, common,
                    as: type.element == .uint8 ? ARETE_TABLE_CONCATENATE : ARETE_TABLE_RESCALE)
                inputs.append(rescaled)
            }
        }
        let arguments = Arguments(types: types, constants: types.map { _ in nil }, declared: site.arguments.declared)
        try lower(
            Site(
                node: site.node, arguments: arguments, outputTypes: site.outputTypes, inputBuffers: inputs,
                outputBuffers: site.outputBuffers), &builder)
    }
}
