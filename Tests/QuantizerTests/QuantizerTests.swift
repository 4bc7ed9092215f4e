import Engine
import Graphs
import Tensors
import Testing

@testable import Quantizer

@Suite struct QuantizerTests {
    /// Two layers with a ReLU and a swish, a residual sum, a head of boxes and scores.
    private func network(seed: UInt64, boxes: Float = 40) throws -> Graph {
        var generator = Generator(seed: seed)
        var network = Network()
        let image = network.input([1, 3, 12, 12])
        let first = try network.add(
            Unary(.relu), [try network.convolution(image, channels: 8, &generator, "stem")], "stem.relu")
        let second = try network.convolution(first, channels: 8, groups: 8, &generator, "depthwise")
        let gate = try network.add(Unary(.sigmoid), [second], "gate")
        let swish = try network.add(Binary(.multiply), [second, gate], "swish")
        let sum = try network.add(Binary(.add), [swish, first], "sum")
        let box = try network.convolution(sum, channels: 4, window: 1, scale: boxes, &generator, "box")
        let logit = try network.convolution(sum, channels: 2, window: 1, &generator, "score")
        let score = try network.add(Unary(.sigmoid), [logit], "sigmoid")
        network.graph.outputs = [try network.add(Concat(axis: 1), [box, score], "head")]
        return network.graph
    }

    private func options(_ method: RangeMethod = .squaredError) -> QuantizerOptions { QuantizerOptions(method: method) }

    @Test(
        "an int8 network gives about the float one's outputs, whichever method chooses the ranges",
        arguments: RangeMethod.names)
    func outputs(name: String) throws {
        let seed: UInt64 = 21
        let graph = try network(seed: seed)
        let method = try #require(RangeMethod(name: name, percent: 99.99))
        let result = try Quantizer(graph, options: options(method)).quantized(on: Drawn(count: 6))
        let test = Drawn(count: 1, seed: 99)
        let ratio = decibels(try graph.outputs(on: test)[0], try result.graph.outputs(on: test)[0])
        #expect(ratio > (name == "entropy" ? 10 : 25), "seed \(seed), \(name): \(ratio) dB")
    }

    @Test("boxes and scores never share a scale, and the notes say so")
    func mixedTail() throws {
        let graph = try network(seed: 4)
        let result = try Quantizer(graph, options: options()).quantized(on: Drawn(count: 4))
        #expect(result.notes.contains { $0.contains("head.value") })
        let test = Drawn(count: 1, seed: 5)
        let (wanted, found) = (try graph.outputs(on: test)[0], try result.graph.outputs(on: test)[0])
        let scores = 4 * 144..<6 * 144
        let worst = scores.map { abs(wanted[$0] - found[$0]) }.max() ?? 1
        #expect(worst < 0.06, "a score differs by \(worst)")
    }

    @Test("weights are int8 with one scale a channel and zero points of 0, biases int32")
    func weights() throws {
        let result = try Quantizer(try network(seed: 8), options: options()).quantized(on: Drawn(count: 2))
        var (weights, biases) = (0, 0)
        for node in result.graph.nodes where node.op is DequantizeLinear {
            guard let stored = node.inputs[0].flatMap({ result.graph[$0].constant }) else { continue }
            let scales = try #require(node.inputs[1].flatMap { result.graph[$0].constant })
            if stored.element == .int8 {
                weights += 1
                #expect(scales.elementCount == stored.shape[0])
                let zeros = try #require(node.inputs[2].flatMap { result.graph[$0].constant })
                #expect(zeros.integers.allSatisfy { $0 == 0 })
                #expect(stored.integers.allSatisfy { abs($0) <= 127 })
            } else {
                biases += 1
                #expect(stored.element == .int32 && scales.elementCount == stored.elementCount)
            }
        }
        #expect(weights == 4 && biases == 4)
    }

    @Test("a ReLU behind a layer is not separated from it by rounding; a swish's product reads two bytes")
    func placement() throws {
        let graph = try Quantizer(try network(seed: 8), options: options()).quantized(on: Drawn(count: 2)).graph
        let producers = graph.producers
        for node in graph.nodes {
            if let op = node.op as? Unary, op.function == .relu, let input = node.inputs[0],
                let maker = producers[input.index]
            {
                #expect(graph.nodes[maker].op is Convolution)
            }
            if let op = node.op as? Binary, op.function == .multiply {
                let makers = node.inputs.compactMap { $0.flatMap { producers[$0.index] } }.map {
                    graph.nodes[$0].op.name
                }
                #expect(makers == ["DequantizeLinear", "DequantizeLinear"])
            }
        }
    }

