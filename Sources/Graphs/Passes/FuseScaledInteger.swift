// From integer sums, a cast and a product with scales to one layer.
import Tensors

extension Graph {
    /// Takes the Cast, the product with both scales and the bias behind an integer convolution or matrix product with
    /// constant weights into one operator. Every number is computed and rounded as before.
    mutating func fuseScaledIntegers() {
        let uses = useCounts
        GraphRewriter.rewrite(&self, having: [IntegerConvolution.self, IntegerMatMul.self]) { rewriter, node in
            if !rewriter.takeScales(node, uses), !rewriter.takeBias(node, uses) { rewriter.keep(node) }
        }
    }
}

extension GraphRewriter {
    /// Cast(sums) * (scale of the data * scale of the weights).
    fileprivate mutating func takeScales(_ node: Node, _ uses: [Int]) -> Bool {
        guard let op = node.op as? Binary, op.function == .multiply, op.activation == .none, node.inputs.count == 2,
            let result = graph[node.outputs[0]].type, result.element == .float32
        else { return false }
        for (sum, scale) in [(0, 1), (1, 0)] {
            guard let real = node.inputs[sum], uses[real.index] == 1, let cast = producer(of: real),
                (cast.op as? Cast)?.element == .float32, let sums = cast.inputs[0], uses[sums.index] == 1,
                let layer = producer(of: sums), layer.op is IntegerConvolution || layer.op is IntegerMatMul,
                graph[sums].shape == result.shape, let channelAxis = channelAxis(layer),
                let factor = node.inputs[scale], let product = producer(of: factor),
                let scales = scales(product, channelAxis: channelAxis, layer)
            else { continue }
            var inputs = Array(layer.inputs.prefix(4))
            while inputs.count < 4 { inputs.append(nil) }
            let weights = graph.add(constant: scales.weights, name: "\(graph[node.outputs[0]].name)/scales")
            add(
                Node(
                    ScaledInteger(layer.op), inputs: inputs + [scales.data, weights], outputs: node.outputs,
                    origin: layer.origin))
            return true
        }
        return false
    }

    /// A constant that is added to each channel of such a layer.
    fileprivate mutating func takeBias(_ node: Node, _ uses: [Int]) -> Bool {
        guard let op = node.op as? Binary, op.function == .add, node.inputs.count == 2,
            let result = graph[node.outputs[0]].type
        else { return false }
        for (product, bias) in [(0, 1), (1, 0)] {
            guard let scaled = node.inputs[product], uses[scaled.index] == 1, let layer = producer(of: scaled),
                var fused = layer.op as? ScaledInteger, layer.inputs.count == 6, fused.activation == .none,
                graph[scaled].type == result, let id = node.inputs[bias], let constant = graph[id].constant,
                constant.element == .float32, let axis = channelAxis(layer),
                let values = alongChannels(constant, rank: result.shape.rank, axis: axis),
                values.elementCount == result.shape[axis]
            else { continue }
            fused.activation = op.activation
            let flat = graph.add(constant: values, name: "\(graph[id].name)/channels")
            add(Node(fused, inputs: layer.inputs + [flat], outputs: node.outputs, origin: layer.origin))
            return true
        }
        return false
    }

    /// The axis of output channels of a layer whose weights are constant and whose data have one zero point.
    private func channelAxis(_ layer: Node) -> Int? {
        guard let weights = layer.inputs[1], graph[weights].constant != nil,
            let rank = graph[layer.outputs[0]].shape?.rank, rank > 0
        else { return nil }
        if layer.inputs.count > 2, let zero = layer.inputs[2], graph[zero].shape?.elementCount != 1 { return nil }
        if layer.inputs.count > 3, let zeros = layer.inputs[3], graph[zeros].constant == nil { return nil }
        switch (layer.op as? ScaledInteger)?.inner ?? layer.op {
        case let op as IntegerConvolution: return op.convolution.layout.channelAxis(rank: rank)
        case is IntegerMatMul: return graph[weights].shape?.rank == 2 ? rank - 1 : nil
        default: return nil
        }
    }

    /// The data's scale and the weights' constant ones of a product of both.
    private func scales(_ product: Node, channelAxis: Int, _ layer: Node) -> (data: ValueID, weights: Tensor)? {
        guard let op = product.op as? Binary, op.function == .multiply, op.activation == .none,
            product.inputs.count == 2, let shape = graph[layer.outputs[0]].shape
        else { return nil }
        for (data, weights) in [(0, 1), (1, 0)] {
            guard let data = product.inputs[data], graph[data].type?.element == .float32,
                graph[data].shape?.elementCount == 1, let weights = product.inputs[weights],
                let constant = graph[weights].constant, constant.element == .float32
            else { continue }
            if constant.elementCount == 1 { return constant.reshaped([1], quantization: nil).map { (data, $0) } }
            if let flat = alongChannels(constant, rank: shape.rank, axis: channelAxis),
                flat.elementCount == shape[channelAxis]
            {
                return (data, flat)
            }
        }
        return nil
    }

    /// A constant that broadcasts along the channels alone, as a vector.
    private func alongChannels(_ constant: Tensor, rank: Int, axis: Int) -> Tensor? {
        let shape = constant.shape
        guard shape.rank <= rank else { return nil }
        for index in 0..<shape.rank where index + rank - shape.rank != axis && shape[index] != 1 { return nil }
        return constant.reshaped([constant.elementCount], quantization: nil)
    }
}
