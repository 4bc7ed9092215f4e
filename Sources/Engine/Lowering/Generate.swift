// Tensors made from shapes, numbers and positions.
import CKernels
import Graphs
import Tensors

extension Fill: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let result = site.outputType()
        let source: Buffer
        if let value { source = builder.constant(value) } else { source = try site.input(1) }
        builder.fill(site.output(), count: result.shape.elementCount, of: result.element, with: source, name)
    }
}

extension NumberRange: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let result = site.outputType()
        guard let run = arete_range(result.element.kernelType) else {
            throw .invalid("a range of \(result.element) is not supported")
        }
        let (start, delta, output) = (try site.input(0), try site.input(2), site.output())
        builder.step(name, reads: [start, delta], writes: [output], units: result.shape.elementCount, grain: 16384) {
            memory, range in
            run(memory[start], memory[delta], memory[output], range.lowerBound, range.upperBound)
        }
    }
}

extension EyeLike: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let result = site.outputType()
        let one: Buffer
        do throws(TensorError) { one = builder.constant(try Tensor(result.element, nearest: 1)) } catch {
            throw .invalid("\(error)")
        }
        let (output, size, columns, diagonal) = (
            site.output(), result.element.byteCount, result.shape[1], Int64(diagonal)
        )
        builder.step(
            name, reads: [one], writes: [output], units: result.shape[0], grain: max(1, 32768 / max(1, columns))
        ) { memory, range in
            arete_eye(size, columns, diagonal, memory[one], memory[output], range.lowerBound, range.upperBound)
        }
    }
}

extension Triangle: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let type = try site.inputType(0)
        guard type.shape.elementCount > 0 else { return }
        let diagonal = Int64(site.arguments.has(1) ? try site.arguments.integer(1) : 0)
        let (rows, columns) = (type.shape[type.shape.rank - 2], type.shape[type.shape.rank - 1])
        let (input, output, size, isUpper) = (try site.input(0), site.output(), type.element.byteCount, keepsUpper)
        builder.step(
            name, reads: [input], writes: [output], units: type.shape.elementCount / columns,
            grain: max(1, 32768 / columns)
        ) { memory, range in
            arete_triangle(
                size, rows, columns, diagonal, isUpper, memory[input], memory[output], range.lowerBound,
                range.upperBound)
        }
    }
}

extension OneHot: Lowerable {
    public func lower(_ site: Site, _ builder: inout ProgramBuilder) throws(OperatorFailure) {
        let (indices, result) = (try site.inputType(0), site.outputType())
        guard result.shape.elementCount > 0 else { return }
        let axis = axis < 0 ? axis + result.shape.rank : axis
        let inner = indices.shape.count(axis..<indices.shape.rank)
        let depth = result.shape[axis]
        let size = result.element.byteCount
        let (positions, output) = (try site.input(0), site.output())
        // Only ONNX counts negative positions from the end.
        let (on, off, isSeparate) =
            values == .offThenOn
            ? (try site.input(2), try site.input(2), false) : (try site.input(2), try site.input(3), true)
        if isSeparate, try site.inputType(3).element != result.element {
            throw .invalid("the two values have two types")
        }
        let onOffset = isSeparate ? 0 : size
        let type = indices.element.kernelType
        builder.step(
            name, reads: [positions, on, off], writes: [output], units: result.shape.count(0..<axis),
            grain: max(1, 32768 / (inner * depth))
        ) { memory, range in
            arete_one_hot(
                size, inner, depth, type, !isSeparate, memory[positions], memory[off], memory[on] + onOffset,
                memory[output],
                range.lowerBound, range.upperBound)
        }
    }
}
