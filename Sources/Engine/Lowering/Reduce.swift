// Reductions, extrema and running sums.
import CKernels
import Graphs
import Tensors

extension Reduce: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (type, result) = (try site.inputType(0), site.outputType())
        let isOrder = function == .maximum || function == .minimum
        if type.quantization != nil, !isOrder || type.quantization != result.quantization {
            return try lowerQuantized(site, &builder)
        }
        let reduce = try builder.entry(\.reduce.reduce)
        guard type.element == result.element, let run = reduce(operation, type.element.kernelType) else {
            throw .invalid("\(function) of \(type.element) as \(result.element) is not supported")
        }
        let axes = try resolvedAxes(site.arguments)
        var plan = arete_reduce_plan()
        guard
            arete_reduce_begin(
                &plan, type.shape.rank, type.shape.dimensions, type.shape.dimensions.indices.map { axes.contains($0) })
        else { throw .invalid("\(type) has too many dimensions") }
        let (input, output, prepared) = (try site.input(0), site.output(), plan)
        builder.step(
            "\(function) over axes", reads: [input], writes: [output], units: result.shape.elementCount,
            grain: max(1, 16384 / max(1, plan.count))
        ) { memory, range in
            withUnsafePointer(to: prepared) {
                run($0, memory[input], memory[output], range.lowerBound, range.upperBound)
            }
        }
    }

    private var operation: arete_reduce_operation {
        switch function {
        case .sum: ARETE_REDUCE_SUM
        case .mean: ARETE_REDUCE_MEAN
        case .product: ARETE_REDUCE_PROD
        case .maximum: ARETE_REDUCE_MAX
        case .minimum: ARETE_REDUCE_MIN
        case .l1: ARETE_REDUCE_L1
        case .l2: ARETE_REDUCE_L2
        case .logSum: ARETE_REDUCE_LOG_SUM
        case .logSumExp: ARETE_REDUCE_LOG_SUM_EXP
        case .sumOfSquares: ARETE_REDUCE_SUM_SQUARE
        case .any: ARETE_REDUCE_ANY
        case .all: ARETE_REDUCE_ALL
        }
    }
}

extension ArgReduce: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let type = try site.inputType(0)
        let columns = try Columns(of: type.shape, along: try resolvedAxis(site.arguments))
        let extremum = try builder.entry(\.reduce.arg_extremum)
        guard resultElement == .int32 || resultElement == .int64, let run = extremum(type.element.kernelType)
        else {
            throw .invalid("positions in \(type.element) as \(resultElement) are not supported")
        }
        let plan = arete_arg_plan(
            n: columns.length, inner: columns.inner, largest: findsMaximum, select_last: selectsLast,
            wide: resultElement == .int64)
        let (input, output) = (try site.input(0), site.output())
        builder.step(
            name, reads: [input], writes: [output], units: columns.count, grain: columns.grain
        ) { memory, range in
            withUnsafePointer(to: plan) { run($0, memory[input], memory[output], range.lowerBound, range.upperBound) }
        }
    }
}

extension TopK: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (type, result) = (try site.inputType(0), site.outputType())
        let columns = try Columns(of: type.shape, along: axis)
        let top = try builder.entry(\.reduce.top_k)
        guard indexElement == .int32 || indexElement == .int64, let run = top(type.element.kernelType) else {
            throw .invalid("the greatest of \(type.element) with positions as \(indexElement) are not supported")
        }
        guard result.shape.elementCount > 0 else { return }
        let plan = arete_top_plan(
            n: columns.length, inner: columns.inner, k: result.shape.elementCount / columns.count,
            largest: findsLargest,
            wide: indexElement == .int64)
        let (input, values) = (try site.input(0), site.output())
        let indices = site.outputCount > 1 ? site.output(1) : nil
        let scratch = builder.workerScratch(bytes: plan.k * MemoryLayout<Int>.stride)
        builder.step(
            name, reads: [input], writes: [values] + (indices.map { [$0] } ?? []), scratch: scratch,
            units: columns.count, grain: columns.grain
        ) { memory, range in
            withUnsafePointer(to: plan) {
                run(
                    $0, memory[input], memory[values], indices.map { memory[$0] },
                    memory[scratch].assumingMemoryBound(to: Int.self), range.lowerBound, range.upperBound)
            }
        }
    }
}

extension CumulativeSum: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let type = try site.inputType(0)
        guard type.quantization == nil else { return try lowerThroughFloat(site, &builder) }
        guard let run = arete_cumulative_sum(type.element.kernelType) else {
            throw .invalid("sums of \(type.element) are not supported")
        }
        guard type.shape.elementCount > 0 else { return }
        let columns = try Columns(of: type.shape, along: try site.arguments.integer(1))
        let plan = arete_cumulative_plan(
            n: columns.length, inner: columns.inner, exclusive: isExclusive, reverse: isReversed)
        let (input, output) = (try site.input(0), site.output())
        builder.step(
            name, reads: [input], writes: [output], units: columns.count, grain: columns.grain,
            inPlace: [(input, output)]
        ) { memory, range in
            withUnsafePointer(to: plan) {
                run($0, memory[input], memory[output], range.lowerBound, range.upperBound)
            }
        }
    }
}
