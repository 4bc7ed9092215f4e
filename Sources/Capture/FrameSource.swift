// Where pictures come from.

/// A camera, a recording, a folder, ...: anything that gives one picture after the other, maybe of different sizes. For one thread at a time.
public protocol FrameSource: AnyObject {
    /// What people call it in messages.
    var name: String { get }
    var counts: SourceCounts { get }

    /// Waits for the next picture, `milliseconds` at most.
    ///
    /// - Throws: `CaptureError` when no more can come; what may pass (a cable pulled, a stalled driver) is no error here.
    func next(within milliseconds: Int) throws(CaptureError) -> Arrival
}

/// What waiting for a picture gave.
public enum Arrival {
    case frame(Frame)
    /// None within the time.
    case nothing
    /// None will come any more: the source was read to its end.
    case end
}

/// What a source gave and lost since it was opened.
public struct SourceCounts: Hashable, Sendable {
    public var frames = 0
    /// Given, and marked as damaged by the source.
    public var damaged = 0
    /// Pictures of files that could not be read, and were left out.
    public var unreadable = 0
    /// Taken by the camera and never given: gaps in its count.
    public var lost = 0
    /// Not given because a newer one had been.
    public var late = 0
    /// Times that the source was opened again.
    public var restarts = 0

    public init(
        frames: Int = 0, damaged: Int = 0, unreadable: Int = 0, lost: Int = 0, late: Int = 0, restarts: Int = 0
    ) {
        self.frames = frames
        self.damaged = damaged
        self.unreadable = unreadable
        self.lost = lost
        self.late = late
        self.restarts = restarts
    }
}
