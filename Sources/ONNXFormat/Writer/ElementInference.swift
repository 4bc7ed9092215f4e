// Element types that follow without any shape.
import Graphs
import Tensors

/// The element type of each value, as far as the graph tells: most operators give what they take, whatever its shape.
struct ElementMap {
    private var elements: [ElementType?]

    /// Complexity: O(values + nodes).
    init(_ graph: Graph) {
        elements = graph.values.map { $0.constant?.element ?? $0.element }
        for node in graph.nodes {
            for (position, id) in node.outputs.enumerated() where elements[id.index] == nil {
                elements[id.index] = node.resultElement(position) { index in
                    index < node.inputs.count ? node.inputs[index].flatMap { elements[$0.index] } : nil
                }
            }
        }
    }

    subscript(id: ValueID) -> ElementType? { elements[id.index] }
}

extension Node {
    /// The element type of result `position` where `input` gives those of the inputs.
    fileprivate func resultElement(_ position: Int, _ input: (Int) -> ElementType?) -> ElementType? {
        switch op {
        case let op as Cast: return op.element
        case is CastLike, is Select, is EmbeddingLookup, is ScatterIntoZeros: return input(1)
        case let op as Binary where op.function.isComparison: return .bool
        case let op as Unary:
            switch op.function {
            case .isNaN, .isInfinite: return .bool
            default: return input(0)
            }
        case let op as ShapeOf: return op.resultElement
        case is SizeOf, is NonMaxSuppression, is NonZero: return .int64
        case is RankOf: return .int32
        case let op as Fill: return op.value?.element ?? input(1)
        case let op as EyeLike: return op.element ?? input(0)
        case is OneHot: return input(2)
        case let op as ArgReduce: return op.resultElement
        case let op as TopK where position == 1: return op.indexElement
        case is Pool where position == 1: return .int64
        case is LayerNormalization where position > 0: return .float32
        case is IntegerConvolution, is IntegerMatMul: return .int32
        case let op as QuantizeLinear: return input(2) ?? op.element ?? .uint8
        case is DequantizeLinear: return input(1)
        case is DynamicQuantizeLinear: return position == 1 ? .float32 : .uint8
        case let op as LinearQuantized: return op.result.zeroPoint.flatMap(input) ?? input(op.operands.first?.data ?? 0)
        default: return input(0)
        }
    }
}
