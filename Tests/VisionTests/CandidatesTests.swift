import TestSupport
import Testing

@testable import Vision

@Suite struct CandidatesTests {
    private func candidates(_ items: [(Corners, Float, Int)], threshold: Float = 0.1, limit: Int = 100) -> Candidates {
        var candidates = Candidates(threshold: threshold, limit: limit)
        for (index, item) in items.enumerated() {
            candidates.append(item.0, score: item.1, classIndex: item.2, index: index)
        }
        return candidates
    }

    private func square(_ x: Float, _ side: Float = 10) -> Corners {
        Corners(left: x, top: 0, right: x + side, bottom: side)
    }

    @Test("of boxes that overlap the best stays, within a class or across")
    func suppresses() {
        let items: [(Corners, Float, Int)] = [
            (square(0), 0.5, 0), (square(1), 0.9, 0), (square(2), 0.8, 1), (square(30), 0.3, 0), (square(7), 0.2, 0),
        ]
        let perClass = candidates(items).suppressed(overlap: 0.5, classAgnostic: false, count: 10)
        #expect(perClass.map(\.index) == [1, 2, 3, 4])
        let agnostic = candidates(items).suppressed(overlap: 0.5, classAgnostic: true, count: 10)
        #expect(agnostic.map(\.index) == [1, 3, 4])
        #expect(candidates(items).suppressed(overlap: 1, classAgnostic: true, count: 3).map(\.index) == [1, 2, 0])
    }

    @Test("an overlap equal to the threshold is allowed")
    func boundary() {
        // Intersection 5x10 of a union of 15x10.
        let items: [(Corners, Float, Int)] = [(square(0), 0.9, 0), (square(5), 0.8, 0)]
        #expect(candidates(items).suppressed(overlap: 0.3333334, classAgnostic: false, count: 9).count == 2)
        #expect(candidates(items).suppressed(overlap: 0.333, classAgnostic: false, count: 9).count == 1)
    }

    @Test("equal scores keep the order of their places")
    func order() {
        let items = (0..<50).map { (square(Float($0) * 20), Float(0.5), 0) }
        #expect(
            candidates(items).suppressed(overlap: 0.5, classAgnostic: false, count: 50).map(\.index) == Array(0..<50))
    }

    @Test("only the best are kept where there are more than the limit, whatever their order")
    func limit() {
        var random = SplitMix(state: 7)
        let scores = (0..<5000).map { Float($0) / 5000 }.shuffled(using: &random)
        let items = scores.enumerated().map { (square(Float($0.offset) * 20), $0.element, 0) }
        let kept = candidates(items, threshold: 0, limit: 20).suppressed(overlap: 0.5, classAgnostic: false, count: 100)
        let best: [Float] = (4980..<5000).reversed().map { Float($0) / 5000 }
        #expect(kept.map(\.score) == best)
    }

    @Test("what is no box or no score is not taken")
    func improper() {
        let nan = Float.nan
        let items: [(Corners, Float, Int)] = [
            (square(0), nan, 0), (square(0), 0.05, 0), (square(0, 0), 0.9, 0), (square(0, -5), 0.9, 0),
            (Corners(left: nan, top: 0, right: 1, bottom: 1), 0.9, 0),
            (Corners(left: -.infinity, top: 0, right: 1, bottom: 1), 0.9, 0),
            (Corners(left: -3e38, top: -3e38, right: 3e38, bottom: 3e38), 0.9, 0),
        ]
        #expect(candidates(items).suppressed(overlap: 0.5, classAgnostic: false, count: 9).isEmpty)
        #expect(candidates([(square(0), 1.13, 0)]).suppressed(overlap: 1, classAgnostic: false, count: 1)[0].score == 1)
    }
}
