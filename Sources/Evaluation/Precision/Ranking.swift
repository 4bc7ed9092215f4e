// All findings of one class over all images, best first, with what became of each.

struct Ranking: Sendable {
    /// Best first; of equal scores those of the earlier image.
    private(set) var scores: [Float] = []
    private(set) var isMatched: [UInt32] = []
    private(set) var isIgnored: [UInt32] = []
    /// The place of each finding's image.
    private(set) var images: [Int32] = []
    /// Truths that count.
    private(set) var truths = 0
    /// The same by image, where there are any.
    private(set) var truthsByImage: [(image: Int32, truths: Int32)] = []

    mutating func append(_ match: ClassMatch, scores: [Float], image: Int) {
        self.scores += scores
        isMatched += match.isMatched
        isIgnored += match.isIgnored
        images += Array(repeating: Int32(image), count: scores.count)
        guard match.truths > 0 else { return }
        truths += match.truths
        truthsByImage.append((Int32(image), Int32(match.truths)))
    }

    /// Brings the findings into their order. Complexity: O(findings * log findings).
    mutating func sort() {
        let order = scores.indices.sorted { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1] }
        scores = order.map { scores[$0] }
        isMatched = order.map { isMatched[$0] }
        isIgnored = order.map { isIgnored[$0] }
        images = order.map { images[$0] }
    }

    /// Precision at the recalls of COCO, for the overlap threshold of place `bit`; `nil` where there is nothing to find.
    func curve(_ bit: Int) -> PrecisionCurve? {
        let total = truths
        guard total > 0 else { return nil }
        let mask: UInt32 = 1 << bit
        var recall: [Double] = []
        var precision: [Double] = []
        recall.reserveCapacity(scores.count)
        precision.reserveCapacity(scores.count)
        var (right, wrong) = (0.0, 0.0)
        for index in scores.indices {
            if isIgnored[index] & mask == 0 {
                if isMatched[index] & mask != 0 { right += 1 } else { wrong += 1 }
            }
            recall.append(right / Double(total))
            precision.append(right / (wrong + right + Double.ulpOfOne))
        }
        return PrecisionCurve(recall: recall, precision: precision, scores: scores)
    }
}

/// Precision where recall reaches 0, 0.01 to 1: the best that some threshold with at least that recall gives.
public struct PrecisionCurve: Sendable {
    /// At the recalls of COCO; 0 where the recall is never reached.
    public let precision: [Double]
    /// The score at which each recall is reached; 0 where it is not.
    public let scores: [Float]
    /// The share of truths found when every finding counts.
    public let recall: Double

    /// From recall and precision after each finding, best first.
    init(recall: [Double], precision: [Double], scores: [Float]) {
        var falling = precision
        for index in falling.indices.dropFirst().reversed() where falling[index] > falling[index - 1] {
            falling[index - 1] = falling[index]
        }
        var place = 0
        let places = Thresholds.recalls.map { least in
            while place < recall.count, recall[place] < least { place += 1 }
            return place
        }
        self.precision = places.map { $0 < falling.count ? falling[$0] : 0 }
        self.scores = places.map { $0 < scores.count ? scores[$0] : 0 }
        self.recall = recall.last ?? 0
    }

    /// The mean over all recalls.
    public var averagePrecision: Double { precision.reduce(0, +) / Double(precision.count) }

    /// The recalls that `precision` belongs to.
    public static var recalls: [Double] { Thresholds.recalls }
}
