// Operators whose scales are inputs, once those are known.
import Tensors

extension Graph {
    /// Replaces each `LinearQuantized` with constant scales by its inner operator on values that carry their quantization.
    mutating func expandLinearQuantized() {
        GraphRewriter.rewrite(&self, having: [LinearQuantized.self]) { rewriter, node in
            guard let op = node.op as? LinearQuantized, let arguments = rewriter.graph.arguments(of: node),
                let inner = try? op.innerArguments(arguments), let result = inner.declared.first,
                node.outputs.count == 1
            else { return rewriter.keep(node) }
            var inputs: [ValueID?] = []
            for (operand, type) in zip(op.operands, inner.types) {
                guard operand.data < node.inputs.count, let id = node.inputs[operand.data], let type else {
                    inputs.append(nil)
                    continue
                }
                inputs.append(type.quantization.map { rewriter.assumed(id, $0, node.origin) } ?? id)
            }
            rewriter.graph[node.outputs[0]].element = result.element
            rewriter.graph[node.outputs[0]].quantization = result.quantization
            rewriter.add(Node(op.inner, inputs: inputs, outputs: node.outputs, origin: node.origin))
        }
    }
}

extension GraphRewriter {
    /// The value `id` read by `quantization`: a constant of its own, or the result of a node that costs nothing.
    mutating func assumed(_ id: ValueID, _ quantization: Quantization, _ origin: Node.Origin) -> ValueID {
        var quantization = quantization
        if let axis = quantization.axis, axis < 0, let rank = graph[id].shape?.rank { quantization.axis = axis + rank }
        if graph[id].quantization == quantization { return id }
        let name = "\(graph[id].name)/quantized"
        if let constant = graph[id].constant {
            return graph.add(constant: constant.quantized(quantization), name: name)
        }
        return add(AssumeQuantization(quantization), [id], name: name, origin: origin)
    }
}
