// How good a detector is on a set of annotated images: all figures together.

/// The figures of one run over annotated images.
public struct Judgement: Sendable {
    public struct Options: Sendable {
        /// The overlap (intersection over union) from which on a finding answers a truth, outside COCO's own figures.
        public var overlap: Double
        /// The threshold to judge decisions at; `nil` chooses the one where F is best.
        public var threshold: Double?
        /// Draws of the bootstrap; 0 for no intervals.
        public var samples: Int

        public init(overlap: Double = 0.33, threshold: Double? = nil, samples: Int = 200) {
            self.overlap = overlap
            self.threshold = threshold
            self.samples = samples
        }
    }

    /// Seconds from pixels to detections that so many of the images did not exceed.
    public struct Latency: Sendable {
        public let p50: Double
        public let p90: Double
        public let p99: Double

        public init(p50: Double, p90: Double, p99: Double) {
            self.p50 = p50
            self.p90 = p90
            self.p99 = p99
        }
    }

    public let classes: [String]
    public let images: [JudgedImage]
    public let options: Options
    public let precision: AveragePrecision
    public let intervals: AveragePrecision.Intervals?
    /// Where F is best; `nil` where no finding is right.
    public let best: OperatingPoint?
    /// Where there are at most 0.1 and 1 false calls an image.
    public let falseCallPoints: [(rate: Double, point: OperatingPoint)]
    /// What the caller's threshold decides, or the best one where the caller gave none.
    public let decisions: Decisions?
    public var latency: Latency?
    public var robustness: [Robustness] = []
    /// What a reader of the figures must know of.
    public var notes: [String]

    /// All that follows from a threshold.
    public struct Decisions: Sendable {
        public let point: OperatingPoint
        public let verdicts: [Verdict]
        public let confusion: ConfusionMatrix
        public let inspection: Inspection

        init(_ point: OperatingPoint, isChosenHere: Bool, _ images: [JudgedImage], classes: Int, overlap: Double) {
            self.point = point
            verdicts = images.map {
                Verdict($0, overlap: overlap, threshold: point.threshold)
            }
            confusion = ConfusionMatrix(verdicts, images, classes: classes)
            inspection = Inspection(
                threshold: point.threshold, isChosenHere: isChosenHere, verdicts, images)
        }
    }

    public init(_ images: [JudgedImage], classes: [String], options: Options, notes: [String] = []) {
        self.images = images
        self.classes = classes
        self.options = options
        self.notes = notes
        precision = AveragePrecision(images, classes: classes.count, overlap: options.overlap)
        intervals = options.samples > 0 ? precision.intervals(samples: options.samples) : nil
        best = precision.bestPoint
        falseCallPoints = [0.1, 1].compactMap { [precision] rate in
            precision.point(falseCallsAnImage: rate).map { (rate, $0) }
        }
        let point = options.threshold.map { [precision] in precision.point(threshold: $0) } ?? best
        decisions = point.map {
            Decisions(
                $0, isChosenHere: options.threshold == nil, images, classes: classes.count, overlap: options.overlap)
        }
        if decisions == nil {
            self.notes.append(
                "no finding is right, so no threshold follows from these images: --threshold T judges decisions at one")
        }
    }

    /// - Throws: `EvaluationError.data` where the annotations hold no object, so that no threshold can be chosen from them.
    public static func check(_ annotations: Annotations, _ classes: ClassMap, threshold: Double?)
        throws(EvaluationError)
    {
        guard !annotations.images.isEmpty else { throw .data(reason: "the annotations have no image") }
        guard threshold == nil else { return }
        let hasTruth = annotations.images.contains { classes.truths(of: $0).contains { !$0.isCrowd } }
        guard hasTruth else {
            throw .data(
                reason:
                    "the annotations hold no object of \(classes.names.joined(separator: ", ")), so no threshold can be "
                    + "chosen from them: give --threshold T to count false calls at it")
        }
    }
}

/// The figures on images that are harder to see.
public struct Robustness: Sendable {
    public let corruption: String
    /// 1...5
    public let strength: Int
    public let mean: Double?
    public let at50: Double?
    public let atOverlap: Double?
    /// At the threshold that the clean images gave.
    public let counts: Counts?

    public init(corruption: String, strength: Int, _ precision: AveragePrecision, threshold: Double?) {
        self.corruption = corruption
        self.strength = strength
        mean = precision.mean()
        at50 = precision.at50()
        atOverlap = precision.atOverlap()
        counts = threshold.map { precision.point(threshold: $0).all }
    }
}
