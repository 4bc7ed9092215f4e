// What a model says of one picture.
import Vision

/// Detections, or classes, best first.
public enum Findings: Sendable, Equatable {
    case detections([Detection])
    case classes([Classification])
}