    @Test("a layer that stays in float has float weights")
    func wide() throws {
        let graph = try network(seed: 8)
        let all = try Quantizer(graph, options: options()).quantized(on: Drawn(count: 2))
        var wide = options()
        wide.wideLayers = ["depthwise"]
        let some = try Quantizer(graph, options: wide).quantized(on: Drawn(count: 2))
        func stored(_ graph: Graph) -> Int {
            graph.nodes.filter { $0.op is Convolution }.count { node in
                node.inputs[1].map { graph[$0].constant?.element == .float32 } ?? false
            }
        }
        #expect(stored(all.graph) == 0 && stored(some.graph) == 1)
        #expect(some.wideLayers == ["depthwise"])
    }

    @Test("an unknown layer to keep in float is refused by name")
    func unknownLayer() throws {
        var options = options()
        options.wideLayers = ["nowhere"]
        #expect(failure { _ = try Quantizer(try network(seed: 1), options: options) }.contains("nowhere"))
    }

    /// A layer of four channels that gives 1 whatever it reads.
    private func flat(_ network: inout Network, _ input: ValueID, _ name: String) throws -> ValueID {
        let op = Convolution(layout: .channelsFirst, strides: [1, 1], dilations: [1, 1], padding: .valid)
        let zeros = try network.constant([4, 4, 1, 1], [Float](repeating: 0, count: 16))
        return try network.add(op, [input, zeros, try network.constant([4], [1, 1, 1, 1])], name)
    }

    @Test("a layer that calibration leaves constant is an error that names it")
    func dead() throws {
        var generator = Generator(seed: 2)
        var network = Network()
        let image = network.input([1, 3, 6, 6])
        let first = try network.convolution(image, channels: 4, &generator, "alive")
        network.graph.outputs = [try flat(&network, first, "lifeless")]
        let graph = network.graph
        let error = failure { _ = try Quantizer(graph, options: options()).quantized(on: Drawn(count: 2)) }
        #expect(error.contains("'lifeless'"), "\(error)")
    }

    @Test("a sample of huge numbers that leaves the others one byte is an error that tells of it")
    func loud() throws {
        struct Loud: CalibrationSource {
            let count = 8
            func name(_ index: Int) -> String { "sample \(index)" }
            func inputRange(_ index: Int) -> ActivationRange? { nil }
            func fill(_ session: Session, sample index: Int) throws(QuantizerError) {
                try Drawn(count: 8, scale: index == 3 ? 3000 : 1).fill(session, sample: index)
            }
        }
        let graph = try network(seed: 8)
        let error = failure { _ = try Quantizer(graph, options: options(.minMax)).quantized(on: Loud()) }
        #expect(error.contains("on 7 of 8 samples") && error.contains("--float 'stem'"), "\(error)")
    }

    @Test("the layers that an error says to keep in float are those that help")
    func advice() throws {
        var generator = Generator(seed: 3)
        var network = Network()
        let image = network.input([1, 3, 6, 6])
        let first = try network.convolution(image, channels: 4, &generator, "first")
        let second = try flat(&network, first, "second")
        let third = try network.convolution(second, channels: 4, &generator, "third")
        network.graph.outputs = [try network.add(Binary(.add), [third, first], "sum")]
        let error = failure { _ = try Quantizer(network.graph, options: options()).quantized(on: Drawn(count: 2)) }
        #expect(error.contains("--float 'second' 'third'"), "\(error)")
        var kept = options()
        kept.wideLayers = ["second", "third"]
        let quantizer = try Quantizer(network.graph, options: kept)
        let calibration = try quantizer.calibrated(on: Drawn(count: 2))
        #expect(try quantizer.sensitivities(calibration, on: Drawn(count: 2)).allSatisfy { $0.layer.name != "third" })
        let model = try quantizer.quantized(on: Drawn(count: 2))
        #expect(model.floatLayers.isSuperset(of: ["second", "third"]) && !model.floatLayers.contains("first"))
    }

