import Testing

@testable import Quantizer

@Suite struct HistogramTests {
    @Test("counts stay the same in number when the range doubles")
    func doubling() {
        var histogram = Histogram()
        for power in 0..<20 { histogram.add([1, -0.5].map { $0 * Float(1 << power) }) }
        #expect(histogram.total == 40)
        #expect(histogram.counts.reduce(0, +) == 40)
        #expect(histogram.minimum == -262144 && histogram.maximum == 524288)
        #expect(histogram.limit > 524288)
    }

    @Test("merging two histograms counts what both have seen")
    func merging() {
        var (one, other, both) = (Histogram(), Histogram(), Histogram())
        one.add([0.1, 0.2, -3])
        other.add([100, -70, 0])
        both.add([0.1, 0.2, -3])
        both.add([100, -70, 0])
        one.merge(other)
        #expect(one.counts == both.counts)
        #expect(one.minimum == both.minimum && one.maximum == both.maximum)
    }

    @Test("what is not a finite number is counted apart")
    func notFinite() {
        var histogram = Histogram()
        histogram.add([1, .nan, .infinity, -1])
        #expect(histogram.notFinite == 2 && histogram.total == 2)
        #expect(histogram.maximum == 1)
    }

    @Test("quantiles lie within a bin of the truth")
    func quantiles() {
        var histogram = Histogram()
        histogram.add((0..<10000).map { Float($0) / 10000 })
        #expect(abs(histogram.quantile(0.5) - 0.5) < 2 * histogram.width)
        #expect(abs(histogram.quantile(0.99) - 0.99) < 2 * histogram.width)
    }

    @Test("the largest numbers there are find a bin, in the first sample and in later ones")
    func huge() {
        let most = Float.greatestFiniteMagnitude
        var first = Histogram()
        first.add([most, -most, 1])
        var later = Histogram()
        later.add([1])
        later.add([most, -most])
        for histogram in [first, later] {
            #expect(histogram.total == 3 && histogram.counts.reduce(0, +) == 3)
            #expect(histogram.filled.allSatisfy { $0.value.isFinite })
            #expect(ActivationRange(low: histogram.minimum, high: histogram.maximum).quantization(.uint8) == nil)
        }
    }
}
