// Steps that copy: bytes as they lie, or elements along a loop nest.
import CKernels
import Glibc
import Graphs
import Tensors

extension ProgramBuilder {
    /// Appends a step that copies bytes; where nobody needs the source later it may cost nothing.
    mutating func copy(
        from source: Buffer, to target: Buffer, bytes: Int, _ kind: String
    ) throws(OperatorFailure) {
        guard bytes > 0 else { return }
        let nest = try LoopNest(count: bytes, elementBytes: [1, 1])
        let operands = [
            NestForm.Operand(buffer: target, elementBytes: 1), NestForm.Operand(buffer: source, elementBytes: 1),
        ]
        let form = try copyForm(nest, operands)
        step(kind, reads: [source], writes: [target], form: form, inPlace: [(source, target)])
    }

    /// Appends a step that copies the elements of a nest with operands target and source, from byte offsets on.
    mutating func copy(
        _ kind: String, _ nest: LoopNest, of element: ElementType, from source: Buffer, at sourceOffset: Int = 0,
        to target: Buffer, targetOffset: Int = 0
    ) throws(OperatorFailure) {
        let size = element.byteCount
        let form = try copyForm(
            nest,
            [
                .init(buffer: target, offset: targetOffset, elementBytes: size),
                .init(buffer: source, offset: sourceOffset, elementBytes: size),
            ])
        step(kind, reads: [source], writes: [target], form: form)
    }

    private func copyForm(
        _ nest: LoopNest, _ operands: [NestForm.Operand]
    ) throws(OperatorFailure) -> CopyForm {
        let (target, source, size, copy) = (
            operands[0].buffer, operands[1].buffer, operands[0].elementBytes, try entry(\.layout.copy)
        )
        return CopyForm(
            nest: NestForm(nest: nest, operands: operands, needsRuns: false) { nest, offsets in
                if let rows = nest.rowCopy(elementBytes: size), rows.count == 1 {
                    let (to, from) = (offsets[0], offsets[1])
                    return StepWork(units: nest.count, grain: 32768) { memory, range in
                        memcpy(
                            memory[target] + to + range.lowerBound * size,
                            memory[source] + from + range.lowerBound * size, range.count * size)
                    }
                }
                return StepWork(units: nest.count, grain: 32768) { memory, range in
                    nest.withNest {
                        copy(
                            size, $0, memory[target] + offsets[0], memory[source] + offsets[1], range.lowerBound,
                            range.upperBound)
                    }
                }
            })
    }

    /// Appends a step that sets all `count` elements of `target` to the one element at `value`.
    mutating func fill(_ target: Buffer, count: Int, of element: ElementType, with value: Buffer, _ kind: String) {
        let size = element.byteCount
        step(kind, reads: [value], writes: [target], units: count, grain: 65536) { memory, range in
            arete_fill(size, memory[value], memory[target], range.lowerBound, range.upperBound)
        }
    }

    /// A constant of one element with the value that stands for 0: the zero point of a quantized type.
    mutating func zero(of type: TensorType) throws(OperatorFailure) -> Buffer {
        let value = type.quantization?.zeroPoint ?? 0
        do throws(TensorError) {
            return constant(try Tensor(type.element, nearest: Double(value)))
        } catch {
            throw .invalid("\(error)")
        }
    }
}

extension Shape {
    /// The product of the dimensions of `axes`. Complexity: O(rank).
    func count(_ axes: Range<Int>) -> Int { Shape(Array(dimensions[axes])).elementCount }
}
