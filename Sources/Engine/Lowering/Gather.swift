// Elements taken from computed positions.
import CKernels
import Graphs
import Tensors

extension Gather: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (type, indices) = (try site.inputType(0), try site.inputType(1))
        let axis = try type.shape.checked(axis: axis)
        if let places = channels(site, type, axis) { return try builder.pick(places, site, name) }
        let plan = arete_gather_plan(
            batch: type.shape.count(0..<batchAxes), outer: type.shape.count(batchAxes..<axis), extent: type.shape[axis],
            count: indices.shape.count(batchAxes..<indices.shape.rank),
            unit: type.shape.count((axis + 1)..<type.shape.rank) * type.element.byteCount,
            index_type: indices.element.kernelType)
        try builder.gather(plan, from: try site.input(0), at: try site.input(1), to: site.output(), name)
    }
}

extension Gather {
    /// The known places of bytes along the last axis; `nil` for another gather, or where one is out of range.
    private func channels(_ site: Site, _ type: TensorType, _ axis: Int) -> [UInt8]? {
        let extent = type.shape[axis]
        guard axis == type.shape.rank - 1, axis > 0, batchAxes == 0, type.element.byteCount == 1,
            (2...Int(ARETE_PICK_EXTENT)).contains(extent), type.shape.elementCount > 0,
            let indices = site.optionalConstant(1), indices.shape.rank == 1, (2...extent).contains(indices.elementCount)
        else { return nil }
        let places = indices.integers.map { $0 < 0 ? $0 + Int64(extent) : $0 }
        return places.allSatisfy { (0..<Int64(extent)).contains($0) } ? places.map { UInt8($0) } : nil
    }
}

extension EmbeddingLookup: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (indices, table) = (try site.inputType(0), try site.inputType(1))
        guard table.element == site.outputType().element else { return try lowerQuantized(site, &builder) }
        let plan = arete_gather_plan(
            batch: 1, outer: 1, extent: table.shape[0], count: indices.shape[0],
            unit: table.shape.count(1..<table.shape.rank) * table.element.byteCount,
            index_type: indices.element.kernelType)
        try builder.gather(plan, from: try site.input(1), at: try site.input(0), to: site.output(), name)
    }
}

extension ProgramBuilder {
    /// Appends the step that takes units of `data` at `indices`; one out of range ends the run.
    mutating func gather(
        _ plan: arete_gather_plan, from data: Buffer, at indices: Buffer, to output: Buffer, _ kind: String
    ) throws(OperatorFailure) {
        guard plan.unit > 0 else { return }
        let gather = try entry(\.layout.gather)
        step(
            kind, reads: [data, indices], writes: [output], units: plan.batch * plan.outer * plan.count,
            grain: max(1, 32768 / plan.unit)
        ) { memory, range in
            let isValid = withUnsafePointer(to: plan) {
                gather($0, memory[data], memory[indices], memory[output], range.lowerBound, range.upperBound)
            }
            if !isValid { memory.fail() }
        }
    }
}

extension GatherElements: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (type, indices) = (try site.inputType(0), try site.inputType(1))
        let plan = try arete_element_plan(type, axis: axis, indices: indices)
        let (data, positions, output) = (try site.input(0), try site.input(1), site.output())
        builder.step(
            name, reads: [data, positions], writes: [output], units: indices.shape.elementCount, grain: 8192
        ) { memory, range in
            let isValid = withUnsafePointer(to: plan) {
                arete_gather_elements(
                    $0, memory[data], memory[positions], memory[output], range.lowerBound, range.upperBound)
            }
            if !isValid { memory.fail() }
        }
    }
}

extension GatherND: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (type, indices) = (try site.inputType(0), try site.inputType(1))
        let plan = arete_tuple_plan(type, indices: indices, batchAxes: batchAxes, unitSize: type.element.byteCount)
        guard plan.unit > 0 else { return }
        let (data, positions, output) = (try site.input(0), try site.input(1), site.output())
        builder.step(
            name, reads: [data, positions], writes: [output], units: plan.batch * plan.count,
            grain: max(1, 32768 / plan.unit)
        ) { memory, range in
            let isValid = withUnsafePointer(to: plan) {
                arete_gather_nd($0, memory[data], memory[positions], memory[output], range.lowerBound, range.upperBound)
            }
            if !isValid { memory.fail() }
        }
    }
}

extension arete_element_plan {
    /// A plan for `indices` into `data`, of one rank.
    init(_ data: TensorType, axis: Int, indices: TensorType) throws(OperatorFailure) {
        self.init()
        let isPossible = arete_element_begin(
            &self, data.element.byteCount, data.shape.rank, try data.shape.checked(axis: axis), data.shape.dimensions,
            indices.shape.dimensions, indices.element.kernelType)
        guard isPossible else { throw .invalid("indices \(indices) do not fit data \(data)") }
    }
}

extension arete_tuple_plan {
    /// A plan for `indices` [batch..., tuples..., depth] into `data`; `unitSize`: what the size of a unit counts in bytes or elements.
    init(_ data: TensorType, indices: TensorType, batchAxes: Int, unitSize: Int) {
        self.init()
        let last = indices.shape.rank - 1
        batch = indices.shape.count(0..<batchAxes)
        count = indices.shape.count(batchAxes..<last)
        depth = indices.shape[last]
        unit = data.shape.count((batchAxes + depth)..<data.shape.rank) * unitSize
        index_type = indices.element.kernelType
        withUnsafeMutableBytes(of: &extent) { bytes in
            let extents = bytes.bindMemory(to: Int.self)
            for axis in 0..<depth { extents[axis] = data.shape[batchAxes + axis] }
        }
    }
}
