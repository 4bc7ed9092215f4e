import Testing

@testable import Quantizer

@Suite struct MixSearchTests {
    /// Ten layers; each int8 one costs its noise in points.
    private let candidates = (0..<10).map {
        MixSearch.Candidate(name: "layer\($0)", noise: Double(10 - $0), milliseconds: Double($0 % 3 + 1))
    }

    private func score(_ wide: Set<String>) -> MixSearch.Scored {
        let milliseconds = candidates.filter { wide.contains($0.name) }.reduce(5) { $0 + $1.milliseconds }
        let noise = candidates.filter { !wide.contains($0.name) }.reduce(0) { $0 + $1.noise }
        return MixSearch.Scored(score: 100 - noise, milliseconds: milliseconds)
    }

    @Test("the mix that is found reaches the target, and no layer of it could be int8")
    func minimal() throws {
        for target in [46.0, 60, 75, 90, 99, 100] {
            var search = MixSearch(candidates, target: target, evaluations: 1000)
            search.run({ score($0) }, found: { _, _ in })
            let best = try #require(search.best)
            #expect(best.scored.score >= target)
            for name in best.wide {
                #expect(score(best.wide.subtracting([name])).score < target, "\(target): \(name)")
                let cost = candidates.first { $0.name == name }?.milliseconds
                #expect(search.extraMilliseconds[name] == cost, "\(target): \(name)")
            }
        }
    }

    @Test("a search that is stopped after any number of scores goes on without asking again")
    func resumed() throws {
        var whole = MixSearch(candidates, target: 80, evaluations: 1000)
        whole.run({ score($0) }, found: { _, _ in })
        for stop in 1...whole.known.count {
            var first = MixSearch(candidates, target: 80, evaluations: stop)
            first.run({ score($0) }, found: { _, _ in })
            var asked = 0
            var second = MixSearch(candidates, target: 80, evaluations: 1000, known: first.known)
            second.run(
                {
                    asked += 1
                    return score($0)
                }, found: { _, _ in })
            #expect(second.best == whole.best)
            #expect(asked + first.known.count == whole.known.count)
        }
    }

    @Test("what an earlier search found is not given up for less, however little is asked anew")
    func seeded() throws {
        var whole = MixSearch(candidates, target: 80, evaluations: 1000)
        whole.run({ score($0) }, found: { _, _ in })
        var second = MixSearch(candidates.reversed(), target: 80, evaluations: 1, known: whole.known)
        var replaced = 0
        second.run({ score($0) }, found: { _, isBetter in replaced += isBetter ? 1 : 0 })
        #expect(second.best == whole.best && replaced == 0)
    }

    @Test("what is affordable stays within the time, the most rewarding first")
    func affordable() {
        let wide = MixSearch.affordable(candidates, milliseconds: 6)
        #expect(candidates.filter { wide.contains($0.name) }.reduce(0) { $0 + $1.milliseconds } <= 6)
        #expect(wide.contains("layer0") && !wide.contains("layer8"))
        #expect(MixSearch.affordable(candidates, milliseconds: 0).isEmpty)
    }

    @Test("where nothing reaches the target, the best score is kept")
    func unreachable() throws {
        var search = MixSearch(candidates, target: 101, evaluations: 1000)
        search.run({ score($0) }, found: { _, _ in })
        #expect(search.best?.scored.score == 100)
    }
}
