// Image operators with channels last, as the kernels want them.
import Tensors

extension Graph {
    /// Gives convolutions and pools of bytes, words and floats channels last, with transposes before and after; a convolution of each channel by
    /// itself becomes a `DepthwiseConvolution`, one along one axis becomes one over an image of height 1. Bits do not change.
    mutating func makeChannelsLast() {
        GraphRewriter.rewrite(&self) { rewriter, node in
            if !rewriter.convert(node) { rewriter.keep(node) }
        }
    }
}

/// Axis orders between the two layouts of images.
private let toLast = [0, 2, 3, 1]
private let toFirst = [0, 3, 1, 2]

extension GraphRewriter {
    /// Adds the node with channels last; `false` where it has no such form.
    fileprivate mutating func convert(_ node: Node) -> Bool {
        if let op = node.op as? IntegerConvolution { return convert(node, op) { $0 } }
        if let scaled = node.op as? ScaledInteger, let op = scaled.inner as? IntegerConvolution {
            return convert(node, op) { ScaledInteger($0, activation: scaled.activation) }
        }
        guard let data = node.inputs.first ?? nil, let type = graph[data].type,
            type.element == .float32
                || type.quantization?.isPerTensor == true && [.int8, .uint8, .int16].contains(type.element)
        else { return false }
        switch node.op {
        case let op as Convolution where op.layout == .channelsFirst: return convert(node, op, data, type.shape)
        case var op as TransposedConvolution
        where op.layout == .channelsFirst && op.groups == 1 && type.shape.rank == 4:
            // Weights [C, O, h, w] become [O, h, w, C].
            guard let weights = constant(node.inputs[1])?.transposed([1, 2, 3, 0]) else { return false }
            op.layout = .channelsLast
            wrap(node, op, data, [graph.add(constant: weights, name: name(node, "weights"))] + node.inputs.dropFirst(2))
        case var op as Pool where op.layout == .channelsFirst && type.shape.rank == 4 && node.outputs.count == 1:
            op.layout = .channelsLast
            wrap(node, op, data, [])
        case var op as DepthSpace
        where op.layout == .channelsFirst && type.shape.rank == 4 && op.direction != .depthToSpace(columnFirst: true):
            op.layout = .channelsLast
            wrap(node, op, data, [])
        default: return false
        }
        return true
    }

    private func constant(_ id: ValueID?) -> Tensor? { id.flatMap { graph[$0].constant } }

    private func name(_ node: Node, _ part: String) -> String { "\(graph[node.outputs[0]].name)/\(part)" }

    /// Adds `op` on data with channels last; `rest` are its other inputs.
    private mutating func wrap(
        _ node: Node, _ op: any Operator, _ data: ValueID, _ rest: [ValueID?], isImage: Bool = true
    ) {
        var value = data
        if !isImage { value = add(Unsqueeze(axes: [2]), [value], name: name(node, "image"), origin: node.origin) }
        value = add(Transpose(toLast), [value], name: name(node, "in"), origin: node.origin)
        let result = graph[node.outputs[0]]
        value = add(
            op, [value] + rest, name: name(node, "channelsLast"), origin: node.origin, element: result.element,
            quantization: result.quantization)
        if isImage { return add(Node(Transpose(toFirst), inputs: [value], outputs: node.outputs, origin: node.origin)) }
        value = add(Transpose(toFirst), [value], name: name(node, "out"), origin: node.origin)
        add(Node(Squeeze(axes: [2]), inputs: [value], outputs: node.outputs, origin: node.origin))
    }

    /// A convolution without scales, or what `wrapped` makes of it; its weights may be computed.
    private mutating func convert(
        _ node: Node, _ op: IntegerConvolution, wrapped: (IntegerConvolution) -> any Operator
    ) -> Bool {
        guard op.convolution.layout == .channelsFirst, let data = node.inputs[0], var weights = node.inputs[1],
            let rank = graph[data].shape?.rank, rank == 3 || rank == 4, graph[weights].shape?.rank == rank,
            var convolution = rank == 4 ? op.convolution : op.convolution.overImages
        else { return false }
        convolution.layout = .channelsLast
        if rank == 3 {
            if let image = graph[weights].constant?.asImages {
                weights = graph.add(constant: image, name: name(node, "images"))
            } else {
                weights = add(Unsqueeze(axes: [2]), [weights], name: name(node, "images"), origin: node.origin)
            }
        }
        let turned: ValueID
        if let tensor = graph[weights].constant?.transposed(toLast) {
            turned = graph.add(constant: tensor, name: name(node, "weights"))
        } else {
            turned = add(Transpose(toLast), [weights], name: name(node, "weights"), origin: node.origin)
        }
        wrap(
            node, wrapped(IntegerConvolution(convolution)), data, [turned] + node.inputs.dropFirst(2),
            isImage: rank == 4)
        return true
    }

    private mutating func convert(_ node: Node, _ op: Convolution, _ data: ValueID, _ shape: Shape) -> Bool {
        guard var weights = constant(node.inputs[1]), shape.rank == 3 || shape.rank == 4,
            weights.shape.rank == shape.rank
        else { return false }
        var op = op
        let isImage = shape.rank == 4
        if !isImage {
            guard let image = weights.asImages, let widened = op.overImages else { return false }
            (weights, op) = (image, widened)
        }
        let bias = Array(node.inputs.dropFirst(2))
        if op.groups > 1, op.groups == shape[1] {
            // [C * m, 1, h, w] becomes [h, w, C * m].
            guard let turned = weights.transposed([2, 3, 0, 1]) else { return false }
            var quantization = turned.type.quantization
            if let axis = quantization?.axis {
                guard axis == 2 else { return false }
                quantization?.axis = 2
            }
            guard
                let flat = turned.reshaped(Shape(Array(turned.shape.dimensions.prefix(3))), quantization: quantization)
            else { return false }
            let depthwise = DepthwiseConvolution(
                strides: op.strides, dilations: op.dilations, padding: op.padding, activation: op.activation)
            wrap(
                node, depthwise, data, [graph.add(constant: flat, name: name(node, "weights"))] + bias, isImage: isImage
            )
            return true
        }
        guard let turned = weights.transposed(toLast) else { return false }
        op.layout = .channelsLast
        wrap(node, op, data, [graph.add(constant: turned, name: name(node, "weights"))] + bias, isImage: isImage)
        return true
    }
}

extension Convolution {
    /// The convolution along one axis as one over images of height 1; `nil` for one along another number of axes.
    fileprivate var overImages: Convolution? {
        guard strides.count == 1, dilations.count == 1 else { return nil }
        var op = self
        op.strides.insert(1, at: 0)
        op.dilations.insert(1, at: 0)
        if case .explicit(let before, let after) = padding {
            op.padding = .explicit(before: [0] + before, after: [0] + after)
        }
        return op
    }
}

extension Tensor {
    /// Weights [O, C, w] as [O, C, 1, w].
    fileprivate var asImages: Tensor? {
        guard shape.rank == 3 else { return nil }
        return reshaped([shape[0], shape[1], 1, shape[2]], quantization: type.quantization)
    }
}
