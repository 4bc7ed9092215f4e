// The same elements in another order.
import CKernels
import Graphs
import Tensors

extension Transpose: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let type = try site.inputType(0)
        let order = try resolvedPermutation(site.arguments)
        guard type.shape.elementCount > 0 else { return }
        let nest = try LoopNest(count: type.shape.elementCount) {
            arete_nest_transpose($0, type.shape.rank, type.shape.dimensions, order, type.element.byteCount)
        }
        try builder.copy("transpose", nest, of: type.element, from: try site.input(0), to: site.output())
    }
}

extension DepthSpace: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let type = try site.inputType(0)
        let shape = type.shape
        guard shape.elementCount > 0 else { return }
        let isColumnFirst = direction == .depthToSpace(columnFirst: true)
        guard layout == .channelsFirst || !isColumnFirst else {
            throw .invalid("this order of channels last is not supported")
        }
        let order = layout == .channelsLast ? ARETE_BLOCK_NHWC : isColumnFirst ? ARETE_BLOCK_CRD : ARETE_BLOCK_DCR
        let spatial = layout.spatialAxes(rank: 4)
        let (height, width) = (shape[spatial.lowerBound], shape[spatial.lowerBound + 1])
        let build = direction == .spaceToDepth ? arete_nest_space_to_depth : arete_nest_depth_to_space
        let nest = try LoopNest(count: shape.elementCount) {
            build(
                $0, shape[0], height, width, shape[layout.channelAxis(rank: 4)], blockSize, order,
                type.element.byteCount)
        }
        try builder.copy(
            direction == .spaceToDepth ? "spaceToDepth" : "depthToSpace", nest, of: type.element,
            from: try site.input(0), to: site.output())
    }
}

extension BatchSpace: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (type, result) = (try site.inputType(0), site.outputType())
        guard result.shape.elementCount > 0 else { return }
        let blocks = try site.arguments.integers(1)
        let befores = try site.arguments.integers(2).enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
        guard (1...3).contains(blocks.count) else {
            throw .invalid("\(blocks.count) spatial axes are not supported; 1 to 3 are")
        }
        let (small, large) = direction == .spaceToBatch ? (result.shape, type.shape) : (type.shape, result.shape)
        var plan = arete_block_plan()
        plan.rank = blocks.count
        plan.batch = small[0]
        plan.unit = small.count((blocks.count + 1)..<small.rank) * type.element.byteCount
        plan.set(\.large, Array(large.dimensions[1...blocks.count]))
        plan.set(\.small, Array(small.dimensions[1...blocks.count]))
        plan.set(\.block, blocks)
        plan.set(\.before, befores)
        let (input, output, prepared, size) = (try site.input(0), site.output(), plan, type.element.byteCount)
        let units = result.shape.elementCount * size / plan.unit
        let grain = max(1, 32768 / plan.unit)
        if direction == .spaceToBatch {
            let zero = try builder.zero(of: type)
            builder.step("space to batch", reads: [input, zero], writes: [output], units: units, grain: grain) {
                memory, range in
                withUnsafePointer(to: prepared) {
                    arete_space_to_batch(
                        $0, memory[input], size, memory[zero], memory[output], range.lowerBound, range.upperBound)
                }
            }
        } else {
            builder.step("batch to space", reads: [input], writes: [output], units: units, grain: grain) {
                memory, range in
                withUnsafePointer(to: prepared) {
                    arete_batch_to_space($0, memory[input], memory[output], range.lowerBound, range.upperBound)
                }
            }
        }
    }
}

extension arete_block_plan {
    fileprivate mutating func set(_ field: WritableKeyPath<Self, (Int, Int, Int)>, _ values: [Int]) {
        self[keyPath: field] = (values[0], values.count > 1 ? values[1] : 1, values.count > 2 ? values[2] : 1)
    }
}

extension ReverseSequence: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (type, lengths) = (try site.inputType(0), try site.inputType(1))
        let shape = type.shape
        guard shape.elementCount > 0 else { return }
        guard lengths.element == .int32 || lengths.element == .int64 else {
            throw .invalid("lengths must be int32 or int64")
        }
        let (batch, time) = (try shape.checked(axis: batchAxis), try shape.checked(axis: timeAxis))
        let (first, second) = (min(batch, time), max(batch, time))
        let unit = shape.count((second + 1)..<shape.rank) * type.element.byteCount
        let plan = arete_reverse_plan(
            outer: shape.count(0..<first), a: shape[first], between: shape.count((first + 1)..<second),
            b: shape[second], unit: unit,
            sequence_is_a: time < batch, length_type: lengths.element.kernelType)
        let (input, counts, output) = (try site.input(0), try site.input(1), site.output())
        builder.step(
            "reverse sequence", reads: [input, counts], writes: [output], units: type.byteCount / unit,
            grain: max(1, 32768 / unit)
        ) { memory, range in
            let isValid = withUnsafePointer(to: plan) {
                arete_reverse_sequence(
                    $0, memory[input], memory[counts], memory[output], range.lowerBound, range.upperBound)
            }
            if !isValid { memory.fail() }
        }
    }
}
