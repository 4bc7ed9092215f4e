// Convolutions in every layout, against sums over taps.
import Graphs
import Tensors
import Testing

@testable import Engine

/// A geometry to try: data with channels first, weights [O, C / groups, window...].
struct ConvolutionCase: Sendable, CustomTestStringConvertible {
    var data: Shape
    var weights: Shape
    var strides: [Int]
    var dilations: [Int]
    var padding: Padding
    var groups = 1

    var testDescription: String {
        "\(data) by \(weights), strides \(strides), dilations \(dilations), \(groups) groups"
    }
}

@Suite struct ConvolutionTests {
    static let cases: [ConvolutionCase] = [
        .init(
            data: [2, 3, 8], weights: [4, 3, 3], strides: [2], dilations: [1],
            padding: .explicit(before: [1], after: [0])),
        .init(data: [1, 2, 5, 6], weights: [3, 2, 3, 2], strides: [1, 2], dilations: [2, 1], padding: .same),
        .init(
            data: [2, 4, 5, 5], weights: [6, 2, 3, 3], strides: [1, 1], dilations: [1, 1], padding: .valid, groups: 2),
        .init(data: [1, 5, 4, 4], weights: [7, 5, 1, 1], strides: [1, 1], dilations: [1, 1], padding: .valid),
        .init(
            data: [1, 3, 6, 6], weights: [3, 1, 3, 3], strides: [1, 1], dilations: [1, 1], padding: .sameLower,
            groups: 3),
        .init(
            data: [1, 2, 3, 4, 3], weights: [2, 2, 2, 2, 2], strides: [1, 2, 1], dilations: [1, 1, 1], padding: .same),
    ]

    /// The sums of products of a convolution with channels first; each product goes to `add` with the flat places of its
    /// result, data and weight.
    private func taps(_ example: ConvolutionCase, _ axes: [Window.Axis], _ add: (Int, Int, Int) -> Void) {
        let result = Shape([example.data[0], example.weights[0]] + axes.map(\.output))
        let (inputs, outputs) = (example.weights[1], example.weights[0] / example.groups)
        for (index, position) in result.positions.enumerated() {
            for tap in Shape(Array(example.weights.dimensions[1...])).positions {
                var source = [position[0], position[1] / outputs * inputs + tap[0]]
                for (axis, window) in axes.enumerated() {
                    source.append(position[axis + 2] * window.stride + tap[axis + 1] * window.dilation - window.before)
                }
                guard zip(source, example.data.dimensions).allSatisfy({ (0..<$1).contains($0) }) else { continue }
                add(index, example.data.offset(source), example.weights.offset([position[1]] + tap))
            }
        }
    }

    /// Channels to the back.
    private func turned(_ tensor: Tensor) throws -> Tensor {
        try computeOne(Transpose([0] + Array(2..<tensor.shape.rank) + [1]), [tensor])
    }

    @Test("with exact arithmetic layers of floats are the same bits with every instruction set")
    func exactBits() throws {
        let data = try noise([1, 9, 9, 40], seed: 11)
        let layers: [(any Operator, Tensor)] = [
            (
                Convolution(layout: .channelsLast, strides: [1, 1], dilations: [1, 1], padding: .same),
                try noise([24, 3, 3, 40], seed: 12)
            ),
            (
                DepthwiseConvolution(strides: [1, 1], dilations: [1, 1], padding: .same),
                try noise([3, 3, 40], seed: 13)
            ),
            (MatMul(), try noise([40, 24], seed: 14)),
        ]
        for (layer, weights) in layers {
            let graph = oneNode(
                layer, [data, weights], constants: [1], variables: [], declared: [.init()], convention: .onnx)
            let results = try InstructionSet.available.map { instructionSet in
                let session = try Session(
                    try Executable(graph, options: Options(arithmetic: .exact, instructionSet: instructionSet)))
                try session.setInput(0, to: data)
                try session.run()
                return try session.output(0).floats
            }
            #expect(results.allSatisfy { $0 == results[0] }, "\(layer.name)")
        }
    }

