// COCO's figures of a detector: average precision over classes, overlaps and sizes.

/// Average precision as COCO defines it, in the arithmetic of its reference implementation.
///
/// Figures are `nil` where the annotations hold nothing that they could be made of: a class without truths counts in no mean.
public struct AveragePrecision: Sendable {
    /// 0.5, 0.55 to 0.95, then the one of the caller.
    let overlaps: [Double]
    /// By class, all sizes: what other figures are made of.
    let rankings: [Ranking]
    let imageCount: Int
    /// `values[size][class][overlap]`
    private var values: [[[Double?]]] = []
    /// By class, at the caller's overlap.
    public let curves: [PrecisionCurve?]
    /// By class, the share of truths found, averaged over the overlaps 0.5 to 0.95.
    private let recalls: [Double?]

    /// - Parameter overlap: the overlap of `atOverlap`, 0...1.
    /// Complexity: O(images * findings * truths of an image + findings * log findings).
    public init(_ images: [JudgedImage], classes: Int, overlap: Double) {
        overlaps = Thresholds.overlaps + [overlap]
        let last = overlaps.count - 1
        var rankings = SizeClass.allCases.map { _ in
            [Ranking](repeating: Ranking(), count: classes)
        }
        for (place, image) in images.enumerated() {
            for index in image.classes {
                let scene = ClassScene(image, classIndex: index)
                let scores = scene.findings.map(\.score)
                for (size, sizeClass) in SizeClass.allCases.enumerated() {
                    rankings[size][index].append(
                        scene.match(overlaps: overlaps, areas: sizeClass.areas), scores: scores, image: place)
                }
            }
        }
        var curves: [PrecisionCurve?] = []
        var recalls: [Double?] = []
        for size in rankings.indices {
            var ofSize: [[Double?]] = []
            for index in 0..<classes {
                rankings[size][index].sort()
                let ofClass = overlaps.indices.map { rankings[size][index].curve($0) }
                ofSize.append(ofClass.map { $0?.averagePrecision })
                if SizeClass.allCases[size] == .all {
                    curves.append(ofClass[last])
                    recalls.append(Self.mean(ofClass.dropLast().map { $0?.recall }))
                }
            }
            values.append(ofSize)
        }
        self.rankings = rankings[0]
        imageCount = images.count
        self.curves = curves
        self.recalls = recalls
    }

    /// Over the overlaps 0.5 to 0.95, and over classes unless one is given.
    public func mean(_ size: SizeClass = .all, class index: Int? = nil) -> Double? {
        Self.mean(ofClasses(size, index).flatMap { $0.dropLast() })
    }

    /// At an overlap of 0.5, 0.55 to 0.95 (the place of it: 0 to 9) for all sizes.
    private func at(_ place: Int, class index: Int?) -> Double? {
        Self.mean(ofClasses(.all, index).map { $0[place] })
    }

    /// Truths of a class that count.
    public func truths(class index: Int) -> Int { rankings[index].truths }

    public func at50(class index: Int? = nil) -> Double? { at(0, class: index) }
    public func at75(class index: Int? = nil) -> Double? { at(5, class: index) }
    /// At the caller's overlap.
    public func atOverlap(class index: Int? = nil) -> Double? { at(overlaps.count - 1, class: index) }
    /// The share of truths found with 100 findings a class and image, over the overlaps 0.5 to 0.95.
    public var averageRecall: Double? { Self.mean(recalls) }

    private func ofClasses(_ size: SizeClass, _ index: Int?) -> [[Double?]] {
        let place = SizeClass.allCases.firstIndex(of: size) ?? 0
        return index.map { [values[place][$0]] } ?? values[place]
    }

    /// The mean of what is there; `nil` of nothing.
    static func mean(_ values: [Double?]) -> Double? {
        let known = values.compactMap { $0 }
        return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
    }
}
