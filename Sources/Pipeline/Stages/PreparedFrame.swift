// A frame on its way from its source to its result.
import Capture
import Vision

/// What is known of a frame beside its picture.
public struct FrameHead: Sendable, Equatable {
    /// Counts the frames that the source gave, from 0; those without a result leave gaps.
    public var number: Int
    /// The source's own count.
    public var sequence: UInt32
    public var width: Int
    public var height: Int
    /// Seconds of the source's clock: of cameras, since the machine started.
    public var time: Double
    /// What is wrong with the camera's view: findings are worth less.
    public var faults: Set<ViewFault>
    public var isDamaged: Bool
}

/// A frame with its picture as the model takes it.
struct PreparedFrame: Sendable {
    let head: FrameHead
    let input: PreparedInput
    let transform: InputTransform
    let times: FrameTimes
    /// What it shows of an inspection.
    let subject: Subject?
}

/// A part, and a frame that shows it.
struct Subject: Sendable {
    let part: Part
    /// The frame in memory of its own, where pictures of parts are kept.
    let picture: Frame?
}

/// A frame with what the model found on it; the picture's memory is free again.
struct FoundFrame: Sendable {
    let source: Int
    let head: FrameHead
    let findings: Findings
    let times: FrameTimes
    let subject: Subject?
}
