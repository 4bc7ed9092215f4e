// An image cut into four of half its size, in front of a convolution.
import Tensors

extension Graph {
    /// Turns a convolution over the four images of every second row and column, joined by channel, into one of twice the kernel and
    /// strides over the image itself. Quantized data only: the sums have the same terms.
    mutating func foldFocus() {
        let uses = useCounts
        GraphRewriter.rewrite(&self) { rewriter, node in
            if !rewriter.foldFocus(node, uses) { rewriter.keep(node) }
        }
    }
}

extension GraphRewriter {
    fileprivate mutating func foldFocus(_ node: Node, _ uses: [Int]) -> Bool {
        func isShared(_ id: ValueID) -> Bool { id.index >= uses.count || uses[id.index] != 1 }
        guard var op = node.op as? Convolution, op.layout == .channelsLast, op.groups == 1, op.dilations == [1, 1],
            op.strides.count == 2, case .explicit(let before, let after) = op.padding, before.count == 2,
            after.count == 2, (before + after + op.strides).allSatisfy({ (0..<1 << 16).contains($0) }),
            let input = node.inputs[0], !isShared(input), [.int8, .uint8, .int16].contains(graph[input].element),
            let turn = producer(of: input), turn.op is Transpose, view(input)?.order == [0, 2, 3, 1],
            let joined = turn.inputs[0], !isShared(joined), let join = producer(of: joined),
            let concat = join.op as? Concat, concat.axis == 1, concat.activation == .none, join.inputs.count == 4,
            let weights = node.inputs[1].flatMap({ graph[$0].constant }), weights.element.byteCount == 1
        else { return false }
        var quarters: [Quarter] = []
        for id in join.inputs {
            guard let id, graph[id].quantization == graph[joined].quantization, let quarter = quarter(id) else {
                return false
            }
            quarters.append(quarter)
        }
        guard let first = quarters.first, quarters.allSatisfy({ $0.isOf(first) }),
            Set(quarters.map { [$0.row, $0.column] }).count == 4, let turned = spread(weights, quarters)
        else { return false }
        let name = graph[joined].name
        var image = first.image
        if first.isQuantized {
            image = add(
                Quantize(), [image], name: "\(name)/image", origin: turn.origin, element: graph[joined].element,
                quantization: graph[joined].quantization)
        }
        image = add(Transpose([0, 2, 3, 1]), [image], name: "\(name)/in", origin: turn.origin)
        op.strides = op.strides.map { 2 * $0 }
        op.padding = .explicit(before: before.map { 2 * $0 }, after: after.map { 2 * $0 })
        let kernel = graph.add(constant: turned, name: "\(name)/weights")
        add(Node(op, inputs: [image, kernel] + node.inputs.dropFirst(2), outputs: node.outputs, origin: node.origin))
        return true
    }

    /// Every second row and column of an image [N, C, H, W], from the first or the second on.
    private struct Quarter {
        var image: ValueID
        var row: Int
        var column: Int
        var isQuantized: Bool

        func isOf(_ other: Quarter) -> Bool { image == other.image && isQuantized == other.isQuantized }
    }

    private func quarter(_ id: ValueID) -> Quarter? {
        var (image, isQuantized) = (id, false)
        var (starts, steps) = ([Int](repeating: 0, count: 4), [Int](repeating: 1, count: 4))
        while let node = producer(of: image), let source = node.inputs[0] {
            if node.op is Quantize, !isQuantized {
                isQuantized = true
            } else if let slicing = node.op.slicing, let arguments = graph.arguments(of: node),
                let (ranges, output) = try? slicing.slice(arguments), ranges.count == 4, output.rank == 4
            {
                for axis in 0..<4 {
                    starts[axis] = ranges[axis].start &+ ranges[axis].step &* starts[axis]
                    steps[axis] = ranges[axis].step &* steps[axis]
                }
            } else {
                break
            }
            image = source
        }
        guard let shape = graph[image].shape, let part = graph[id].shape, shape.rank == 4, steps == [1, 1, 2, 2],
            starts[0] == 0, starts[1] == 0, (0...1).contains(starts[2]), (0...1).contains(starts[3]),
            part[0] == shape[0], part[1] == shape[1], 2 * part[2] == shape[2], 2 * part[3] == shape[3]
        else { return nil }
        return Quarter(image: image, row: starts[2], column: starts[3], isQuantized: isQuantized)
    }

    /// Weights [O, h, w, 4 C] of the quarters as weights [O, 2 h, 2 w, C] of the image.
    private func spread(_ weights: Tensor, _ quarters: [Quarter]) -> Tensor? {
        let shape = weights.shape
        guard shape.rank == 4, shape[3] % 4 == 0, shape[1] < 1 << 16, shape[2] < 1 << 16,
            weights.type.quantization?.axis ?? 0 == 0
        else { return nil }
        let (height, width, channels) = (shape[1], shape[2], shape[3] / 4)
        let result: Shape = [shape[0], 2 * height, 2 * width, channels]
        return try? Tensor(TensorType(weights.element, result, quantization: weights.type.quantization)) { target in
            weights.withUnsafeBytes { source in
                for position in source.indices {
                    let (tap, channel) = (position / shape[3], position % shape[3])
                    let (row, column) = (tap / width, tap % width)
                    let quarter = quarters[channel / channels]
                    let place = (2 * row + quarter.row) * 2 * width + 2 * column + quarter.column
                    target[place * channels + channel % channels] = source[position]
                }
            }
        }
    }
}
