// How far average precision may be from what other images of the same kind would give: the bootstrap over images.

extension AveragePrecision {
    /// 95 % intervals (percentiles of figures on images drawn with replacement; Efron, Annals of Statistics 7, 1979).
    public struct Intervals: Sendable {
        public let mean: ClosedRange<Double>?
        public let at50: ClosedRange<Double>?
        public let atOverlap: ClosedRange<Double>?
    }

    /// The same `seed` gives the same intervals. `nil` for fewer than two images. Complexity: O(samples * overlaps * findings).
    public func intervals(samples: Int = 200, seed: UInt64 = 1) -> Intervals {
        let images = imageCount
        guard images > 1 else { return Intervals(mean: nil, at50: nil, atOverlap: nil) }
        var generator = SeededGenerator(seed: seed)
        var drawn: [[Double]] = [[], [], []]
        for _ in 0..<samples {
            var weights = [Int32](repeating: 0, count: images)
            for _ in 0..<images { weights[generator.index(below: images)] += 1 }
            let classes = rankings.map { ranking in
                let total = ranking.truths(weights)
                return overlaps.indices.map { ranking.averagePrecision($0, weights, total: total) }
            }
            let figures = [
                Self.mean(classes.flatMap { $0.dropLast() }), Self.mean(classes.map { $0[0] }),
                Self.mean(classes.map { $0[overlaps.count - 1] }),
            ]
            for (place, figure) in figures.enumerated() { if let figure { drawn[place].append(figure) } }
        }
        let bounds = drawn.map { figures -> ClosedRange<Double>? in
            let sorted = figures.sorted()
            guard !sorted.isEmpty else { return nil }
            let cut = Int(Double(sorted.count) * 0.025)
            return sorted[cut]...sorted[sorted.count - 1 - cut]
        }
        return Intervals(mean: bounds[0], at50: bounds[1], atOverlap: bounds[2])
    }
}

extension Ranking {
    /// Truths where image `i` counts `weights[i]` times.
    fileprivate func truths(_ weights: [Int32]) -> Int {
        truthsByImage.reduce(0) { $0 + Int($1.truths) * Int(weights[Int($1.image)]) }
    }

    /// Average precision where image `i` counts `weights[i]` times; `nil` where that leaves nothing to find.
    fileprivate func averagePrecision(_ bit: Int, _ weights: [Int32], total: Int) -> Double? {
        guard total > 0 else { return nil }
        let mask: UInt32 = 1 << bit
        // Precision is greatest right after a finding that is right: no other place matters.
        var places: [(right: Int, precision: Double)] = []
        var (right, all) = (0, 0)
        func count(_ index: Int, _ copies: Int) {
            guard copies > 0, isIgnored[index] & mask == 0 else { return }
            all += copies
            guard isMatched[index] & mask != 0 else { return }
            right += copies
            places.append((right, Double(right) / Double(all)))
        }
        func copies(_ index: Int) -> Int { Int(weights[Int(images[index])]) }
        var start = 0
        while start < scores.count {
            let end = scores[start...].firstIndex { $0 != scores[start] } ?? scores.count
            if end - start == 1 {
                count(start, copies(start))
            } else {
                // Images drawn again follow each other, so findings of one score take turns.
                let most = (start..<end).map(copies).max() ?? 0
                for round in 0..<most {
                    for index in start..<end where copies(index) > round { count(index, 1) }
                }
            }
            start = end
        }
        var sum = 0.0
        var best = 0.0
        var place = places.count - 1
        for recall in Thresholds.recalls.reversed() {
            while place >= 0, Double(places[place].right) / Double(total) >= recall {
                best = max(best, places[place].precision)
                place -= 1
            }
            sum += best
        }
        return sum / Double(Thresholds.recalls.count)
    }
}