    @Test("convolutions of every geometry are sums over their taps, in both layouts", arguments: cases)
    func convolution(example: ConvolutionCase) throws {
        let (data, weights) = (try noise(example.data, seed: 1), try noise(example.weights, seed: 2))
        let bias = try noise([example.weights[0]], seed: 3)
        let op = Convolution(
            layout: .channelsFirst, strides: example.strides, dilations: example.dilations, padding: example.padding,
            groups: example.groups)
        let axes = try op.window(weights: example.weights).axes(over: Array(example.data.dimensions[2...]))
        let pixels = axes.reduce(1) { $0 * $1.output }
        var expected = (0..<example.data[0] * example.weights[0] * pixels).map {
            bias.doubles[$0 / pixels % example.weights[0]]
        }
        let (x, w) = (data.doubles, weights.doubles)
        taps(example, axes) { expected[$0] += x[$1] * w[$2] }
        let result = try computeOne(op, [data, weights, bias], constants: [1, 2])
        #expect(isClose(result, expected.map(Float.init)))
        var last = op
        last.layout = .channelsLast
        let other = try computeOne(last, [try turned(data), try turned(weights), bias], constants: [1, 2])
        #expect(other.floats.count == expected.count)
        #expect(isClose(other, try turned(result).floats))
        let wide = try computeOne(
            op, [try computeOne(Cast(to: .float64), [data]), try computeOne(Cast(to: .float64), [weights]), nil])
        #expect(
            zip(wide.doubles, expected.enumerated()).allSatisfy {
                abs($0 + bias.doubles[$1.offset / pixels % example.weights[0]] - $1.element) < 1e-9
            })
    }

    @Test("a transposed convolution is the gradient of the convolution, in both layouts", arguments: cases)
    func transposed(example: ConvolutionCase) throws {
        let op = Convolution(
            layout: .channelsFirst, strides: example.strides, dilations: example.dilations, padding: example.padding,
            groups: example.groups)
        let axes = try op.window(weights: example.weights).axes(over: Array(example.data.dimensions[2...]))
        let source = try noise(Shape([example.data[0], example.weights[0]] + axes.map(\.output)), seed: 4)
        let weights = try noise(example.weights, seed: 5)
        let bias = try noise([example.data[1]], seed: 6)
        let area = axes.reduce(1) { $0 * $1.input }
        var expected = (0..<example.data.elementCount).map { bias.doubles[$0 / area % example.data[1]] }
        let (g, w) = (source.doubles, weights.doubles)
        taps(example, axes) { expected[$1] += g[$0] * w[$2] }
        let gradient = TransposedConvolution(
            layout: .channelsFirst, strides: example.strides, dilations: example.dilations,
            padding: .explicit(before: axes.map(\.before), after: axes.map(\.after)),
            outputPadding: axes.map {
                $0.input + $0.before + $0.after - ($0.size - 1) * $0.dilation - 1 - ($0.output - 1) * $0.stride
            },
            outputSize: nil, groups: example.groups)
        let result = try computeOne(gradient, [source, weights, bias], constants: [1, 2])
        #expect(result.shape == example.data)
        #expect(isClose(result, expected.map(Float.init)))
        guard example.groups == 1 else { return }
        var last = gradient
        last.layout = .channelsLast
        // [O, C, window] here becomes [C, window, O]: the channels that come out lead.
        let rank = example.weights.rank
        let leading = try computeOne(Transpose([1] + Array(2..<rank) + [0]), [weights])
        let other = try computeOne(last, [try turned(source), leading, bias], constants: [1, 2])
        #expect(isClose(other, try turned(result).floats))
    }

    @Test("a depthwise convolution is one of as many groups as channels")
    func depthwise() throws {
        let (data, weights) = (try noise([2, 6, 5, 3], seed: 7), try noise([3, 2, 6], seed: 8))
        let bias = try noise([6], seed: 9)
        let op = DepthwiseConvolution(strides: [2, 1], dilations: [1, 2], padding: .same, activation: .relu6)
        let result = try computeOne(op, [data, weights, bias], constants: [1, 2])
        let grouped = Convolution(
            layout: .channelsLast, strides: [2, 1], dilations: [1, 2], padding: .same, groups: 3, activation: .relu6)
        let leading = try computeOne(
            Reshape([6, 3, 2, 1], zeroCopies: false), [try computeOne(Transpose([2, 0, 1]), [weights])])
        #expect(isClose(result, try computeOne(grouped, [data, leading, bias], constants: [1, 2]).floats))
    }

    @Test("every activation follows a convolution")
    func activations() throws {
        let op = Convolution(layout: .channelsLast, strides: [1, 1], dilations: [1, 1], padding: .valid)
        let (data, weights) = (try floats([1, 1, 4, 1], [-2, -0.5, 0.5, 9]), try floats([1, 1, 1, 1], [1]))
        let expected: [(Activation, [Float])] = [
            (.relu, [0, 0, 0.5, 9]), (.relu6, [0, 0, 0.5, 6]), (.reluN1To1, [-1, -0.5, 0.5, 1]),
            (.clip(-0.25, 4), [-0.25, -0.25, 0.5, 4]),
            (.tanh, [-0.9640276, -0.46211717, 0.46211717, 1]),
            (.sigmoid, [0.11920292, 0.37754068, 0.62245935, 0.9998766]),
        ]
        for (activation, values) in expected {
            var active = op
            active.activation = activation
            #expect(isClose(try computeOne(active, [data, weights], constants: [1]), values))
        }
    }

    @Test("a quantized convolution is its integer sum, scaled and rounded once")
    func quantized() throws {
        let quantization = Quantization(scale: 0.05, zeroPoint: 4)
        let weightScales = Quantization(scales: [0.01, 0.03], zeroPoints: [0, 0], axis: 0)
        let output = Quantization(scale: 0.07, zeroPoint: -9)
        let x = (0..<48).map { Int8(truncatingIfNeeded: $0 * 37 + 11) }
        let w = (0..<24).map { Int8(truncatingIfNeeded: $0 * 53 + 5) }
        let op = Convolution(layout: .channelsLast, strides: [1, 1], dilations: [1, 1], padding: .valid)
        let result = try computeOne(
            op,
            [
                try bytes([1, 4, 4, 3], x, quantization), try bytes([2, 2, 2, 3], w, weightScales),
                try Tensor(.int32, [2], [Int32(100), -2000]),
            ], constants: [1, 2], declared: .init(element: .int8, quantization: output), convention: .tflite)
        #expect(result.shape == [1, 3, 3, 2])
        for position in result.shape.positions {
            var sum = [100, -2000][position[3]]
            for tap in Shape([2, 2, 3]).positions {
                let value = Int(x[Shape([4, 4, 3]).offset([position[1] + tap[0], position[2] + tap[1], tap[2]])]) - 4
                sum += value * Int(w[Shape([2, 2, 2, 3]).offset([position[3]] + tap)])
            }
            let real = Double(sum) * 0.05 * [0.01, 0.03][position[3]] / 0.07
            let rounded = min(max(real.rounded(.toNearestOrEven) - 9, -128), 127)
            let got = Double(result.integers[result.shape.offset(position)])
            #expect(got == rounded || abs(abs(real - real.rounded(.down)) - 0.5) < 1e-3 && abs(got - rounded) <= 1)
        }
    }

    @Test("an integer convolution sums exactly, less the zero points")
    func integerConvolution() throws {
        let op = IntegerConvolution(
            Convolution(layout: .channelsLast, strides: [1, 1], dilations: [1, 1], padding: .valid))
        let data = try Tensor(.uint8, [1, 2, 2, 1], [UInt8(1), 2, 3, 255])
        let weights = try Tensor(.uint8, [1, 1, 2, 1], [UInt8(2), 5])
        let result = try computeOne(
            op, [data, weights, try Tensor(.uint8, [], [UInt8(1)]), try Tensor(.uint8, [], [UInt8(3)])], constants: [1])
        #expect(result.element == .int32)
        #expect(result.integers == [2, 506])
    }
}
