// Functions of bytes go to where the bytes are made.
import Tensors

extension Graph {
    /// Moves functions of single bytes in front of what only joins, turns, reshapes or enlarges them, where nobody else reads the
    /// bytes between: there they join the function or the layer in front of them, on fewer bytes where an image is enlarged. One
    /// requantization of all parts of a split becomes one in front of it. The same bytes are computed.
    mutating func liftFunctions() {
        let uses = useCounts
        let readers = consumers
        let before = nodes
        var settled: Set<ValueID> = []
        GraphRewriter.rewrite(&self, having: [Unary.self, Quantize.self]) { rewriter, node in
            // What writes state has no results.
            guard let result = node.outputs.first else { return rewriter.keep(node) }
            guard !settled.contains(result) else { return }
            let siblings = rewriter.siblings(node) { id in readers[id.index].map { before[$0] } }
            if !siblings.isEmpty {
                settled.formUnion(siblings.map(\.outputs[0]))
                rewriter.liftTogether(siblings)
            } else if !rewriter.lift(node, uses) {
                rewriter.keep(node)
            }
        }
    }
}

extension GraphRewriter {
    /// A function of one byte that gives a byte.
    private func isByteFunction(_ node: Node) -> Bool {
        guard node.op is Unary || node.op is Quantize, node.inputs.count == 1, let input = node.inputs[0] else {
            return false
        }
        return [input, node.outputs[0]].allSatisfy { id in
            graph[id].element?.byteCount == 1 && graph[id].quantization?.isPerTensor == true
        }
    }

    fileprivate mutating func lift(_ node: Node, _ uses: [Int]) -> Bool {
        guard isByteFunction(node), let input = node.inputs[0], let mover = mover(input, uses) else { return false }
        finish(mover, node.outputs[0], node, uses)
        return true
    }

    /// Adds the mover of function values in place of the function of moved ones.
    private mutating func finish(_ mover: Mover, _ result: ValueID, _ function: Node, _ uses: [Int]) {
        var inputs = mover.node.inputs
        for index in 0..<mover.dataCount {
            guard let id = inputs[index] else { continue }
            var value = Value(name: "\(graph[id].name)/lifted", element: graph[result].element)
            value.quantization = graph[result].quantization
            let lifted = graph.add(value)
            inputs[index] = lifted
            if let further = self.mover(id, uses) {
                finish(further, lifted, function, uses)
            } else {
                add(Node(function.op, inputs: [id], outputs: [lifted], origin: function.origin))
            }
        }
        add(Node(mover.node.op, inputs: inputs, outputs: [result], origin: mover.node.origin))
    }

    /// A node whose result holds the elements of its first `dataCount` inputs, and no others.
    private struct Mover {
        var node: Node
        var dataCount: Int
    }

    /// What makes `id` and can move functions of its data as well, looked for through at most `reach` nodes.
    private func mover(_ id: ValueID, _ uses: [Int], reach: Int = 8) -> Mover? {
        guard reach > 0, let node = soleProducer(id, uses), node.outputs.count == 1 else { return nil }
        var dataCount = 1
        switch node.op {
        case is Reshape, is Squeeze, is Unsqueeze, is Flatten, is Transpose: break
        case let op as Concat where op.activation == .none:
            // A function of each part costs more than one of all, unless it is part of something else.
            dataCount = node.inputs.count
            for case let part? in node.inputs {
                guard isMadeByLayer(part, uses) || mover(part, uses, reach: reach - 1) != nil else { return nil }
            }
        case let op as Resize:
            guard case .nearest = op.mode, op.coordinates != .cropAndResize else { return nil }
        case let op as ResizeImage where !op.isBilinear: break
        default: return nil
        }
        let result = graph[id]
        for case let data? in node.inputs.prefix(dataCount) {
            guard graph[data].constant == nil, graph[data].element == result.element,
                graph[data].quantization == result.quantization,
                (graph[data].shape?.elementCount ?? .max) <= (result.shape?.elementCount ?? 0)
            else { return nil }
        }
        return Mover(node: node, dataCount: dataCount)
    }

    /// Whether a function of `id` joins another function or a layer.
    private func isMadeByLayer(_ id: ValueID, _ uses: [Int]) -> Bool {
        guard let node = soleProducer(id, uses) else { return false }
        switch node.op {
        case is Convolution, is DepthwiseConvolution, is FullyConnected: return true
        default: return isByteFunction(node)
        }
    }

    /// Requantizations, `node` among them, of all parts of a split to the same scale; in the order of the parts.
    fileprivate func siblings(_ node: Node, readers: (ValueID) -> [Node]) -> [Node] {
        guard isByteFunction(node), (node.op as? Unary)?.function == .identity, let input = node.inputs[0],
            let split = producer(of: input), (split.op as? Split)?.axis != nil, split.outputs.count > 1
        else { return [] }
        let target = graph[node.outputs[0]]
        let found = split.outputs.compactMap { part in
            readers(part).first { reader in
                (reader.op as? Unary)?.function == .identity && reader.inputs == [part]
                    && graph[reader.outputs[0]].element == target.element
                    && graph[reader.outputs[0]].quantization == target.quantization
            }
        }
        return found.count == split.outputs.count ? found : []
    }

    /// Adds one requantization of what was split, and the split of it.
    fileprivate mutating func liftTogether(_ siblings: [Node]) {
        guard let first = siblings.first, let part = first.inputs[0], let split = producer(of: part),
            let whole = split.inputs[0]
        else { return }
        let target = graph[first.outputs[0]]
        let lifted = add(
            first.op, [whole], name: "\(graph[whole].name)/lifted", origin: first.origin, element: target.element,
            quantization: target.quantization)
        add(
            Node(
                split.op, inputs: [lifted] + split.inputs.dropFirst(), outputs: siblings.map(\.outputs[0]),
                origin: split.origin))
    }
}
