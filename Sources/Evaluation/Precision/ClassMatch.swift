// Which findings of one class on one image are right: COCO's greedy matching, in the order of its reference implementation.

/// The overlaps of one class's findings with its truths on one image, from which matches of every kind follow.
struct ClassScene {
    /// Best first; of equal scores the earlier one.
    let findings: [Finding]
    /// The places of `findings` among the image's.
    let places: [Int]
    let truths: [Truth]
    /// The places of `truths` among the image's.
    let truthPlaces: [Int]
    /// `overlaps[finding * truths.count + truth]`
    private let overlaps: [Double]

    init(_ image: JudgedImage, classIndex: Int) {
        let order = image.findings.indices.filter { image.findings[$0].classIndex == classIndex }.sorted {
            let (left, right) = (image.findings[$0].score, image.findings[$1].score)
            return left == right ? $0 < $1 : left > right
        }
        places = Array(order.prefix(JudgedImage.mostFindings))
        let findings = places.map { image.findings[$0] }
        truthPlaces = image.truths.indices.filter {
            image.truths[$0].classIndex == classIndex || image.truths[$0].classIndex == Truth.everyClass
        }
        let truths = truthPlaces.map { image.truths[$0] }
        self.findings = findings
        self.truths = truths
        overlaps = findings.flatMap { finding -> [Double] in
            let box = Rectangle(finding.box)
            return truths.map { box.overlap(with: $0.box, isCrowd: $0.isCrowd) }
        }
    }

    /// Complexity: O(thresholds * findings * truths).
    func match(overlaps thresholds: [Double], areas: ClosedRange<Double>) -> ClassMatch {
        let isIgnored = truths.map { $0.isCrowd || !areas.contains($0.area) }
        var match = ClassMatch(findings: findings.count, truths: isIgnored.count { !$0 })
        for (bit, threshold) in thresholds.enumerated() {
            for (finding, truth) in answers(overlap: threshold, isIgnored: isIgnored).enumerated() {
                guard let truth else { continue }
                match.isMatched[finding] |= 1 << bit
                if isIgnored[truth] { match.isIgnored[finding] |= 1 << bit }
            }
        }
        // What answers to nothing counts against the model only where its own size is asked for.
        for finding in findings.indices where !areas.contains(Rectangle(findings[finding].box).area) {
            match.isIgnored[finding] |= ~match.isMatched[finding]
        }
        return match
    }

    /// For each finding the truth or region that it answers, objects of any size counting.
    func answers(overlap: Double) -> [Int?] { answers(overlap: overlap, isIgnored: truths.map(\.isCrowd)) }

    private func answers(overlap: Double, isIgnored: [Bool]) -> [Int?] {
        // Truths that count come first, each kind in its order.
        let order = truths.indices.filter { !isIgnored[$0] } + truths.indices.filter { isIgnored[$0] }
        var taken = [Bool](repeating: false, count: truths.count)
        return findings.indices.map { finding in
            let truth = best(
                finding, reaching: min(overlap, 1 - 1e-10), order: order, taken: taken, isIgnored: isIgnored)
            if let truth { taken[truth] = true }
            return truth
        }
    }

    /// The free truth that overlaps the finding most (the last of equals); one that is ignored only if no other does.
    private func best(
        _ finding: Int, reaching threshold: Double, order: [Int], taken: [Bool], isIgnored: [Bool]
    ) -> Int? {
        var least = threshold
        var best: Int?
        for truth in order where !taken[truth] || truths[truth].isCrowd {
            if let best, !isIgnored[best], isIgnored[truth] { break }
            let overlap = overlaps[finding * truths.count + truth]
            guard overlap >= least else { continue }
            least = overlap
            best = truth
        }
        return best
    }
}

/// What became of a class's findings on an image; one bit for each overlap threshold.
struct ClassMatch {
    /// The finding answers a truth or a region.
    var isMatched: [UInt32]
    /// The finding counts neither way.
    var isIgnored: [UInt32]
    /// Truths that count.
    let truths: Int

    init(findings: Int, truths: Int) {
        isMatched = Array(repeating: 0, count: findings)
        isIgnored = isMatched
        self.truths = truths
    }
}
