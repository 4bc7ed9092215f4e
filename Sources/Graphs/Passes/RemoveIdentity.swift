// Operators that change nothing.
import Tensors

extension Graph {
    /// Removes identities: copies, casts to the same type, reshapes to the same shape, slices of everything, pads of nothing,
    /// joins of one tensor. A transpose that only moves axes of size 1 becomes a reshape.
    mutating func removeIdentities() {
        let fixed = Set(inputs.map(\.value) + variables.map(\.value))
        GraphRewriter.rewrite(&self) { rewriter, node in
            guard node.outputs.count == 1, let input = node.inputs.first ?? nil,
                let result = rewriter.graph[node.outputs[0]].type,
                let source = rewriter.graph[input].type, source.element == result.element,
                source.quantization == result.quantization || source.quantization == nil && !(node.op is Unary)
            else { return rewriter.keep(node) }
            if source.shape == result.shape, rewriter.isIdentity(node) {
                // An output of the graph needs a value of its own: an input, a constant or another output cannot stand for it.
                let isOutput = rewriter.graph.outputs.contains(node.outputs[0])
                let isTaken =
                    fixed.contains(input) || rewriter.graph[input].constant != nil
                    || rewriter.graph.outputs.contains { rewriter.current($0) == input }
                if !isOutput || !isTaken, source.quantization == result.quantization {
                    return rewriter.replace(node.outputs[0], by: input)
                }
            }
            if let op = node.op as? Transpose, let arguments = rewriter.graph.arguments(of: node),
                let order = try? op.resolvedPermutation(arguments), Permutation.keepsElements(order, source.shape)
            {
                rewriter.keep(
                    Node(
                        Reshape(result.shape.dimensions, zeroCopies: false), inputs: [input], outputs: node.outputs,
                        origin: node.origin))
                return
            }
            rewriter.keep(node)
        }
    }
}

extension GraphRewriter {
    /// Whether a node gives its first input back, given that type and shape stay the same.
    fileprivate func isIdentity(_ node: Node) -> Bool {
        guard let arguments = graph.arguments(of: node) else { return false }
        switch node.op {
        case let op as Unary: return op.function == .identity
        case is Cast, is CastLike, is Reshape, is Squeeze, is Unsqueeze, is Flatten, is Expand: return true
        case let op as Transpose: return (try? op.resolvedPermutation(arguments)).map(Permutation.isIdentity) ?? false
        case let op as Concat: return node.inputs.count == 1 && op.activation == .none
        case let op as Pad: return (try? op.borders(arguments)).map { $0.allSatisfy { $0 == (0, 0) } } ?? false
        case let op as Reduce:
            return op.isIdentityWithoutAxes && (try? op.resolvedAxes(arguments)) == [] && op.function.isIdentityOfOne
        default:
            return (try? node.op.slicing?.slice(arguments)).map {
                $0.ranges.allSatisfy { $0.start == 0 && $0.step == 1 || $0.count <= 1 }
            } ?? false
        }
    }
}

extension Reduce.Function {
    /// Whether one element reduces to itself.
    fileprivate var isIdentityOfOne: Bool {
        switch self {
        case .sum, .mean, .product, .maximum, .minimum: true
        default: false
        }
    }
}
