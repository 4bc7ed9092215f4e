import JSON

/// Which detections are reported, as far as somebody has said so.
public struct DetectionOptions: Hashable, Sendable {
    /// The lowest score, 0...1.
    public var scoreThreshold: Double?
    /// The overlap (intersection over union) above which the weaker of two boxes is dropped; 1 drops none.
    public var overlapThreshold: Double?
    /// Whether boxes of different classes suppress one another.
    public var classAgnostic: Bool?
    /// Detections an image at most.
    public var mostDetections: Int?
    /// Boxes of one image that are compared with one another at most, the best ones.
    public var mostCandidates: Int?

    public init(
        scoreThreshold: Double? = nil, overlapThreshold: Double? = nil, classAgnostic: Bool? = nil,
        mostDetections: Int? = nil, mostCandidates: Int? = nil
    ) {
        self.scoreThreshold = scoreThreshold
        self.overlapThreshold = overlapThreshold
        self.classAgnostic = classAgnostic
        self.mostDetections = mostDetections
        self.mostCandidates = mostCandidates
    }

    /// These options, and those of `others` where these are silent.
    public func completed(with others: DetectionOptions) -> DetectionOptions {
        DetectionOptions(
            scoreThreshold: scoreThreshold ?? others.scoreThreshold,
            overlapThreshold: overlapThreshold ?? others.overlapThreshold,
            classAgnostic: classAgnostic ?? others.classAgnostic,
            mostDetections: mostDetections ?? others.mostDetections,
            mostCandidates: mostCandidates ?? others.mostCandidates)
    }

    /// Reads the keys of a decoder block that all decoders share.
    init(_ fields: JSONFields) throws(JSONError) {
        scoreThreshold = try fields.number("score_threshold", in: 0...1)
        overlapThreshold = try fields.number("iou_threshold", in: 0...1)
        classAgnostic = try fields.bool("class_agnostic")
        mostDetections = try fields.integer("max_detections", in: 1...100_000)
        mostCandidates = try fields.integer("max_candidates", in: 1...100_000)
    }
}
