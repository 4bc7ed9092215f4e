// What a pipeline says of one frame.
import Vision

/// The result of one frame.
public struct FrameResult: Sendable {
    public var source: String
    public var head: FrameHead
    public var findings: Findings
    /// Objects that are followed; `nil` without a tracker.
    public var tracks: [Track]?
    /// Where its boxes lie and how large they are; `nil` where that is not known.
    public var plane: PlaneCalibration?
    var times: FrameTimes
    /// The frame, where pictures of what is followed are wanted; not with each result.
    var held: HeldFrame?
}
