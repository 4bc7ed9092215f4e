// Graphs of quantized images, drawn operator by operator.
import Graphs
import Tensors

/// All images are int8 of one quantization, channels last.
struct GraphSketch {
    var graph = Graph(name: "sketch", convention: .tflite)
    private var seed = 1
    private var shapes: [ValueID: Shape] = [:]
    private let quantization = Quantization(scale: 0.05, zeroPoint: 3)

    func channels(_ id: ValueID) -> Int { shapes[id]?.dimensions.last ?? 0 }

    mutating func input(_ shape: Shape) -> ValueID {
        let id = graph.add(Value(name: "input", type: TensorType(.int8, shape, quantization: quantization)))
        graph.inputs.append(Input(value: id, dimensions: shape.dimensions.map { .fixed($0) }))
        shapes[id] = shape
        return id
    }

    mutating func constant(_ shape: Shape) -> ValueID { number(shape, quantization) }

    private mutating func number(_ shape: Shape, _ quantization: Quantization) -> ValueID {
        seed += 1
        let values = (0..<shape.elementCount).map { Int8(truncatingIfNeeded: ($0 &+ seed) &* 37 ^ seed) }
        guard let tensor = try? Tensor(.int8, shape, values, quantization: quantization) else {
            return graph.outputs[0]
        }
        let id = graph.add(constant: tensor, name: "constant")
        shapes[id] = shape
        return id
    }

    private mutating func append(_ op: any Operator, _ inputs: [ValueID], _ outputs: [Shape]) -> [ValueID] {
        let values = outputs.map { _ in Value(name: "value", element: .int8, quantization: quantization) }
        let ids = graph.append(
            op, inputs, outputs: values, origin: Node.Origin(index: graph.nodes.count, operatorName: op.name))
        for (id, shape) in zip(ids, outputs) { shapes[id] = shape }
        return ids
    }

    private func shape(_ id: ValueID) -> Shape { shapes[id] ?? [] }

    private func shape(_ id: ValueID, _ axis: Int, _ size: Int) -> Shape {
        var result = shape(id)
        result[axis] = size
        return result
    }

    mutating func conv(_ x: ValueID, to channels: Int, size: Int = 1) -> ValueID {
        let weights = number([channels, size, size, self.channels(x)], Quantization(scale: 0.01, zeroPoint: 0))
        let op = Convolution(layout: .channelsLast, strides: [1, 1], dilations: [1, 1], padding: .same)
        return append(op, [x, weights], [shape(x, 3, channels)])[0]
    }

    /// A layer that keeps the image's size but for its strides; of each channel alone where it makes no `channels`.
    mutating func window(
        _ x: ValueID, to channels: Int? = nil, size: Int, strides: [Int] = [1, 1], dilations: [Int] = [1, 1]
    ) -> ValueID {
        let scale = Quantization(scale: 0.01, zeroPoint: 0)
        var output = shape(x, 3, channels ?? self.channels(x))
        for axis in 0..<2 { output[axis + 1] = (output[axis + 1] + strides[axis] - 1) / strides[axis] }
        guard let channels else {
            let op = DepthwiseConvolution(strides: strides, dilations: dilations, padding: .same)
            return append(op, [x, number([size, size, self.channels(x)], scale)], [output])[0]
        }
        let op = Convolution(layout: .channelsLast, strides: strides, dilations: dilations, padding: .same)
        return append(op, [x, number([channels, size, size, self.channels(x)], scale)], [output])[0]
    }

    /// A border of the zero point round rows and columns, then a layer that sees all of it.
    mutating func paddedConv(_ x: ValueID, _ borders: [Int32], stride: Int, depthwise: Bool) -> ValueID {
        let amounts = [0, 0] + borders + [0, 0]
        guard let tensor = try? Tensor(.int32, [4, 2], amounts) else { return x }
        let (height, width) = (shape(x)[1] + Int(borders[0] + borders[1]), shape(x)[2] + Int(borders[2] + borders[3]))
        let (batch, channels) = (shape(x)[0], channels(x))
        let padded = append(
            Pad(.constant, order: .pairs), [x, graph.add(constant: tensor, name: "borders")],
            [[batch, height, width, channels]])[0]
        let output: Shape = [batch, (height - 3) / stride + 1, (width - 3) / stride + 1, channels]
        let scale = Quantization(scale: 0.01, zeroPoint: 0)
        if depthwise {
            let op = DepthwiseConvolution(strides: [stride, stride], dilations: [1, 1], padding: .valid)
            return append(op, [padded, number([3, 3, channels], scale)], [output])[0]
        }
        let op = Convolution(
            layout: .channelsLast, strides: [stride, stride], dilations: [1, 1], padding: .valid)
        return append(op, [padded, number([channels, 3, 3, channels], scale)], [output])[0]
    }

    /// Channels of the zero point before and after all others.
    mutating func widened(_ x: ValueID, before: Int, after: Int) -> ValueID {
        let amounts = [0, 0, 0, 0, 0, 0, Int32(before), Int32(after)]
        guard let tensor = try? Tensor(.int32, [4, 2], amounts) else { return x }
        return append(
            Pad(.constant, order: .pairs), [x, graph.add(constant: tensor, name: "channels")],
            [shape(x, 3, channels(x) + before + after)])[0]
    }

    mutating func enlarged(
        _ x: ValueID, to sides: [Int32], isBilinear: Bool = true, alignsCorners: Bool = false
    ) -> ValueID {
        guard let size = try? Tensor(.int32, [2], sides) else { return x }
        let op = ResizeImage(isBilinear: isBilinear, alignsCorners: alignsCorners, hasHalfPixelCentres: false)
        let output: Shape = [shape(x)[0], Int(sides[0]), Int(sides[1]), channels(x)]
        return append(op, [x, graph.add(constant: size, name: "size")], [output])[0]
    }

    mutating func greatestChannel(_ x: ValueID, _ element: ElementType, least: Bool = false) -> ValueID {
        let op = ArgReduce(
            findsMaximum: !least, axis: -1, keepsDimensions: false, selectsLast: false, resultElement: element)
        return graph.append(
            op, [x], outputs: [Value(name: "place", element: element)],
            origin: Node.Origin(index: graph.nodes.count, operatorName: op.name))[0]
    }

    mutating func curve(_ x: ValueID) -> ValueID { append(Unary(.tanh), [x], [shape(x)])[0] }

    mutating func softmax(_ x: ValueID) -> ValueID { append(Softmax(axis: 3), [x], [shape(x)])[0] }

    mutating func add(_ a: ValueID, _ b: ValueID) -> ValueID { append(Binary(.add), [a, b], [shape(a)])[0] }

    mutating func concat(_ parts: [ValueID], axis: Int = 3) -> ValueID {
        append(Concat(axis: axis), parts, [shape(parts[0], axis, parts.reduce(0) { $0 + shape($1)[axis] })])[0]
    }

    mutating func split(_ x: ValueID, _ sizes: [Int], axis: Int = 3) -> [ValueID] {
        append(Split(axis: axis, sizes: sizes), [x], sizes.map { shape(x, axis, $0) })
    }
}
