// What happens now and then, and somebody wants to know.
import Capture
import Vision

/// Something that happened at a source.
public struct Event: Sendable {
    public enum Kind: Sendable {
        /// A rule fits an object, for the `count`th time.
        case rule(RuleConfiguration, Track, count: Int)
        case notice(Notice)
        /// An object has appeared or left.
        case object(TrackEvent)
        /// A part has its verdict.
        case part(PartVerdict)
    }

    public var source: String
    /// The frame of the source that showed it; `nil` where none did.
    public var frame: Int?
    /// Seconds of the source's clock.
    public var time: Double?
    public var kind: Kind
    /// What its boxes are measured with; `nil` where nothing is.
    public var plane: PlaneCalibration?
    /// Where its object is on the ground; `nil` where nobody asks, and of one that is not seen now.
    public var place: TrackPlace?
}

/// What a source or the engine has to report.
public enum Notice: Sendable {
    case source(SourceEvent)
    /// What is wrong with the camera's view has changed.
    case view(frame: Int, faults: Set<ViewFault>)
    /// A frame was never looked at although each counts: the engine is behind.
    case overrun(frame: Int, total: Int)
    case unreadable(frame: Int, reason: String)
    /// Frames were lost on their way here although each counts.
    case gap(before: Int, frames: Int)
    /// The source has ended before its time.
    case failed(String)
    /// A bad part was thrown out, too late.
    case rejectLate(part: Int, milliseconds: Int)
    /// A bad part was not thrown out.
    case rejectFailed(part: Int, reason: String)
    /// A picture or record of a part could not be kept.
    case inspection(reason: String)
    /// The pictures have another size than those that the plane was measured in.
    case calibration(String)
    /// What makes places on the ground doubtful, or impossible, or possible again.
    case geolocation(String)

    public var name: String {
        switch self {
        case .source(.lost): "lost"
        case .source(.back): "back"
        case .source(.skipped): "skipped"
        case .view: "view"
        case .overrun: "overrun"
        case .unreadable: "unreadable"
        case .gap: "gap"
        case .failed: "failed"
        case .rejectLate: "reject late"
        case .rejectFailed: "reject failed"
        case .inspection: "inspection"
        case .calibration: "calibration"
        case .geolocation: "geolocation"
        }
    }

    var frame: Int? {
        switch self {
        case .view(let frame, _), .overrun(let frame, _), .unreadable(let frame, _), .gap(let frame, _): frame
        case .source, .failed, .rejectLate, .rejectFailed, .inspection, .calibration, .geolocation: nil
        }
    }

    /// For people.
    public var text: String {
        switch self {
        case .source(let event): event.description
        case .failed(let reason), .inspection(let reason), .calibration(let reason), .geolocation(let reason): reason
        case .rejectLate(let part, let milliseconds):
            "part \(part) was thrown out \(milliseconds) ms after the deadline"
        case .rejectFailed(let part, let reason): "part \(part) was not thrown out: \(reason)"
        case .view(_, let faults):
            faults.isEmpty
                ? "the view is good" : "the view is " + faults.map(\.rawValue).sorted().joined(separator: ", ")
        case .overrun(let frame, let total): "frame \(frame) was not looked at: the engine is behind (\(total) in all)"
        case .gap(let frame, let frames): "\(frames) frames were lost before frame \(frame)"
        case .unreadable(let frame, let reason): "frame \(frame) has no picture: \(reason)"
        }
    }
}