    @Test("weights that are not finite are refused by name, whatever their format", arguments: WeightFormat.allCases)
    func endlessWeights(format: WeightFormat) throws {
        for value in [Float.nan, .infinity] {
            var graph = try network(seed: 8)
            let id = try #require(graph.nodes[0].inputs[1])
            var weights = try #require(graph[id].constant).floats
            weights[5] = value
            graph[id].constant = try Tensor(.float32, graph[id].shape ?? [], weights)
            let error = failure { _ = try Quantizer(graph, options: QuantizerOptions(weights: format)) }
            #expect(error.contains("not finite") && error.contains("stem"), "\(error)")
        }
    }

    @Test("outputs that are not numbers are noise, where the float model has numbers")
    func lostOutputs() {
        var distance = OutputDistance()
        func add(_ wanted: [Float], _ found: [Float]) {
            wanted.withUnsafeBufferPointer { wanted in found.withUnsafeBufferPointer { distance.add(wanted, $0) } }
        }
        add([1, 2, -.infinity], [1, 2, -.infinity])
        #expect(distance.decibels == 120 && distance.cosine == 1)
        add([0, 0], [0.1, 0])
        #expect(distance.worstDecibels == 120 && distance.decibels < 30)
        add([3, 4], [3, 3])
        #expect(abs(distance.worstDecibels - 13.98) < 0.01)
        add([1, 2], [1, .nan])
        #expect(distance.decibels == -120 && distance.worstDecibels == -120)
    }

    @Test("a sample that is not a number is an error that names the layer")
    func notANumber() throws {
        let graph = try network(seed: 8)
        let error = failure {
            _ = try Quantizer(graph, options: options()).quantized(on: Drawn(count: 1, scale: .infinity))
        }
        #expect(error.contains("not finite"), "\(error)")
    }

    @Test("equalization changes weights but not what the network computes")
    func equalization() throws {
        var generator = Generator(seed: 17)
        var network = Network()
        let image = network.input([1, 3, 8, 8])
        let first = try network.add(
            Unary(.relu), [try network.convolution(image, channels: 6, &generator, "a")], "a.relu")
        let second = try network.convolution(first, channels: 6, groups: 6, &generator, "b")
        network.graph.outputs = [try network.convolution(second, channels: 2, window: 1, &generator, "c")]
        var quantizer = try Quantizer(network.graph, options: options())
        let source = Drawn(count: 3)
        let before = try quantizer.graph.outputs(on: source)[0]
        let weights = quantizer.graph.values.compactMap { $0.constant?.floats }
        try quantizer.equalize(on: source)
        let after = try quantizer.graph.outputs(on: source)[0]
        #expect(decibels(before, after) > 90)
        #expect(weights != quantizer.graph.values.compactMap { $0.constant?.floats })
    }

    @Test("the layer that hurts the outputs most is found by measuring each by itself")
    func sensitivity() throws {
        var generator = Generator(seed: 40)
        var network = Network()
        let image = network.input([1, 3, 8, 8])
        let first = try network.convolution(image, channels: 4, window: 1, &generator, "fine")
        // One channel a thousand times as wide as the others, which the layer behind reads as strongly as theirs.
        let wide = try network.add(
            Convolution(layout: .channelsFirst, strides: [1, 1], dilations: [1, 1], padding: .valid, groups: 4),
            [first, try network.constant([4, 1, 1, 1], [1000, 1, 1, 1])], "uneven")
        let even = try network.add(
            Convolution(layout: .channelsFirst, strides: [1, 1], dilations: [1, 1], padding: .valid, groups: 4),
            [wide, try network.constant([4, 1, 1, 1], [0.001, 1, 1, 1])], "even")
        network.graph.outputs = [try network.convolution(even, channels: 4, window: 1, &generator, "last")]
        let quantizer = try Quantizer(network.graph, options: options())
        let source = Drawn(count: 2)
        let found = try quantizer.sensitivities(try quantizer.calibrated(on: source), on: source)
        let worst = found.min { $0.decibels < $1.decibels }
        #expect(worst.map { ["uneven", "even"].contains($0.layer.name) } ?? false)
        let noisy = quantizer.noisyLayers(found, below: 20)
        #expect(!noisy.contains("last") && !noisy.isEmpty, "\(found.map { ($0.layer.name, $0.decibels) })")
    }
}
