// Normalizations, against their formulas in double precision.
import Graphs
import Tensors
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@testable import Engine

@Suite struct NormalizationTests {
    /// Numbers of mean 0 and variance 1, but for epsilon.
    private func standardized(_ values: [Double], epsilon: Double, mean subtractsMean: Bool = true) -> [Double] {
        let mean = subtractsMean ? values.reduce(0, +) / Double(values.count) : 0
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        return values.map { ($0 - mean) / sqrt(variance + epsilon) }
    }

    @Test("batch normalization scales and shifts each channel in both layouts")
    func batch() throws {
        let (scale, bias) = (try floats([2], [2, 3]), try floats([2], [1, -1]))
        let (mean, variance) = (try floats([2], [0.5, 1]), try floats([2], [4, 9]))
        let first = try computeOne(
            BatchNormalization(epsilon: 0, layout: .channelsFirst),
            [try counting([1, 2, 2]), scale, bias, mean, variance],
            constants: [1, 2, 3, 4])
        #expect(isClose(first, [0.5, 1.5, 0, 1]))
        let last = try computeOne(
            BatchNormalization(epsilon: 0, layout: .channelsLast),
            [try counting([1, 2, 2]), scale, bias, mean, variance])
        #expect(isClose(last, [0.5, -1, 2.5, 1]))
    }

    @Test("layer normalization covers all axes from its own on and gives its statistics")
    func layer() throws {
        let data = try noise([2, 3, 4])
        let three: [Arguments.Declared] = [.init(), .init(), .init()]
        for axis in [1, 2, -3] {
            let shape = Shape(Array(data.shape.dimensions[(axis < 0 ? axis + 3 : axis)...]))
            let scale = try noise(shape, seed: 2)
            let bias = try noise([shape[shape.rank - 1]], seed: 3)
            let outputs = try compute(
                LayerNormalization(axis: axis, epsilon: 1e-3), [data, scale, bias], declared: three)
            let size = shape.elementCount
            var expected: [Float] = []
            for row in 0..<(24 / size) {
                let values = Array(data.doubles[row * size..<(row + 1) * size])
                for (index, value) in standardized(values, epsilon: 1e-3).enumerated() {
                    expected.append(Float(value * scale.doubles[index] + bias.doubles[index % bias.elementCount]))
                }
                #expect(abs(outputs[1].doubles[row] - values.reduce(0, +) / Double(size)) < 1e-6)
            }
            #expect(isClose(outputs[0], expected))
        }
        let wide = try compute(
            LayerNormalization(axis: -1, epsilon: 0), [try doubles([1, 2], [1, 3]), try doubles([2], [1, 1]), nil],
            declared: three)
        #expect(wide[0].doubles == [-1, 1])
        #expect(wide[1].floats == [2])
        #expect(wide[2].floats == [1])
        let squares = try computeOne(
            LayerNormalization(axis: -1, epsilon: 0, isRootMeanSquare: true),
            [try floats([1, 2], [1, 7]), try floats([2], [1, 1])])
        #expect(isClose(squares, [0.2, 1.4]))
    }

    @Test("group normalization scales by channel or by group; as many groups as channels is by instance")
    func group() throws {
        let data = try noise([2, 4, 3])
        for (groups, scalesGroups) in [(2, false), (2, true), (nil, false)] as [(Int?, Bool)] {
            let count = groups ?? 4
            let scale = try noise([scalesGroups ? count : 4], seed: 4)
            let bias = try noise([scalesGroups ? count : 4], seed: 5)
            let result = try computeOne(
                GroupNormalization(groups: groups, epsilon: 1e-5, scalesGroups: scalesGroups), [data, scale, bias],
                constants: [1])
            let size = 12 / count
            var expected: [Float] = []
            for group in 0..<(2 * count) {
                let values = standardized(Array(data.doubles[group * size..<(group + 1) * size]), epsilon: 1e-5)
                for (index, value) in values.enumerated() {
                    let channel = group % count * (4 / count) + index / 3
                    let place = scalesGroups ? group % count : channel
                    expected.append(Float(value * scale.doubles[place] + bias.doubles[place]))
                }
            }
            #expect(isClose(result, expected))
        }
    }

    @Test("local response normalization looks at neighbouring channels")
    func localResponse() throws {
        let data = try noise([1, 5, 2])
        let op = LocalResponseNormalization(layout: .channelsFirst, size: 3, alpha: 0.3, beta: 0.75, bias: 2)
        var expected: [Float] = []
        for position in data.shape.positions {
            var sum = 0.0
            for channel in max(0, position[1] - 1)...min(4, position[1] + 1) {
                sum += pow(data.doubles[channel * 2 + position[2]], 2)
            }
            expected.append(Float(data.doubles[data.shape.offset(position)] / pow(2 + 0.1 * sum, 0.75)))
        }
        #expect(isClose(try computeOne(op, [data]), expected))
        let turned = try computeOne(Transpose([0, 2, 1]), [data])
        var last = op
        last.layout = .channelsLast
        #expect(isClose(try computeOne(Transpose([0, 2, 1]), [try computeOne(last, [turned])]), expected))
    }

    @Test("vectors are divided by their norm, and zeros stay zeros")
    func lpNorm() throws {
        let data = try floats([2, 2], [3, 0, -4, 0])
        #expect(isClose(try computeOne(LpNormalization(axis: 0, p: 2), [data]), [0.6, 0, -0.8, 0]))
        let shares: [Float] = [3 / 7, 0, -4 / 7, 0]
        #expect(isClose(try computeOne(LpNormalization(axis: 0, p: 1), [data]), shares))
        #expect(isClose(try computeOne(LpNormalization(axis: 1, p: 2, epsilon: 10), [data]), [0.3, 0, -0.4, 0]))
    }
}
