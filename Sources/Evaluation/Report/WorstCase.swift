// The misses and false calls that are worth a look, and how they are drawn.
import Imaging

/// One decision that went wrong.
public struct WorstCase: Sendable {
    public enum Kind: Sendable { case miss, falseCall }

    public let kind: Kind
    /// The place of the image among those judged.
    public let image: Int
    public let box: Box
    public let classIndex: Int
    /// Of the false call; of a miss the best score of its class there, below the threshold; `nil` where nothing was found.
    public let score: Float?

    /// The part of the picture round the box, with the truths (solid, blue) and what was found (orange) as frames.
    func drawn(on picture: Image, _ judged: JudgedImage, threshold: Double) -> Image? {
        let side = max(box.width, box.height, 24) * 2.5
        let area = Box(
            x: box.x + box.width / 2 - side / 2, y: box.y + box.height / 2 - side / 2, width: side, height: side)
        guard let part = picture.cropped(to: area) else { return nil }
        let longest = max(part.width, part.height)
        // Small parts are enlarged by whole numbers, large ones brought down.
        let scale = longest < 240 ? Float(max(240 / longest, 1)) : 240 / Float(longest)
        let width = max(Int((Float(part.width) * scale).rounded()), 1)
        let height = max(Int((Float(part.height) * scale).rounded()), 1)
        guard
            var image = try? part.converted(to: .rgb).resized(
                width: width, height: height, filter: scale < 1 ? .area : .bilinear)
        else { return nil }
        let (left, top) = (max(area.x, 0).rounded(.down), max(area.y, 0).rounded(.down))
        func placed(_ box: Box) -> Box {
            Box(
                x: (box.x - left) * scale, y: (box.y - top) * scale, width: box.width * scale,
                height: box.height * scale)
        }
        for finding in judged.findings where Double(finding.score) >= threshold {
            image.stroke(placed(finding.box), thickness: 2, colour: Colour(red: 255, green: 136, blue: 0))
        }
        for truth in judged.truths where !truth.isCrowd {
            image.stroke(placed(truth.box.box), thickness: 2, colour: Colour(red: 0, green: 150, blue: 255))
        }
        return image
    }
}

extension Judgement {
    /// The misses that the model saw least of, and the false calls it was surest of; at most `most` of each, worst first.
    public func worstCases(_ most: Int = 12) -> [WorstCase] {
        guard let decisions else { return [] }
        var misses: [WorstCase] = []
        var falseCalls: [WorstCase] = []
        for (place, (verdict, image)) in zip(decisions.verdicts, images).enumerated() {
            for truth in verdict.missed.map({ image.truths[$0] }) {
                let near = image.findings.filter {
                    $0.classIndex == truth.classIndex
                        && Rectangle($0.box).overlap(with: truth.box, isCrowd: false) >= options.overlap
                }
                misses.append(
                    WorstCase(
                        kind: .miss, image: place, box: truth.box.box, classIndex: truth.classIndex,
                        score: near.map(\.score).max()))
            }
            for finding in verdict.falseCalls.map({ image.findings[$0] }) {
                falseCalls.append(
                    WorstCase(
                        kind: .falseCall, image: place, box: finding.box, classIndex: finding.classIndex,
                        score: finding.score))
            }
        }
        func best<Key: Comparable>(_ cases: [WorstCase], by key: (WorstCase) -> Key) -> [WorstCase] {
            let order = cases.indices.sorted {
                let (left, right) = (key(cases[$0]), key(cases[$1]))
                return left == right ? $0 < $1 : left < right
            }
            return order.prefix(most).map { cases[$0] }
        }
        // Of misses that nothing was found at, the large ones first.
        return best(misses) { $0.score ?? -$0.box.width * $0.box.height }
            + best(falseCalls) { -($0.score ?? 0) }
    }
}
