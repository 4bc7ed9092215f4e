// Enlarged images of which only the extremal channel of each pixel is wanted.
import CKernels
import Graphs
import Tensors

extension ResizedArgReduce: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (data, output) = (try site.inputType(0), site.outputType())
        guard let large = try resize.outputTypes(site.arguments).first?.shape,
            data.element == .int8 || data.element == .uint8,
            output.element == .int32 || output.element == .int64, large[3] <= ARETE_RESIZE_ARG_CHANNELS,
            builder.options.arithmetic == .fast
        else {
            throw .invalid("positions in enlarged \(data.element) as \(output.element) are not supported")
        }
        var kernel = resize.kernel(data, large)
        kernel.arithmetic = ARETE_RESIZE_FAST
        let plan = arete_arg_plan(
            n: large[3], inner: 1, largest: reduction.findsMaximum, select_last: reduction.selectsLast,
            wide: output.element == .int64)
        let (prepared, run) = (kernel, try builder.entry(\.image.resize_arg))
        let scratch = builder.workerScratch(bytes: arete_resize_arg_scratch(&kernel))
        let (input, result) = (try site.input(0), site.output())
        builder.step(
            "bilinear resize + arg \(reduction.findsMaximum ? "max" : "min") \(data.element)", reads: [input],
            writes: [result], scratch: scratch, units: large[0] * large[1], grain: max(1, 4096 / max(1, large[2]))
        ) { memory, range in
            withUnsafePointer(to: prepared) { kernel in
                withUnsafePointer(to: plan) {
                    run(
                        kernel, $0, memory[input], memory[result], range.lowerBound, range.upperBound, memory[scratch])
                }
            }
        }
    }
}
