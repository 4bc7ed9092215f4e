// A broadcasting loop nest prepared at load.
import CKernels
import Graphs
import Tensors

/// The loop nest of a broadcasting kernel, with long inner runs.
struct LoopNest: Sendable {
    private var nest = arete_nest()
    let count: Int

    /// A nest over `shape` for dense operands; operand 0 is the result.
    init(over shape: Shape, operands: [(element: ElementType, shape: Shape)]) throws(OperatorFailure) {
        let built = Self.build(shape, operands)
        guard let built else { throw .invalid("the operands do not broadcast to \(shape)") }
        nest = built
        count = shape.elementCount
    }

    private static func build(_ shape: Shape, _ operands: [(element: ElementType, shape: Shape)]) -> arete_nest? {
        var nest = arete_nest()
        arete_nest_begin(&nest, operands.count)
        for axis in 0..<shape.rank {
            var strides: [Int] = []
            for operand in operands {
                let own = axis - shape.rank + operand.shape.rank
                guard own >= 0, operand.shape[own] != 1 else {
                    strides.append(0)
                    continue
                }
                guard operand.shape[own] == shape[axis] else { return nil }
                strides.append(operand.shape.strides[own] * operand.element.byteCount)
            }
            guard arete_nest_append(&nest, shape[axis], strides) else { return nil }
        }
        arete_nest_simplify(&nest)
        return nest
    }

    func withNest(_ body: (UnsafePointer<arete_nest>) -> Void) { withUnsafePointer(to: nest, body) }
}
