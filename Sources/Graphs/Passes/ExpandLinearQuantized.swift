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
            for (operand, type) in zip(op.operands, inner.typesWithBias(of: op.inner)) {
                guard operand.data < node.inputs.count, let id = node.inputs[operand.data], let type else {
                    inputs.append(nil)
                    continue
                }
                inputs.append(type.quantization.map { rewriter.assumed(id, $0, node.origin) } ?? id)
            }
            rewriter.graph[node.outputs[0]].element = result.element
            rewriter.graph[node.outputs[0]].quantization = result.quantization
            let layer = rewriter.layer(op.inner, inputs)
            rewriter.add(
                Node(layer?.op ?? op.inner, inputs: layer?.inputs ?? inputs, outputs: node.outputs, origin: node.origin)
            )
        }
    }
}

extension Arguments {
    /// The types; integers that a matrix product adds get the scales of its sums, which the file does not name.
    fileprivate func typesWithBias(of op: any Operator) -> [TensorType?] {
        guard let gemm = op as? Gemm, types.count > 2, let bias = types[2], bias.element == .int32,
            let data = types[0]?.quantization, let weights = types[1]?.quantization, data.isPerTensor
        else { return types }
        var typed = types
        typed[2]?.quantization = Quantization(
            scales: weights.scales.map { data.scale * $0 * gemm.alpha },
            zeroPoints: [Int32](repeating: 0, count: weights.scales.count), axis: max(0, bias.shape.rank - 1))
        return typed
    }
}

extension GraphRewriter {
    /// The fully connected layer that `op` is where its weights, and what it adds, are constants.
    fileprivate mutating func layer(_ op: any Operator, _ inputs: [ValueID?]) -> (op: any Operator, inputs: [ValueID?])?
    {
        guard inputs.count > 1, let data = inputs[0], graph[data].quantization?.isPerTensor == true,
            let weights = inputs[1].flatMap({ graph[$0].constant })
        else { return nil }
        let rows: Tensor?
        switch op {
        case let op as Gemm: rows = op.layerRows(weights)
        case let op as MatMul: rows = op.layerRows(weights, rank: graph[data].shape?.rank)
        default: rows = nil
        }
        guard let rows else { return nil }
        var terms: [ValueID?] = []
        if let id = inputs.count > 2 ? inputs[2] : nil {
            guard let bias = graph[id].constant, bias.element == .int32, bias.elementCount == rows.shape[0] else {
                return nil
            }
            terms.append(id)
        }
        let name = inputs[1].map { graph[$0].name } ?? ""
        return (
            FullyConnected(keepsLeadingDimensions: true),
            [data, graph.add(constant: rows, name: "\(name)/rows")] + terms
        )
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
