// What a pipeline says of one frame.
import Publishing
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
    /// Where objects that are in it are on the ground, by their ids; empty where nobody asks.
    public var places: [Int: TrackPlace] = [:]
    /// Where a recorded flight was then; `nil` for one that tells of itself.
    var vehicle: StoredVehicle?
    var times: FrameTimes
    /// The frame, where pictures of what is followed are wanted; not with each result.
    var held: HeldFrame?
}
