// From a sigmoid and a product to one operator.
import Tensors

extension Graph {
    /// Joins x and its sigmoid, both 16 bits wide, where nothing but their product reads the sigmoid.
    mutating func fuseWordSwish() {
        let uses = useCounts
        GraphRewriter.rewrite(&self) { rewriter, node in
            guard let product = node.op as? Binary, product.function == .multiply, product.activation == .none,
                rewriter.isWord(node.outputs[0]),
                let gate = node.inputs.compactMap({ $0 }).first(where: { uses[$0.index] == 1 && rewriter.isSigmoid($0) }
                ),
                let sigmoid = rewriter.producer(of: gate), let source = sigmoid.inputs[0],
                node.inputs.contains(source), rewriter.isWord(source), rewriter.isWord(gate),
                let quantization = rewriter.graph[gate].quantization
            else { return rewriter.keep(node) }
            rewriter.keep(
                Node(WordSwish(gate: quantization), inputs: [source], outputs: node.outputs, origin: node.origin))
        }
    }
}

extension GraphRewriter {
    fileprivate func isWord(_ id: ValueID) -> Bool {
        graph[id].element == .int16 && graph[id].quantization?.isPerTensor == true
    }

    fileprivate func isSigmoid(_ id: ValueID) -> Bool {
        if case .sigmoid? = (producer(of: id)?.op as? Unary)?.function { true } else { false }
    }
}
