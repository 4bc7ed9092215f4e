// Rows of a quantized table as floats.
import CKernels
import Graphs
import Tensors

extension EmbeddingLookup {
    func lowerQuantized(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (indices, table, result) = (try site.inputType(0), try site.inputType(1), site.outputType())
        guard let quantization = table.quantization, quantization.axis ?? 0 == 0, table.element.byteCount == 1,
            result.element == .float32, quantization.zeroPoints.allSatisfy({ $0 == 0 })
        else {
            throw .invalid("a table \(table) with results of \(result.element) is not supported")
        }
        let (rows, width) = (indices.shape[0], table.shape.count(1..<table.shape.rank))
        guard rows * width > 0 else { return }
        let positions = try site.input(0)
        func plan(_ unit: Int) -> arete_gather_plan {
            arete_gather_plan(
                batch: 1, outer: 1, extent: table.shape[0], count: rows, unit: unit,
                index_type: indices.element.kernelType)
        }
        let integers = builder.temporary(bytes: rows * width)
        try builder.gather(plan(width), from: try site.input(1), at: positions, to: integers, name)
        // With a scale for each row, the rows' scales are looked up like the rows.
        var scale = try builder.constant(.float32, quantization.scales)
        if !quantization.isPerTensor {
            let gathered = builder.temporary(bytes: rows * 4)
            try builder.gather(plan(4), from: scale, at: positions, to: gathered, name)
            scale = gathered
        }
        let form =
            quantization.isPerTensor
            ? arete_linear_plan(extent: 1, inner: rows * width, block: 1, blocks: 1, by_place: false)
            : arete_linear_plan(extent: rows, inner: width, block: 1, blocks: rows, by_place: false)
        let dequantize = try builder.entry(\.conversion.dequantize_linear)
        let (scales, output, element) = (scale, site.output(), table.element.kernelType)
        builder.step(
            "dequantize \(table.element)", reads: [integers, scales], writes: [output], units: rows * width,
            grain: 16384
        ) { memory, range in
            withUnsafePointer(to: form) {
                _ = dequantize(
                    $0, element, memory[integers], memory[scales, as: Float.self], nil, memory[output, as: Float.self],
                    range.lowerBound, range.upperBound)
            }
        }
    }
}
