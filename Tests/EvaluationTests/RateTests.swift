import Testing

@testable import Evaluation

@Suite struct RateTests {
    @Test("no escape in 300 proves at most 1 % with a confidence of 95 %")
    func ruleOfThree() {
        // 1 - 0.05^(1/300)
        #expect(abs(Rate(0, of: 300).upperBound() - 0.009936) < 1e-6)
        #expect(Rate(0, of: 300).lowerBound() == 0)
        #expect(Figures.percentAbove(Rate(0, of: 300).upperBound()) == "1.0 %")
    }

    @Test(
        "at the bound, so few have a chance of 5 %",
        arguments: [(0, 1), (1, 2), (3, 10), (9, 10), (17, 120), (400, 900)])
    func exact(count: Int, total: Int) {
        let bound = Rate(count, of: total).upperBound()
        // The binomial distribution, summed term by term.
        var term = 1.0
        var (sum, scale) = (0.0, 0.0)
        for k in 0...total {
            if k > 0 { term *= Double(total - k + 1) / Double(k) * bound / (1 - bound) }
            if k <= count { sum += term }
            scale += term
        }
        #expect(abs(sum / scale - 0.05) < 1e-9)
        #expect(Rate(total - count, of: total).lowerBound() == 1 - bound)
    }

    @Test("bounds of nothing and of everything say nothing")
    func ends() {
        #expect(Rate(0, of: 0).share == nil && Rate(0, of: 0).upperBound() == 1 && Rate(0, of: 0).lowerBound() == 0)
        #expect(Rate(5, of: 5).upperBound() == 1 && abs(Rate(5, of: 5).lowerBound() - 0.549280) < 1e-6)
        let interval = Rate(5, of: 100).interval()
        // Clopper and Pearson, two-sided 95 %.
        #expect(abs(interval.lowerBound - 0.016432) < 1e-6 && abs(interval.upperBound - 0.112835) < 1e-6)
    }

    @Test("large samples have bounds too")
    func large() {
        let bound = Rate(10, of: 1_000_000).upperBound()
        // Poisson: 16.9622 for 10 seen.
        #expect(abs(bound * 1e6 - 16.9622) < 1e-3)
        #expect(Rate(500_000, of: 1_000_000).interval().contains(0.5))
    }

    @Test("an upper bound is never rounded down")
    func rounding() {
        #expect(Figures.percentAbove(0.01001) == "1.1 %" && Figures.percentAbove(0.01) == "1.0 %")
        #expect(Figures.percentAbove(1) == "100.0 %" && Figures.percent(nil) == "-")
    }
}
