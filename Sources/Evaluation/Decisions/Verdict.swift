// What a threshold decides on one image: which findings answer which truths, what is missed, what is called falsely.

/// Truths and findings of an image by their places, once findings below a threshold are gone.
public struct Verdict: Sendable {
    /// Findings that answer a truth: first those of the truth's class, then of what is left those that overlap one of another class.
    public private(set) var pairs: [(truth: Int, finding: Int)] = []
    /// Truths that no finding of any class answers.
    public private(set) var missed: [Int] = []
    /// Findings that answer nothing.
    public private(set) var falseCalls: [Int] = []

    /// The verdict on `image`: findings answer truths that they overlap by at least `overlap`.
    /// Complexity: O(findings * truths).
    init(_ image: JudgedImage, overlap: Double, threshold: Double) {
        var isAnswered = image.truths.map(\.isCrowd)
        var free: [Int] = []
        for index in image.classes {
            let scene = ClassScene(image, classIndex: index)
            let answers = scene.answers(overlap: overlap)
            for (finding, truth) in zip(scene.places, answers) where Double(image.findings[finding].score) >= threshold
            {
                guard let truth else {
                    free.append(finding)
                    continue
                }
                let place = scene.truthPlaces[truth]
                guard !image.truths[place].isCrowd else { continue }
                isAnswered[place] = true
                pairs.append((place, finding))
            }
        }
        free.sort {
            let (left, right) = (image.findings[$0].score, image.findings[$1].score)
            return left == right ? $0 < $1 : left > right
        }
        for finding in free {
            let box = Rectangle(image.findings[finding].box)
            let overlaps = image.truths.indices.lazy.filter { !isAnswered[$0] }.map {
                (truth: $0, overlap: box.overlap(with: image.truths[$0].box, isCrowd: false))
            }
            if let best = overlaps.max(by: { $0.overlap < $1.overlap }), best.overlap >= overlap, best.overlap > 0 {
                isAnswered[best.truth] = true
                pairs.append((best.truth, finding))
            } else {
                falseCalls.append(finding)
            }
        }
        missed = isAnswered.indices.filter { !isAnswered[$0] }
    }
}

/// How often each class is found as each class.
public struct ConfusionMatrix: Sendable {
    /// `counts[truth][finding]`; the last row is what is called where nothing is, the last column what is missed.
    public private(set) var counts: [[Int]]

    init(_ verdicts: [Verdict], _ images: [JudgedImage], classes: Int) {
        counts = Array(repeating: Array(repeating: 0, count: classes + 1), count: classes + 1)
        for (verdict, image) in zip(verdicts, images) {
            for pair in verdict.pairs {
                counts[image.truths[pair.truth].classIndex][image.findings[pair.finding].classIndex] += 1
            }
            for truth in verdict.missed { counts[image.truths[truth].classIndex][classes] += 1 }
            for finding in verdict.falseCalls { counts[classes][image.findings[finding].classIndex] += 1 }
        }
    }
}
