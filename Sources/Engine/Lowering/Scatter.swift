// Elements put at computed positions.
import CKernels
import Graphs
import Tensors

extension ScatterElements: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (type, indices) = (try site.inputType(0), try site.inputType(1))
        let plan = try arete_element_plan(type, axis: axis, indices: indices)
        let combine = try reduction.kernel(for: type.element)
        let (positions, updates, output) = (try site.input(1), try site.input(2), site.output())
        try builder.copy(from: try site.input(0), to: output, bytes: type.byteCount, name)
        guard indices.shape.elementCount > 0 else { return }
        let columns = indices.shape.elementCount / indices.shape[try type.shape.checked(axis: axis)]
        builder.step(name, reads: [positions, updates, output], writes: [output], units: columns, grain: 1024) {
            memory, range in
            let isValid = withUnsafePointer(to: plan) {
                arete_scatter_elements(
                    $0, combine, memory[positions], memory[updates], memory[output], range.lowerBound, range.upperBound)
            }
            if !isValid { memory.fail() }
        }
    }
}

extension ScatterND: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let type = try site.inputType(0)
        try builder.copy(from: try site.input(0), to: site.output(), bytes: type.byteCount, name)
        try builder.scatter(
            type, indices: (try site.input(1), try site.inputType(1)), updates: try site.input(2), into: site.output(),
            try reduction.kernel(for: type.element), name)
    }
}

extension ScatterIntoZeros: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let type = site.outputType()
        let zero = try builder.zero(of: TensorType(type.element, type.shape))
        builder.fill(site.output(), count: type.shape.elementCount, of: type.element, with: zero, name)
        let reduction: ScatterReduction = type.element == .bool ? .none : .add
        try builder.scatter(
            type, indices: (try site.input(0), try site.inputType(0)), updates: try site.input(1), into: site.output(),
            try reduction.kernel(for: type.element), name)
    }
}

extension ProgramBuilder {
    fileprivate mutating func scatter(
        _ type: TensorType, indices: (buffer: Buffer, type: TensorType), updates: Buffer, into output: Buffer,
        _ combine: @escaping @convention(c) (UnsafeMutableRawPointer?, UnsafeRawPointer?, Int) -> Void, _ kind: String
    ) throws(OperatorFailure) {
        var plan = arete_tuple_plan(type, indices: indices.type, batchAxes: 0, unitSize: 1)
        plan.batch = 1
        let (prepared, positions, size) = (plan, indices.buffer, type.element.byteCount)
        step(
            kind, reads: [positions, updates, output], writes: [output], units: plan.unit,
            grain: max(1, 16384 / max(1, plan.count))
        ) { memory, range in
            let isValid = withUnsafePointer(to: prepared) {
                arete_scatter_nd(
                    $0, combine, size, memory[positions], memory[updates], memory[output], range.lowerBound,
                    range.upperBound)
            }
            if !isValid { memory.fail() }
        }
    }
}

extension ScatterReduction {
    fileprivate func kernel(
        for element: ElementType
    ) throws(OperatorFailure) -> @convention(c) (UnsafeMutableRawPointer?, UnsafeRawPointer?, Int) -> Void {
        let reduction: arete_scatter_reduction =
            switch self {
            case .none: ARETE_SCATTER_REPLACE
            case .add: ARETE_SCATTER_ADD
            case .multiply: ARETE_SCATTER_MUL
            case .maximum: ARETE_SCATTER_MAX
            case .minimum: ARETE_SCATTER_MIN
            }
        guard let kernel = arete_scatter_combine(reduction, element.kernelType) else {
            throw .invalid("scattering with \(self) of \(element) is not supported")
        }
        return kernel
    }
}
