// The lines that `arete bench --slices` reads.
import Testing

@testable import AreteTool

@Suite("Benchmark slices")
struct BenchSliceTests {
    @Test("a line asks for seconds, for seconds at a rate, or for the peak")
    func requests() throws {
        #expect(try BenchSlices.Request("0.25") == .slice(seconds: 0.25, rate: nil))
        #expect(try BenchSlices.Request(" 2\t10 ") == .slice(seconds: 2, rate: 10))
        #expect(try BenchSlices.Request("peak") == .peak)
    }

    @Test(
        "any other line is wrong usage",
        arguments: ["", "x", "1 2 3", "-1", "0", "nan", "inf", "1e9", "1 0", "1 -1", "1 inf", "peak 1", "1 x"])
    func wrong(line: String) {
        #expect(throws: UsageError.self) { try BenchSlices.Request(line) }
    }

    @Test("percentiles are by nearest rank")
    func percentiles() {
        let values = (1...20).map { $0 * 10 }.reversed() as [Int]
        #expect(values.percentile(0) == 10)
        #expect(values.percentile(0.1) == 20)
        #expect(values.percentile(0.5) == 100)
        #expect(values.percentile(1) == 200)
        #expect([7].percentile(0.99) == 7)
    }
}
