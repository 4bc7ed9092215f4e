// Operators on images, whose channels ONNX wants first.
import Graphs
import Tensors

extension Layout {
    /// The order of axes that brings the channels of an image of this layout first.
    fileprivate func toFirst(rank: Int) -> [Int] {
        self == .channelsFirst ? Array(0..<rank) : [0, rank - 1] + Array(1..<rank - 1)
    }

    fileprivate func fromFirst(rank: Int) -> [Int] {
        self == .channelsFirst ? Array(0..<rank) : [0] + Array(2..<rank) + [1]
    }
}

extension StandardForm {
    /// `step`, which works with the channels first, then an activation, on an image of another layout.
    private mutating func finishImage(
        _ node: Node, _ layout: Layout, _ step: Step, _ activation: Activation = .none
    ) throws {
        let steps = [step] + Step.steps(activation)
        guard layout == .channelsLast else { return try finish(node, steps) }
        let rank = try shape(try required(node, 0)).rank
        let (before, after) = (Transpose(layout.toFirst(rank: rank)), Transpose(layout.fromFirst(rank: rank)))
        try finish(node, [Step(before)] + steps + [Step(after)])
    }

    /// `op`, which works with the channels first, on an image whose channels are last.
    mutating func finishImage(_ node: Node, _ op: any Operator) throws {
        try finishImage(node, .channelsLast, Step(op, Array(node.inputs.dropFirst())))
    }

    // MARK: Convolutions

    mutating func lower(_ node: Node, _ original: Node, _ op: Convolution) throws {
        guard op.layout == .channelsLast || op.activation != .none || original.hasQuantizedOperand(source) else {
            return keep(node)
        }
        let (data, weights) = (try required(node, 0), try required(node, 1))
        let size = try arguments(original).shape(1)
        let turned = try arranged(weights, op.layout.toFirst(rank: size.rank), original)
        var first = op
        first.layout = .channelsFirst
        first.activation = .none
        if op.layout == .channelsLast {
            first.padding = try explicit(op.window(weights: size), over: try shape(data), op.layout)
        }
        try finishImage(node, op.layout, Step(first, [turned] + (try bias(original))), op.activation)
    }

    /// Weights [h, w, C * m] become [C * m, 1, h, w], a group for each channel.
    mutating func lower(_ node: Node, _ original: Node, _ op: DepthwiseConvolution) throws {
        let weights = try required(node, 1)
        let (shape, size) = (try arguments(original).shape(0), try arguments(original).shape(1))
        let turned = try arranged(weights, [2, 0, 1], original, shape: [size[2], 1, size[0], size[1]])
        let padding = try explicit(op.window(weights: size), over: shape, .channelsLast)
        let convolution = Convolution(
            layout: .channelsFirst, strides: op.strides, dilations: op.dilations, padding: padding, groups: shape[3])
        try finishImage(node, .channelsLast, Step(convolution, [turned] + (try bias(original))), op.activation)
    }

    /// Weights [O, h, w, C] become [C, O, h, w]; the wanted size becomes padding.
    mutating func lower(_ node: Node, _ original: Node, _ op: TransposedConvolution) throws {
        guard op.layout == .channelsLast || op.activation != .none || original.hasQuantizedOperand(source) else {
            return keep(node)
        }
        let weights = try required(node, 1)
        var first = op
        first.layout = .channelsFirst
        first.activation = .none
        let (shape, size) = (try arguments(original).shape(0), try arguments(original).shape(1))
        var order = Array(0..<size.rank)
        if op.layout == .channelsLast {
            order = [order.count - 1] + order.dropLast()
            let axes = try op.axes(data: shape, weights: size)
            // Of each axis what the stride and the window make, without padding.
            let full = axes.map { $0.stride * ($0.output - 1) + ($0.size - 1) * $0.dilation + 1 }
            let short = zip(axes, full).map { $1 - $0.input - $0.before }
            first.padding = .explicit(before: axes.map(\.before), after: short.map { max(0, $0) })
            first.outputPadding = short.map { max(0, -$0) }
            first.outputSize = nil
        }
        let turned = try arranged(weights, order, original)
        try finishImage(node, op.layout, Step(first, [turned] + (try bias(original))), op.activation)
    }

    /// Weights with their axes in `order`, then in `shape`; a quantized axis goes with them.
    private mutating func arranged(
        _ id: ValueID, _ order: [Int], _ original: Node, shape: Shape? = nil
    ) throws -> ValueID {
        guard let (tensor, name) = weights(id), let turned = tensor.transposed(order) else {
            let result = try add(Transpose(order), [try real(id)], original.outputs[0])
            return try shape.map { try add(Reshape($0.dimensions, zeroCopies: false), [result], original.outputs[0]) }
                ?? result
        }
        var type = turned.type
        // Only axes of size 1 come in, all of them behind the first.
        if let shape { type.shape = shape }
        guard let arranged = turned.reinterpreted(as: type) else { throw ONNXError("the weights have no values") }
        return try place(arranged, name: name)
    }

    /// How many elements are added at the borders of an image.
    private func explicit(_ window: Window, over shape: Shape, _ layout: Layout) throws -> Padding {
        let axes = try window.axes(over: Array(shape.dimensions[layout.spatialAxes(rank: shape.rank)]))
        return .explicit(before: axes.map(\.before), after: axes.map(\.after))
    }

    // MARK: Pools and resizing

    mutating func lower(_ node: Node, _ op: Pool) throws {
        guard op.layout == .channelsLast || op.activation != .none else { return keep(node) }
        let data = try required(node, 0)
        var first = op
        first.layout = .channelsFirst
        first.activation = .none
        if op.layout == .channelsLast {
            first.window.padding = try explicit(op.window, over: try shape(data), op.layout)
        }
        try finishImage(node, op.layout, Step(first), op.activation)
    }

    mutating func lower(_ node: Node, _ original: Node, _ op: ResizeImage) throws {
        let data = try required(node, 0)
        let size = try arguments(original).integers(1)
        let shape = try shape(data)
        // Halfway between two neighbours TFLite takes the later one where centres or corners meet, else the one before.
        let rounding: Resize.Rounding = op.alignsCorners || op.hasHalfPixelCentres ? .preferCeil : .floor
        let resize = Resize(
            mode: op.isBilinear ? .linear : .nearest(rounding),
            coordinates: op.alignsCorners ? .alignCorners : op.hasHalfPixelCentres ? .halfPixel : .asymmetric)
        let sizes = try add(integers: [shape[0], shape[3]] + size, "\(graph[node.outputs[0]].name)/size")
        try finishImage(node, .channelsLast, Step(resize, [nil, nil, sizes]))
    }
}

extension Node {
    /// Whether an operand is quantized in the source, so that more than the data must be converted.
    fileprivate func hasQuantizedOperand(_ source: Graph) -> Bool {
        inputs.contains { $0.map { source[$0].standsForReals } ?? false }
    }
}
