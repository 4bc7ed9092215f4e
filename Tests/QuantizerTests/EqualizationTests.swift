import Glibc
import Graphs
import Tensors
import Testing

@testable import Quantizer

@Suite struct EqualizationTests {
    private func options() -> QuantizerOptions { QuantizerOptions(method: .minMax) }

    /// A stem that two branches read; their join is shuffled, and one half of it goes through a residual block.
    private func shuffling(seed: UInt64, gathers: Bool) throws -> Graph {
        var generator = Generator(seed: seed)
        var network = Network()
        let image = network.input([1, 3, 12, 12])
        let stem = try network.convolution(image, channels: 8, &generator, "stem")
        let relu = try network.add(Unary(.relu), [stem], "stem.relu")
        let left = try network.add(
            Unary(.leakyRelu(alpha: 0.1)),
            [try network.convolution(relu, channels: 6, window: 1, &generator, "left")], "left.leaky")
        let deep = try network.convolution(relu, channels: 8, window: 3, groups: 8, &generator, "deep")
        let right = try network.convolution(deep, channels: 6, window: 1, &generator, "right")
        let joined = try network.add(Concat(axis: 1), [left, right], "join")
        let half = try gathers ? gatheredHalf(&network, joined) : splitHalf(&network, joined)
        let grouped = try network.convolution(half, channels: 6, groups: 2, &generator, "grouped")
        let sum = try network.add(Binary(.add), [half, grouped], "sum")
        network.graph.outputs = [try network.convolution(sum, channels: 4, window: 1, &generator, "head")]
        return network.graph
    }

    private func splitHalf(_ network: inout Network, _ joined: ValueID) throws -> ValueID {
        let pairs = try network.add(Reshape([1, 2, 6, 12, 12], zeroCopies: false), [joined], "pairs")
        let turned = try network.add(Transpose([0, 2, 1, 3, 4]), [pairs], "turned")
        let shuffled = try network.add(Reshape([1, 12, 12, 12], zeroCopies: false), [turned], "shuffled")
        let number = network.graph.nodes.count
        let halves = network.graph.append(
            Split(axis: 1, sizes: [6, 6]), [shuffled], outputs: [Value(name: "first"), Value(name: "second")],
            origin: .init(index: number, operatorName: "Split"))
        let (known, _) = try network.graph.inferTypes(ofNode: number)
        #expect(known)
        return halves[1]
    }

    private func gatheredHalf(_ network: inout Network, _ joined: ValueID) throws -> ValueID {
        let pairs = try network.add(Reshape([6, 2, 144], zeroCopies: false), [joined], "pairs")
        let turned = try network.add(Transpose([1, 0, 2]), [pairs], "turned")
        let halves = try network.add(Reshape([2, -1, 6, 12, 12], zeroCopies: false), [turned], "halves")
        let index = network.graph.add(constant: try Tensor(.int64, [], [Int64(-1)]), name: "index")
        return try network.add(Gather(axis: 0), [halves, index], "half")
    }

    @Test("channels are followed through fans, shuffles, joins and sums: other weights, the same function, less noise")
    func shuffles() throws {
        for (seed, gathers) in [(40, false), (41, true), (42, false), (43, true)] as [(UInt64, Bool)] {
            let graph = try shuffling(seed: seed, gathers: gathers)
            let (source, test) = (Drawn(count: 4), Drawn(count: 1, seed: 99))
            let wanted = try graph.outputs(on: test)[0]
            func quality(_ graph: Graph) throws -> Double { decibels(wanted, try graph.outputs(on: test)[0]) }
            // Ranges that the network does not have make its channels as unlike as these are.
            var generator = Generator(seed: seed)
            let equalization = Equalization(graph)
            let skewed = equalization.scaled(
                by: equalization.measured.map { id in
                    (0..<(graph[id].shape?[1] ?? 0)).map { _ in exp2f(2 * generator.number()) }
                })
            #expect(try quality(skewed) > 90, "seed \(seed)")
            var quantizer = try Quantizer(skewed, options: options())
            let plain = try quality(quantizer.quantized(on: source).graph)
            try quantizer.equalize(on: source)
            #expect(try quality(quantizer.graph) > 90, "seed \(seed)")
            let equal = try quality(quantizer.quantized(on: source).graph)
            #expect(equal > plain + 3, "seed \(seed): \(plain) dB, equalized \(equal) dB")
        }
    }

    @Test("only what is free to be scaled is followed")
    func heldStrands() throws {
        var network = Network()
        let image = network.input([2, 3, 6, 6])
        var generator = Generator(seed: 5)
        let gated = try network.convolution(image, channels: 4, window: 1, &generator, "gated")
        let gate = try network.add(Unary(.sigmoid), [gated], "gate")
        let free = try network.convolution(gated, channels: 4, window: 1, &generator, "free")
        // Samples become channels of one sample: a factor for a channel is none for these.
        let mixed = try network.add(Reshape([4, 2, 6, 6], zeroCopies: false), [free], "mixed")
        let last = try network.convolution(mixed, channels: 3, window: 1, &generator, "last")
        network.graph.outputs = [gate, last]
        let strands = ChannelStrands(network.graph)
        for id in [gated, free, last] {
            let channels = try #require(strands.ofChannels(id))
            #expect(channels.count == network.graph[id].shape?[1])
            #expect(channels.allSatisfy { strands.isHeld($0) })
        }
        #expect(strands.ofChannels(mixed) == nil && strands.ofChannels(image) == nil)
        #expect(Equalization(network.graph).measured.isEmpty)
    }
}
