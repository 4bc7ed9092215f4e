// Conversions between element types.
import CKernels
import Graphs
import Tensors

extension Cast: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        try builder.convert(try site.input(0), try site.inputType(0), to: site.output(), element)
    }
}

extension CastLike: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        try builder.convert(try site.input(0), try site.inputType(0), to: site.output(), site.outputType().element)
    }
}

extension ProgramBuilder {
    /// Appends a step that converts the elements of `source` to another type.
    mutating func convert(
        _ source: Buffer, _ type: TensorType, to target: Buffer, _ element: ElementType
    ) throws(OperatorFailure) {
        let cast = try entry(\.elementwise.cast)
        guard let convert = cast(type.element.kernelType, element.kernelType) else {
            throw .invalid("\(type.element) cannot become \(element)")
        }
        step(
            "cast \(type.element) \(element)", reads: [source], writes: [target], units: type.shape.elementCount,
            grain: 16384
        ) { memory, range in
            convert(memory[source], memory[target], range.lowerBound, range.upperBound)
        }
    }

    /// `source` as elements of another type: itself where it is of that type already.
    mutating func converted(
        _ source: Buffer, _ type: TensorType, to element: ElementType
    ) throws(OperatorFailure) -> Buffer {
        guard type.element != element else { return source }
        let target = temporary(bytes: type.shape.elementCount * element.byteCount)
        try convert(source, type, to: target, element)
        return target
    }

    /// `source` converted and broadcast to another type: itself where nothing is to be done.
    mutating func expanded(
        _ source: Buffer, _ type: TensorType, to target: TensorType
    ) throws(OperatorFailure) -> Buffer {
        let source = try converted(source, type, to: target.element)
        guard type.shape.elementCount != target.shape.elementCount else { return source }
        let expanded = temporary(bytes: target.byteCount)
        let nest = try LoopNest(
            over: target.shape, operands: [(target.element, target.shape), (target.element, type.shape)])
        try copy("expand", nest, of: target.element, from: source, to: expanded)
        return expanded
    }
}
