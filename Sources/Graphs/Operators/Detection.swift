// Operators that turn a detector's raw outputs into boxes.
import Tensors

/// TFLite's custom TFLite_Detection_PostProcess. Inputs: box encodings [1, N, 4], class scores [1, N, classes (+ background)],
/// anchors [N, 4]. Outputs (float32): boxes [1, K, 4], classes [1, K], scores [1, K], count [1].
public struct DetectionPostProcess: Operator {
    public var maximumDetections: Int
    public var maximumClassesPerDetection: Int
    public var detectionsPerClass: Int
    public var usesRegularSuppression: Bool
    public var scoreThreshold: Float
    public var overlapThreshold: Float
    public var classCount: Int
    /// y, x, height, width
    public var scales: [Float]

    public init(
        maximumDetections: Int, maximumClassesPerDetection: Int, detectionsPerClass: Int, usesRegularSuppression: Bool,
        scoreThreshold: Float, overlapThreshold: Float, classCount: Int, scales: [Float]
    ) {
        self.maximumDetections = maximumDetections
        self.maximumClassesPerDetection = maximumClassesPerDetection
        self.detectionsPerClass = detectionsPerClass
        self.usesRegularSuppression = usesRegularSuppression
        self.scoreThreshold = scoreThreshold
        self.overlapThreshold = overlapThreshold
        self.classCount = classCount
        self.scales = scales
    }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let (boxes, scores, anchors) = (try arguments.shape(0), try arguments.shape(1), try arguments.shape(2))
        guard boxes.rank == 3, scores.rank == 3, anchors.rank == 2, boxes[0] == 1, scores[0] == 1, boxes[2] >= 4,
            anchors[1] == 4,
            boxes[1] == anchors[0], scores[1] == boxes[1], scales.count == 4,
            classCount > 0, scores[2] == classCount || scores[2] == classCount + 1
        else {
            throw .invalid(
                "boxes of \(boxes), scores of \(scores) and anchors of \(anchors) do not fit \(classCount) classes")
        }
        let limit = 1 << 16
        guard (1..<limit).contains(maximumDetections), (1..<limit).contains(maximumClassesPerDetection),
            (1..<limit).contains(detectionsPerClass)
        else {
            throw .invalid("numbers of detections must be from 1 to \(limit)")
        }
        let count = maximumDetections * (usesRegularSuppression ? 1 : maximumClassesPerDetection)
        return [
            TensorType(.float32, [1, count, 4]), TensorType(.float32, [1, count]), TensorType(.float32, [1, count]),
            TensorType(.float32, [1]),
        ]
    }
}

/// ONNX's NonMaxSuppression. Inputs: boxes [batch, N, 4], scores [batch, classes, N], optional limits: most boxes a class, overlap,
/// score. Output: int64 [count, 3] of batch, class, box; its shape depends on the values.
public struct NonMaxSuppression: Operator {
    /// Boxes as centre and size, not as corners.
    public var boxesHaveCentres: Bool
    public init(boxesHaveCentres: Bool) { self.boxesHaveCentres = boxesHaveCentres }

    public var hasDataDependentShape: Bool { true }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let (boxes, scores) = (try arguments.type(0), try arguments.type(1))
        guard boxes.shape.rank == 3, scores.shape.rank == 3, boxes.shape[2] == 4, boxes.shape[0] == scores.shape[0],
            boxes.shape[1] == scores.shape[2],
            boxes.element == .float32, scores.element == .float32
        else { throw .invalid("boxes \(boxes) and scores \(scores) do not fit") }
        return [TensorType(.int64, [0, 3])]
    }
}

/// TFLite's NON_MAX_SUPPRESSION_V4 and V5. Inputs: boxes [N, 4], scores [N], most outputs, overlap, score and for V5 sigma of the soft
/// form (one element each). Outputs: chosen boxes (int32), for V5 their scores, and how many are valid (int32).
public struct PaddedNonMaxSuppression: Operator {
    public var isSoft: Bool
    public init(isSoft: Bool) { self.isSoft = isSoft }

    public func outputTypes(_ arguments: Arguments) throws(OperatorFailure) -> [TensorType] {
        let (boxes, scores) = (try arguments.type(0), try arguments.type(1))
        guard boxes.shape.rank == 2, boxes.shape[1] == 4, scores.shape == [boxes.shape[0]], boxes.element == .float32,
            scores.element == .float32
        else {
            throw .invalid("boxes \(boxes) and scores \(scores) do not fit")
        }
        let count = try arguments.integer(2)
        guard (0..<1 << 24).contains(count) else { throw .invalid("\(count) boxes are wanted") }
        let indices = TensorType(.int32, [count])
        let valid = TensorType(.int32, .scalar)
        return isSoft ? [indices, TensorType(.float32, [count]), valid] : [indices, valid]
    }
}
