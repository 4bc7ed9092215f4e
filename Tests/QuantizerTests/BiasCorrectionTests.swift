import Engine
import Graphs
import Tensors
import Testing

@testable import Quantizer

@Suite struct BiasCorrectionTests {
    private static let samples = Drawn(count: 8)
    private static let channels = 4

    private func network(seed: UInt64) throws -> Graph {
        var generator = Generator(seed: seed)
        var network = Network()
        let image = network.input([1, 3, 12, 12])
        let stem = try network.add(
            Unary(.relu), [try network.convolution(image, channels: 8, &generator, "stem")], "relu")
        let deep = try network.add(
            Unary(.relu), [try network.convolution(stem, channels: 8, groups: 8, &generator, "deep")], "deep.relu")
        network.graph.outputs = [try network.convolution(deep, channels: Self.channels, &generator, "head")]
        return network.graph
    }

    /// How the outputs of the quantized network follow the float one's.
    private func lines(_ graph: Graph, corrected: Bool, _ weights: WeightFormat) throws -> [ChannelFits.Line] {
        let options = QuantizerOptions(method: .minMax, weights: weights, correctsBiases: corrected)
        let quantized = try Quantizer(graph, options: options).quantized(on: Self.samples).graph
        var fits = ChannelFits(shape: [1, Self.channels, 12, 12])
        for sample in 0..<Self.samples.count {
            let exact = try graph.outputs(on: Self.samples, sample: sample)[0]
            let rounded = try quantized.outputs(on: Self.samples, sample: sample)[0]
            exact.withUnsafeBufferPointer { x in
                rounded.withUnsafeBufferPointer { fits.add(exact: x, rounded: $0) }
            }
        }
        return fits.lines(hasGain: true)
    }

    @Test("the outputs of the corrected network are the float one's neither shifted nor shrunk", arguments: 30..<36)
    func correction(seed: Int) throws {
        let graph = try network(seed: UInt64(seed))
        for weights in [WeightFormat.int8, .powerOfTwo] {
            func worst(_ corrected: Bool) throws -> (gain: Double, offset: Double) {
                let lines = try lines(graph, corrected: corrected, weights)
                return (lines.map { abs($0.gain - 1) }.max() ?? 1, lines.map { abs($0.offset) }.max() ?? 1)
            }
            let (before, after) = (try worst(false), try worst(true))
            #expect(after.gain < 0.004 && after.offset < 0.004, "seed \(seed), \(weights): \(before) became \(after)")
            if weights == .powerOfTwo { #expect(before.gain > 0.02, "seed \(seed): nothing to correct") }
        }
    }

    @Test("a line is found behind noise, channel by channel; a channel that never changes has a mean error alone")
    func fits() {
        var generator = Generator(seed: 5)
        let wanted: [(gain: Double, offset: Double)] = [(0.9, 3), (1.1, -0.5), (1, 0.25)]
        var fits = ChannelFits(shape: [2, 3, 500])
        for _ in 0..<8 {
            var exact: [Float] = []
            var rounded: [Float] = []
            for place in 0..<2 * 3 * 500 {
                let channel = place / 500 % 3
                exact.append(channel == 2 ? 7 : generator.number() * 5 + 40)
                let line = Float(wanted[channel].gain) * exact[place] + Float(wanted[channel].offset)
                rounded.append(line + generator.number() * 0.1)
            }
            exact.withUnsafeBufferPointer { x in
                rounded.withUnsafeBufferPointer { fits.add(exact: x, rounded: $0) }
            }
        }
        for (line, wanted) in zip(fits.lines(hasGain: true), wanted) {
            #expect(abs(line.gain - wanted.gain) < 0.002 && abs(line.offset - wanted.offset) < 0.08, "\(line)")
        }
        let means = fits.lines(hasGain: false)
        #expect(means.allSatisfy { $0.gain == 1 } && abs(means[0].offset - (3 - 0.1 * 40)) < 0.1, "\(means)")
    }

    @Test("before a sigmoid a line is fitted where it is undecided, not to the background")
    func scores() {
        let background = (0..<1900).map { -12 + Float($0 % 40) / 10 }
        let undecided = (0..<100).map { -1 + Float($0 % 20) / 10 }
        let exact = background + undecided
        let rounded = background.map { $0 * 0.7 } + undecided.map { $0 * 0.9 + 0.1 }
        func line(_ following: PointFunction?) -> ChannelFits.Line {
            var fits = ChannelFits(shape: [1, 1, 2000], following: following)
            exact.withUnsafeBufferPointer { x in
                rounded.withUnsafeBufferPointer { fits.add(exact: x, rounded: $0) }
            }
            return fits.lines(hasGain: true)[0]
        }
        let (score, plain) = (line(.unary(.sigmoid)), line(nil))
        #expect(abs(score.gain - 0.9) < 0.01 && abs(score.offset - 0.1) < 0.01, "\(score)")
        #expect(plain.gain < 0.75, "\(plain)")
    }

    @Test("nothing is corrected by what is not a number, by a channel turned over or by nothing at all")
    func hopeless() {
        var fits = ChannelFits(shape: [1, 3, 2])
        #expect(fits.lines(hasGain: true).allSatisfy { $0.gain == 1 && $0.offset == 0 })
        let exact: [Float] = [1, 2, 1, 2, 1, 2]
        let rounded: [Float] = [.nan, 2, -1, -2, 9, 10]
        exact.withUnsafeBufferPointer { x in
            rounded.withUnsafeBufferPointer { fits.add(exact: x, rounded: $0) }
        }
        let lines = fits.lines(hasGain: true)
        #expect(lines[0].gain == 1 && lines[0].offset.isNaN)
        #expect(lines[1].gain == 1 && lines[1].offset == -3)
        #expect(lines[2].gain == 1 && lines[2].offset == 8)
    }
}
