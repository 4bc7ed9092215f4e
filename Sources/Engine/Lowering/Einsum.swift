// Sums of products over named axes.
import CKernels
import Graphs
import Tensors

extension Einsum: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let result = site.outputType()
        var shapes: [Shape] = []
        var buffers: [Buffer] = []
        for index in 0..<site.arguments.count {
            let type = try site.inputType(index)
            guard type.element == result.element else {
                throw .invalid("inputs are \(result.element) and \(type.element)")
            }
            shapes.append(type.shape)
            buffers.append(try site.input(index))
        }
        guard let run = arete_contraction(result.element.kernelType) else {
            throw .invalid("sums of products of \(result.element) are not supported")
        }
        let resolved = try contraction(shapes)
        var plan = arete_contraction_plan()
        guard arete_contraction_begin(&plan, buffers.count) else {
            throw .invalid("\(buffers.count) inputs are too many")
        }
        let summed = resolved.sizes.indices.filter { !resolved.output.contains($0) }
        for label in resolved.output + summed {
            // An axis that appears twice in one term walks its diagonal; one of size 1 is broadcast.
            let strides = zip(shapes, resolved.inputs).map { shape, labels in
                labels.indices.reduce(0) { $0 + (labels[$1] == label && shape[$1] != 1 ? shape.strides[$1] : 0) }
            }
            guard arete_contraction_add(&plan, summed.contains(label), resolved.sizes[label], strides) else {
                throw .invalid("the equation has too many axes")
            }
        }
        let (output, prepared, inputs) = (site.output(), plan, buffers)
        let terms = summed.reduce(1) { $0 &* resolved.sizes[$1] }
        builder.step(
            "einsum \(equation)", reads: inputs, writes: [output], units: result.shape.elementCount,
            grain: max(1, 4096 / max(1, terms))
        ) { memory, range in
            var operands: (UnsafeRawPointer?, UnsafeRawPointer?, UnsafeRawPointer?, UnsafeRawPointer?) = (
                nil, nil, nil, nil
            )
            withUnsafeMutableBytes(of: &operands) { bytes in
                let pointers = bytes.bindMemory(to: UnsafeRawPointer?.self)
                for index in inputs.indices { pointers[index] = UnsafeRawPointer(memory[inputs[index]]) }
                withUnsafePointer(to: prepared) {
                    run($0, pointers.baseAddress, memory[output], range.lowerBound, range.upperBound)
                }
            }
        }
    }
}
