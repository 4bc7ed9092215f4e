import Engine
import Graphs
import Tensors
import Testing

@testable import Quantizer

@Suite struct WeightTests {
    private func drawn(_ shape: Shape, seed: UInt64) throws -> Tensor {
        var generator = Generator(seed: seed)
        return try Tensor(.float32, shape, (0..<shape.elementCount).map { _ in generator.number() })
    }

    @Test("a weight is off by at most half a step of its channel", arguments: [0, 1])
    func rounding(axis: Int) throws {
        let weights = try drawn([6, 5, 3, 3], seed: 1)
        let result = try WeightQuantizer.quantize(weights, axis: axis)
        #expect(result.scales.count == weights.shape[axis])
        let inner = weights.shape.strides[axis]
        for (index, (value, integer)) in zip(weights.floats, result.tensor.integers).enumerated() {
            let scale = result.scales[index / inner % result.scales.count]
            #expect(abs(value - Float(integer) * scale) <= scale * 0.5001)
        }
    }

    @Test("a channel of zeros gets a scale of its own and stays zero")
    func zeros() throws {
        let weights = try Tensor(.float32, [2, 3], [Float]([0, 0, 0, 1, -2, 0.5]))
        let result = try WeightQuantizer.quantize(weights, axis: 0)
        #expect(result.scales.allSatisfy { $0 > 0 && $0.isFinite })
        #expect(result.tensor.integers == [0, 0, 0, 64, -127, 32])
    }

    @Test("a bias that would overflow widens the scale of its channel")
    func bias() throws {
        let weights = try Tensor(.float32, [2, 2], [Float]([1e-6, 1e-6, 1, 1]))
        let result = try WeightQuantizer.quantize(weights, axis: 0, bias: [1e6, 1], dataScale: 0.01)
        let sums = try WeightQuantizer.quantize(bias: [1e6, 1], scales: result.scales.map { $0 * 0.01 })
        #expect(abs(Float(sums.integers[0]) * result.scales[0] * 0.01 / 1e6 - 1) < 1e-3)
    }

    @Test("powers of two are the nearest ones, in magnitude 1 to 64")
    func powersOfTwo() {
        for (steps, expected) in [
            (Float(0.4), Float(0)), (0.6, 1), (1.4, 1), (1.6, 2), (2.9, 2), (3.1, 4), (-5.9, -4), (-6.1, -8), (64, 64),
            (90, 64),
        ] { #expect(WeightQuantizer.powerOfTwo(steps) == expected, "\(steps)") }
    }

    @Test("4-bit blocks are off by at most half a step, the last block may be short", arguments: [16, 32, 40, 70])
    func blocks(length: Int) throws {
        let weights = try drawn([3, length, 2], seed: UInt64(length))
        let block = BlockWeights.Block(axis: 1, size: min(32, length))
        let (tensor, scales) = try BlockWeights.quantize(weights, block)
        #expect(tensor.element == .int4 && scales.shape == [3, (length + 31) / 32, 2])
        let (values, integers, steps) = (weights.floats, tensor.integers, scales.floats)
        for row in 0..<3 {
            for along in 0..<length {
                for column in 0..<2 {
                    let index = (row * length + along) * 2 + column
                    let scale = steps[(row * block.count(weights.shape) + along / block.size) * 2 + column]
                    #expect(abs(values[index] - Float(integers[index]) * scale) <= scale * 0.5001)
                    #expect(abs(integers[index]) <= 7)
                }
            }
        }
    }

    @Test("a model of 4-bit weights computes about the same, in the float model's steps")
    func weightOnly() throws {
        var generator = Generator(seed: 3)
        var network = Network()
        let image = network.input([1, 20, 6, 6])
        let first = try network.add(
            Unary(.relu), [try network.convolution(image, channels: 40, &generator, "a")], "a.relu")
        network.graph.outputs = [try network.convolution(first, channels: 4, window: 1, &generator, "b")]
        let quantizer = try Quantizer(network.graph, options: QuantizerOptions(weights: .int4))
        let result = try quantizer.quantized(on: Drawn(count: 2))
        #expect(result.graph.count("QuantizeLinear") == 0 && result.graph.count("DequantizeLinear") == 2)
        let steps = try [network.graph, result.graph].map { try Executable($0, options: Options()).program.steps.count }
        #expect(steps[0] == steps[1], "weights are made floats while the model is loaded")
        let test = Drawn(count: 1, seed: 50)
        let ratio = decibels(try network.graph.outputs(on: test)[0], try result.graph.outputs(on: test)[0])
        #expect(ratio > 12 && ratio < 60, "\(ratio) dB")
    }
}
