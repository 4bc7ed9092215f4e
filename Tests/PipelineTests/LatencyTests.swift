// Latencies counted by size.
import TestSupport
import Testing

@testable import Pipeline

@Suite struct LatencyTests {
    @Test("percentiles are within 3 % of those of the sorted times", arguments: 1...8)
    func percentiles(seed: Int) {
        var random = SplitMix(state: UInt64(seed))
        var histogram = LatencyHistogram()
        var times: [UInt64] = []
        for _ in 0..<Int.random(in: 1...5000, using: &random) {
            let bits = Double.random(in: 11...35, using: &random)
            var time = 1.0
            for _ in 0..<Int(bits * 8) { time *= 1.0905 }
            times.append(UInt64(time))
            histogram.add(nanoseconds: UInt64(time))
        }
        times.sort()
        for share in [0.01, 0.5, 0.9, 0.99, 1] {
            let exact = Double(times[max(0, Int((share * Double(times.count)).rounded(.up)) - 1)]) * 1e-9
            let told = histogram.percentile(share) ?? -1
            #expect(abs(told - exact) <= 0.035 * exact, "seed \(seed), share \(share): \(told) for \(exact)")
        }
        let most = times.filter { $0 < 1 << 20 }.count
        #expect(histogram.count(upToPowerOfTwo: 20) == most, "seed \(seed)")
        #expect(histogram.count(upToPowerOfTwo: 63) == histogram.count)
    }

    @Test("no time at all has no percentiles; the longest and shortest count as what can be told")
    func ends() {
        var histogram = LatencyHistogram()
        #expect(histogram.percentile(0.5) == nil)
        histogram.add(nanoseconds: 0)
        histogram.add(nanoseconds: .max)
        #expect(histogram.count == 2)
        #expect((histogram.percentile(0) ?? 1) < 2e-6 && (histogram.percentile(1) ?? 0) > 60)
    }

    @Test("recent latencies forget what was more than a minute ago")
    func recent() {
        var recent = RecentLatencies()
        let second: UInt64 = 1_000_000_000
        for index in 0..<100 { recent.add(.total, nanoseconds: second, at: 100 * second + UInt64(index)) }
        for index in 0..<100 { recent.add(.total, nanoseconds: second / 1000, at: 140 * second + UInt64(index)) }
        #expect((recent.percentile(0.99, of: .total) ?? 1) < 0.002)
        #expect(recent.percentile(0.5, of: .model) == nil)
    }
}
