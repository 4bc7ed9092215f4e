import Graphs
import Tensors
import Testing

@testable import Quantizer

@Suite struct RangeTests {
    /// Six million numbers about normally distributed, and one far outside.
    private func tailed(seed: UInt64) -> Histogram {
        var generator = Generator(seed: seed)
        var histogram = Histogram()
        histogram.add((0..<100_000).map { _ in generator.number() })
        for _ in 0..<6 { histogram.merge(histogram) }
        histogram.add([60])
        return histogram
    }

    @Test("zero is one of the levels, whatever the range", arguments: [ElementType.uint8, .int8])
    func zero(element: ElementType) throws {
        for (low, high) in [(Float(-1), Float(3)), (0, 5), (-7, 0), (2, 9), (-0.001, 100)] {
            let quantization = try #require(ActivationRange(low: low, high: high).quantization(element))
            let range = try #require(element.integerRange)
            #expect(range.contains(Int64(quantization.zeroPoint)), "\(low) to \(high)")
            #expect(abs(quantization.scale * 255 - (max(high, 0) - min(low, 0))) < 1e-4)
        }
    }

    @Test("a range without extent has no quantization")
    func empty() { #expect(ActivationRange(low: 0, high: 0).quantization(.uint8) == nil) }

    @Test("min-max keeps the outlier, the other methods leave it out", arguments: RangeMethod.names.dropFirst())
    func outlier(name: String) throws {
        let seed: UInt64 = 3
        let histogram = tailed(seed: seed)
        #expect(RangeMethod.minMax.range(of: histogram, .uint8).high == 60)
        let method = try #require(RangeMethod(name: name, percent: 99.99))
        let range = method.range(of: histogram, .uint8)
        #expect(range.high < 12 && range.high > 1 && range.low < -1, "seed \(seed): \(range)")
    }

    @Test("the squared error of the chosen range is not beaten by any narrower one of a grid")
    func leastError() {
        let histogram = tailed(seed: 5)
        let bins = histogram.filled
        let wanted = bins.map(\.value)
        func error(_ range: ActivationRange) -> Double {
            RangeMethod.squaredError(bins, wanted, range, .uint8, nil)
        }
        let chosen = error(RangeMethod.squaredError.range(of: histogram, .uint8))
        for low in stride(from: Float(-6), to: -1, by: 0.5) {
            for high in stride(from: Float(1), to: 10, by: 0.5) {
                #expect(chosen <= error(ActivationRange(low: low, high: high)) * 1.1, "\(low) to \(high)")
            }
        }
    }

    @Test("what a following swish flattens does not widen the range")
    func following() {
        var histogram = Histogram()
        var generator = Generator(seed: 11)
        histogram.add((0..<50_000).map { _ in generator.number() * 3 - 40 })
        histogram.add((0..<50_000).map { _ in generator.number() * 2 })
        let plain = RangeMethod.squaredError.range(of: histogram, .uint8)
        let swish = RangeMethod.squaredError.range(of: histogram, .uint8, following: .swish)
        #expect(plain.low < -30)
        #expect(swish.low > -12 && swish.high > 5, "\(swish)")
    }

    @Test("min-max keeps the outlier before straight lines, and not before a curve")
    func minMaxBeforeCurves() {
        let histogram = tailed(seed: 3)
        func high(_ following: PointFunction) -> Float {
            RangeMethod.minMax.range(of: histogram, .uint8, following: following).high
        }
        #expect(high(.unary(.leakyRelu(alpha: 0.1))) == 60 && high(.unary(.relu)) == 60)
        for curve in [PointFunction.swish, .unary(.hardSwish), .unary(.sigmoid)] {
            #expect(high(curve) < 30, "\(curve): \(high(curve))")
        }
    }
}
