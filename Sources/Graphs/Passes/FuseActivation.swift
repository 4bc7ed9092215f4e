// Clamps behind operators that can clamp their own result.
import Tensors

extension Graph {
    /// Takes a ReLU or clip into the convolution, matrix product or binary operator before it, where nobody else reads that one's
    /// result. The results are the same: on quantized values rounding and clamping commute.
    /// - Parameter floatsAlone: whether quantized operators stay as the file says them.
    mutating func fuseActivations(floatsAlone: Bool = false) {
        let uses = useCounts
        GraphRewriter.rewrite(&self, having: [Unary.self]) { rewriter, node in
            guard let activation = (node.op as? Unary)?.function.activation, let input = node.inputs.first ?? nil,
                uses[input.index] == 1, let before = rewriter.producer(of: input),
                let fused = before.op.fused(activation),
                let source = rewriter.graph[input].type, let result = rewriter.graph[node.outputs[0]].type,
                source.element == .float32 && result.element == .float32
                    || !floatsAlone && source.element == result.element && source.quantization != nil
                        && source.quantization == result.quantization
            else { return rewriter.keep(node) }
            rewriter.add(Node(fused, inputs: before.inputs, outputs: node.outputs, origin: before.origin))
        }
    }
}

extension Unary.Function {
    /// The activation that does the same.
    fileprivate var activation: Activation? {
        switch self {
        case .relu: .relu
        case .relu6: .relu6
        case .reluN1To1: .reluN1To1
        case .clip(low: 0, high: .infinity): .relu
        case .clip(low: 0, high: 6): .relu6
        case .clip(let low, let high) where low <= high: .clip(Float(low), Float(high))
        default: nil
        }
    }
}

extension Operator {
    /// The operator with an activation, where it can have one and has none yet.
    fileprivate func fused(_ activation: Activation) -> (any Operator)? {
        switch self {
        case var op as Convolution where op.activation == .none:
            op.activation = activation
            return op
        case var op as TransposedConvolution where op.activation == .none:
            op.activation = activation
            return op
        case var op as FullyConnected where op.activation == .none:
            op.activation = activation
            return op
        case var op as ScaledInteger where op.activation == .none:
            op.activation = activation
            return op
        case var op as Binary where op.activation == .none && op.function == .add:
            op.activation = activation
            return op
        default: return nil
        }
    }
}
