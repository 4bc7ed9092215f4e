// Steps that copy: bytes as they lie, or elements along a loop nest.
import CKernels
import Graphs
import Tensors

extension ProgramBuilder {
    /// Appends a step that copies bytes; where nobody needs the source later it may cost nothing.
    mutating func copy(from source: Buffer, to target: Buffer, bytes: Int, _ kind: String) {
        step(kind, reads: [source], writes: [target], units: bytes, grain: 1 << 16, inPlace: [(source, target)]) {
            memory, range in
            (memory[target] + range.lowerBound).copyMemory(
                from: memory[source] + range.lowerBound, byteCount: range.count)
        }
    }

    /// Appends a step that copies the elements of a nest with operands target and source, from byte offsets on.
    mutating func copy(
        _ kind: String, _ nest: LoopNest, of element: ElementType, from source: Buffer, at sourceOffset: Int = 0,
        to target: Buffer, targetOffset: Int = 0
    ) throws(OperatorFailure) {
        let (size, copy) = (element.byteCount, try entry(\.layout.copy))
        step(kind, reads: [source], writes: [target], units: nest.count, grain: 32768) { memory, range in
            nest.withNest {
                copy(
                    size, $0, memory[target] + targetOffset, memory[source] + sourceOffset, range.lowerBound,
                    range.upperBound)
            }
        }
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
