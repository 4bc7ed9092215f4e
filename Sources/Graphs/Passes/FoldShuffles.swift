// Channels in another order, as ShuffleNets have them.
import Tensors

extension Graph {
    /// Lets dense layers read shuffled channels (a reshape, a transpose and a reshape of the last axis; every n-th channel gathered)
    /// in the order in which they lie: their weights take over the order.
    ///
    /// A shuffle goes behind functions, pools and depthwise layers, whose weights change their order, where every way from
    /// it ends in dense layers. A shuffled image that is cut becomes gathers of the channels of each part, with which a function behind
    /// them is computed, and which write where parts are joined. Other shuffles stay. The same bytes are computed.
    mutating func foldShuffles() {
        let uses = useCounts
        let readers = consumers
        let before = nodes
        GraphRewriter.rewrite(&self, having: [Transpose.self, Gather.self]) { rewriter, node in
            let shuffles = Shuffles(uses: uses) { id in
                id.index < readers.count ? readers[id.index].map { before[$0] } : []
            }
            if let picked = rewriter.shuffle(node, shuffles) ?? rewriter.everyNth(node) {
                rewriter.gather(picked, as: node.outputs[0], node.origin)
            } else if !rewriter.cut(node), !rewriter.pass(node) {
                rewriter.keep(node)
            }
        }
    }
}

/// What is known of the graph in which shuffles are looked for.
private struct Shuffles {
    var uses: [Int]
    var readers: (ValueID) -> [Node]
}

/// Channels, along the last axis, of another value.
private struct PickedChannels {
    var inner: ValueID
    var channels: [Int]
}

extension GraphRewriter {
    // MARK: Finding

    /// [..., a, b] as [..., b, a], both as [..., a * b].
    fileprivate func shuffle(_ node: Node, _ graphUses: Shuffles) -> PickedChannels? {
        guard node.op is Reshape, let turned = node.inputs[0], let turn = soleProducer(turned, graphUses.uses),
            turn.op is Transpose, let view = view(turned), let apart = soleProducer(view.inner, graphUses.uses),
            apart.op is Reshape, let source = apart.inputs[0], isChannels(source),
            let shape = graph[source].shape, shape == graph[node.outputs[0]].shape,
            let cut = graph[view.inner].shape, cut.rank == shape.rank + 1,
            cut.dimensions.dropLast(2) == shape.dimensions.dropLast(),
            view.order == Array(0..<shape.rank - 1) + [shape.rank, shape.rank - 1],
            isCut(node.outputs[0], graphUses) || isTakenOver(node.outputs[0], graphUses)
        else { return nil }
        let (outer, inner) = (cut[cut.rank - 2], cut[cut.rank - 1])
        return PickedChannels(
            inner: source, channels: (0..<inner).flatMap { column in (0..<outer).map { $0 * inner + column } })
    }

    /// One index of the last axis of [..., a, b], which is a reshaped [..., a * b].
    fileprivate func everyNth(_ node: Node) -> PickedChannels? {
        guard let op = node.op as? Gather, op.batchAxes == 0, let data = node.inputs[0],
            let apart = unassumed(data).flatMap({ producer(of: $0) }), apart.op is Reshape,
            let source = apart.inputs.first ?? nil, isChannels(source), let shape = graph[source].shape,
            let cut = graph[data].shape, cut.rank == shape.rank + 1, op.axis == shape.rank,
            cut.dimensions.dropLast(2) == shape.dimensions.dropLast(),
            let index = node.inputs[1].flatMap({ graph[$0].constant }), index.shape.rank == 0,
            let place = index.integers.first, (0..<Int64(cut[shape.rank])).contains(place), isPickedFast(shape)
        else { return nil }
        let step = cut[shape.rank]
        return PickedChannels(inner: source, channels: (0..<cut[shape.rank - 1]).map { $0 * step + Int(place) })
    }

    /// The same bytes before their scale was named, where it is the scale that they have.
    private func unassumed(_ id: ValueID) -> ValueID? {
        guard let node = producer(of: id), node.op is AssumeQuantization, let inner = node.inputs[0] else { return id }
        return graph[inner].quantization == graph[id].quantization ? inner : nil
    }

    /// Whether a cut along the channels alone reads a value.
    private func isCut(_ id: ValueID, _ graphUses: Shuffles) -> Bool {
        let readers = graphUses.readers(id)
        guard readers.count == 1, graphUses.uses[id.index] == 1, readers[0].op is Split, let shape = graph[id].shape
        else {
            return false
        }
        return isPickedFast(shape)
    }

    /// Whether all that reads a value can take the order of its channels over, looked for through at most `reach` nodes.
    private func isTakenOver(_ id: ValueID, _ graphUses: Shuffles, reach: Int = 4) -> Bool {
        let readers = graphUses.readers(id)
        guard reach > 0, !readers.isEmpty, !graph.outputs.contains(id) else { return false }
        return readers.allSatisfy { reader in
            switch reader.op {
            case let op as Convolution: return op.layout == .channelsLast && op.groups == 1 && reader.inputs[0] == id
            case is DepthwiseConvolution, is Unary, is Quantize, is AssumeQuantization, is Pool:
                return reader.inputs[0] == id && reader.outputs.count == 1
                    && isTakenOver(reader.outputs[0], graphUses, reach: reach - 1)
            default: return false
            }
        }
    }

