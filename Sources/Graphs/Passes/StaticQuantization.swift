// QuantizeLinear and DequantizeLinear whose scales are known.
import Tensors

extension Graph {
    /// Replaces QuantizeLinear and DequantizeLinear with constant scales, one or one an index of an axis, by `Quantize` and
    /// `Dequantize` on values that carry their quantization.
    ///
    /// Numbers of other float types than float32, and scales in blocks, stay as they are.
    mutating func makeQuantizationStatic() {
        GraphRewriter.rewrite(&self, having: [QuantizeLinear.self, DequantizeLinear.self]) { rewriter, node in
            let kind = ObjectIdentifier(type(of: node.op))
            guard kind == ObjectIdentifier(QuantizeLinear.self) || kind == ObjectIdentifier(DequantizeLinear.self),
                node.outputs.count == 1, let input = node.inputs.first ?? nil, let source = rewriter.graph[input].type
            else {
                return rewriter.keep(node)
            }
            if let op = node.op as? QuantizeLinear, source.element == .float32,
                let result = rewriter.graph[node.outputs[0]].type,
                let quantization = rewriter.quantization(node, op.scales, source.shape)
            {
                rewriter.graph[node.outputs[0]].quantization = quantization
                rewriter.graph[node.outputs[0]].element = result.element
                return rewriter.add(Node(Quantize(), inputs: [input], outputs: node.outputs, origin: node.origin))
            }
            if let op = node.op as? DequantizeLinear,
                let quantization = rewriter.quantization(node, op.scales, source.shape)
            {
                let data = rewriter.assumed(input, quantization, node.origin)
                return rewriter.add(Node(Dequantize(), inputs: [data], outputs: node.outputs, origin: node.origin))
            }
            rewriter.keep(node)
        }
    }
}

extension GraphRewriter {
    /// The quantization that inputs 1 and 2 of `node` give, where they are usable constants.
    fileprivate func quantization(_ node: Node, _ layout: ScaleLayout, _ shape: Shape) -> Quantization? {
        guard layout.blockSize == 0, node.inputs.count > 1, let scales = node.inputs[1].flatMap({ graph[$0].constant }),
            scales.element == .float32
        else { return nil }
        var zeroPoints: Tensor?
        if node.inputs.count > 2, let id = node.inputs[2] {
            guard let constant = graph[id].constant else { return nil }
            zeroPoints = constant
        }
        guard let quantization = LinearQuantized.quantization(scales, zeroPoints, axis: layout.axis) else { return nil }
        guard quantization.axis != nil else { return quantization }
        guard let axis = shape.normalized(axis: layout.axis), shape[axis] == quantization.scales.count else {
            return nil
        }
        return Quantization(scales: quantization.scales, zeroPoints: quantization.zeroPoints, axis: axis)
    }
}
