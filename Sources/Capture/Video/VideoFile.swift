// A video file as a source.

/// The pictures of the first video of a file (MP4, MOV, Matroska, AVI, MPEG-TS, H.264 and H.265 streams, ...), decoded by FFmpeg's libraries.
public final class VideoFile: FrameSource {
    public let name: String
    public private(set) var counts = SourceCounts()
    private let video: Video
    private var pacer: FramePacer
    private var waiting: Frame?

    /// No file takes longer between two pictures, in milliseconds.
    private static let patience = 10_000

    /// - Throws: `CaptureError` when it cannot be read, holds no video that is decoded here, or this build has no libav.
    public init(path: String, pace: SourcePace = .recorded) throws(CaptureError) {
        name = path
        pacer = FramePacer(pace)
        // No pipes or devices, which libav would wait for.
        _ = try RegularFile(path: path)
        video = try Video(path, isStream: false, name: path, patience: Self.patience)
        try video.open()
    }

    /// - Throws: `CaptureError.file` where the file cannot be read any further.
    public func next(within milliseconds: Int) throws(CaptureError) -> Arrival {
        if waiting == nil {
            guard case .frame(let frame) = try video.next(number: counts.frames) else { return .end }
            waiting = frame
        }
        guard let frame = waiting, pacer.pause(before: frame.time, within: milliseconds) else { return .nothing }
        waiting = nil
        counts.frames += 1
        counts.damaged += frame.isDamaged ? 1 : 0
        return .frame(frame)
    }
}