    /// Whether gathering channels takes less time than turning all of them: two vectors hold a row.
    private func isPickedFast(_ shape: Shape) -> Bool { shape[shape.rank - 1] <= 128 }

    /// Whether these are bytes of one scale.
    private func isChannels(_ id: ValueID) -> Bool {
        guard let type = graph[id].type, type.shape.rank > 1 else { return false }
        return (type.element == .int8 || type.element == .uint8) && type.quantization?.isPerTensor ?? true
            && (1..<1 << 16).contains(type.shape[type.shape.rank - 1])
    }

    /// What a gather of this pass gathers.
    private func picked(_ id: ValueID?) -> PickedChannels? {
        guard let id, let node = producer(of: id), let op = node.op as? Gather, op.batchAxes == 0,
            let inner = node.inputs[0], isChannels(inner), let shape = graph[inner].shape, op.axis == shape.rank - 1,
            let indices = node.inputs[1].flatMap({ graph[$0].constant }), indices.shape.rank == 1
        else { return nil }
        let channels = indices.integers.map(Int.init)
        guard channels.allSatisfy({ (0..<shape[op.axis]).contains($0) }) else { return nil }
        return PickedChannels(inner: inner, channels: channels)
    }

    // MARK: Moving

    /// Adds the gather that makes `result`, of what is gathered first where that is a gather too.
    fileprivate mutating func gather(_ choice: PickedChannels, as result: ValueID, _ origin: Node.Origin) {
        var choice = choice
        if let before = picked(choice.inner) {
            choice = PickedChannels(inner: before.inner, channels: choice.channels.map { before.channels[$0] })
        }
        guard let rank = graph[choice.inner].shape?.rank,
            let indices = add(integers: choice.channels, name: "\(graph[result].name)/channels")
        else { return }
        add(Node(Gather(axis: rank - 1), inputs: [choice.inner, indices], outputs: [result], origin: origin))
    }

    /// Gathers the parts of gathered channels one by one.
    fileprivate mutating func cut(_ node: Node) -> Bool {
        guard let op = node.op as? Split, let whole = picked(node.inputs[0]), let arguments = graph.arguments(of: node),
            let resolved = try? op.resolved(arguments), resolved.axis == arguments.types[0].map({ $0.shape.rank - 1 }),
            resolved.sizes.count == node.outputs.count,
            resolved.sizes.reduce(0, +) == whole.channels.count
        else { return false }
        var start = 0
        for (size, part) in zip(resolved.sizes, node.outputs) {
            let channels = Array(whole.channels[start..<start + size])
            gather(PickedChannels(inner: whole.inner, channels: channels), as: part, node.origin)
            start += size
        }
        return true
    }

    /// Lets an operator on a gather of all channels work on what is gathered.
    fileprivate mutating func pass(_ node: Node) -> Bool {
        guard let input = node.inputs.first ?? nil, let data = picked(input),
            let count = graph[data.inner].shape?.dimensions.last, data.channels.count == count,
            Set(data.channels).count == count, graph[data.inner].quantization == graph[input].quantization
        else { return false }
        var inputs = node.inputs
        inputs[0] = data.inner
        // Where each channel that lies there is wanted.
        let places = Permutation.inverse(data.channels)
        switch node.op {
        case let op as Convolution where op.layout == .channelsLast && op.groups == 1:
            guard let weights = reordered(node, 1, axis: 3, places) else { return false }
            inputs[1] = weights
            add(Node(op, inputs: inputs, outputs: node.outputs, origin: node.origin))
            return true
        case is DepthwiseConvolution:
            guard let weights = reordered(node, 1, axis: 2, places) else { return false }
            inputs[1] = weights
            if inputs.count > 2, inputs[2] != nil {
                guard let bias = reordered(node, 2, axis: 0, places) else { return false }
                inputs[2] = bias
            }
        case is Unary, is Quantize, is AssumeQuantization:
            guard isChannels(node.outputs[0]) else { return false }
        case let op as Pool where op.layout == .channelsLast && node.outputs.count == 1: break
        default: return false
        }
        let result = graph[node.outputs[0]]
        let inner = add(
            node.op, inputs, name: "\(result.name)/unshuffled", origin: node.origin, element: result.element,
            quantization: result.quantization)
        gather(PickedChannels(inner: inner, channels: data.channels), as: node.outputs[0], node.origin)
        return true
    }

    /// Constant input `index` with its entries along `axis` in the order of `places`.
    private mutating func reordered(_ node: Node, _ index: Int, axis: Int, _ places: [Int]) -> ValueID? {
        guard let id = node.inputs[index], let constant = graph[id].constant,
            let ordered = constant.picked(places, axis: axis)
        else { return nil }
        return graph.add(constant: ordered, name: "\(graph[id].name)/unshuffled")
    }
}
