// Distributions over positions whose mean alone is wanted.
import Tensors

extension Graph {
    /// A softmax of dequantized bytes and the 1x1 convolution to one channel behind it (how detectors of the YOLOv8 family say
    /// where the edges of a box are) become one operator on the bytes, where nobody else reads the values between. Sums are
    /// divided once instead of every term.
    mutating func fuseExpectations() {
        let uses = useCounts
        GraphRewriter.rewrite(&self, having: [Softmax.self]) { rewriter, node in
            if !rewriter.fuseExpectation(node, uses) { rewriter.keep(node) }
        }
    }
}

extension GraphRewriter {
    fileprivate mutating func fuseExpectation(_ node: Node, _ uses: [Int]) -> Bool {
        guard let op = node.op as? Convolution, op.isPointwise, op.layout == .channelsLast, op.activation == .none,
            node.inputs.count < 3 || node.inputs[2] == nil, let weights = node.inputs[1],
            let kernel = graph[weights].constant, kernel.element == .float32, kernel.shape.rank == 4,
            kernel.shape.dimensions.dropLast() == [1, 1, 1], let result = graph[node.outputs[0]].shape,
            result.rank == 4,
            let bytes = distribution(node.inputs[0], uses), bytes.order[3] == 3
        else { return false }
        let name = graph[node.outputs[0]].name
        let flat = Shape([kernel.elementCount])
        guard let bins = kernel.reshaped(flat, quantization: nil) else { return false }
        let means = add(
            SoftmaxExpectation(), [bytes.inner, graph.add(constant: bins, name: "\(name)/bins")], name: "\(name)/means",
            origin: node.origin)
        let turned = add(
            Transpose(Array(bytes.order.dropLast())), [means], name: "\(name)/turned", origin: node.origin)
        add(
            Node(
                Reshape(result.dimensions, zeroCopies: false), inputs: [turned], outputs: node.outputs,
                origin: node.origin))
        return true
    }

    /// The bytes of which `id` is the softmax along its last axis, as a view with the axes of `id`.
    private func distribution(_ id: ValueID?, _ uses: [Int]) -> TransposedView? {
        guard let id, graph[id].shape?.rank == 4 else { return nil }
        var data = untransposed(TransposedView(inner: id, order: [0, 1, 2, 3]), uses)
        guard let node = soleProducer(data.inner, uses), let op = node.op as? Softmax, op.function == .softmax,
            op.beta == 1, data.order[3] == Shape(data.order).normalized(axis: op.axis), let logits = node.inputs[0]
        else { return nil }
        data = untransposed(TransposedView(inner: logits, order: data.order), uses)
        guard let dequantize = soleProducer(data.inner, uses), dequantize.op is Dequantize,
            let bytes = dequantize.inputs[0]
        else { return nil }
        data = untransposed(TransposedView(inner: bytes, order: data.order), uses)
        guard graph[data.inner].element?.byteCount == 1, graph[data.inner].quantization?.isPerTensor == true else {
            return nil
        }
        return data
    }

    /// The same view of what stands before transposes whose results nobody else reads.
    private func untransposed(_ data: TransposedView, _ uses: [Int]) -> TransposedView {
        var data = data
        while soleProducer(data.inner, uses) != nil, let before = view(data.inner) {
            data = TransposedView(inner: before.inner, order: Permutation.composed(before.order, data.order))
        }
        return data
    }
}

extension Convolution {
    /// Whether each pixel of the result depends on the same pixel of the image alone.
    fileprivate var isPointwise: Bool {
        guard groups == 1, strides.allSatisfy({ $0 == 1 }), case .explicit(let before, let after) = padding else {
            return false
        }
        return (before + after).allSatisfy { $0 == 0 }
    }
}
