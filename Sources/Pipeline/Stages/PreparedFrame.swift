// A frame on its way from its source to its result.
import Capture
import Imaging
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
    let content: Content
    /// Of a camera that moves: what its motion is told from.
    let view: CameraView?
    let times: FrameTimes
    /// What it shows of an inspection.
    let subject: Subject?
    /// Where pictures of what is followed are wanted; not of each frame.
    let held: HeldFrame?
}

extension PreparedFrame {
    enum Content: Sendable {
        /// The picture as the model takes it.
        case whole(PreparedInput, InputTransform)
        /// The picture as it is, to be looked at part by part; where tiles without change are left out, with what tells of change.
        case tiled(KeptPicture, BlockLevels?, range: ClosedRange<UInt16>?)
    }
}

/// A part, and a frame that shows it.
struct Subject: Sendable {
    let part: Part
    /// Where more is done with the picture than to judge it.
    let picture: HeldFrame?
    /// It was wanted, and too many were held.
    let isLate: Bool
}

/// A frame with what the model found on it; the source has its memory again.
struct FoundFrame: Sendable {
    let source: Int
    let head: FrameHead
    let findings: Findings
    let tiles: TiledView.Work
    let view: CameraView?
    let times: FrameTimes
    let subject: Subject?
    let held: HeldFrame?
}
