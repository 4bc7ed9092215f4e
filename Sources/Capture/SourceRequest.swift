// Everything that pictures may come from, as one kind of wish.

/// A source that somebody wants, not opened yet.
public enum SourceRequest: Hashable, Sendable {
    case camera(CameraRequest)
    /// What `arete record` wrote.
    case recording(path: String)
    case folder(path: String, rate: Double? = nil)
    /// JPEG files one behind the other.
    case motionJPEG(path: String, rate: Double? = nil)
    case raw(RawFileRequest)
    case synthetic(SyntheticRequest)
    /// A video file.
    case video(path: String)
    /// A network camera: `rtsp://...`.
    case stream(address: String)

    /// Whether there is a last picture: files end, what is live does not.
    public var ends: Bool {
        switch self {
        case .camera, .stream: false
        case .synthetic(let request): request.frames != nil
        case .recording, .folder, .motionJPEG, .raw, .video: true
        }
    }

    /// Asks whether this build and this machine can open such sources; opens nothing.
    ///
    /// - Throws: `CaptureError.unsupported` where a library is missing.
    public func check() throws(CaptureError) {
        switch self {
        case .video(let path): try Video.check(path)
        case .stream(let address): try Video.check(NetworkStream.shown(address))
        case .camera, .recording, .folder, .motionJPEG, .raw, .synthetic: break
        }
    }

    /// Opens the source.
    ///
    /// - Parameters:
    ///   - pace: of files and the synthetic camera; what is live comes when it comes.
    ///   - report: is told, on the thread that calls `next`, of what happens between pictures.
    /// - Throws: `CaptureError` when it cannot be opened or has not what is asked for.
    public func open(
        pace: SourcePace = .recorded, report: @escaping (SourceEvent) -> Void = { _ in }
    ) throws(CaptureError) -> any FrameSource {
        switch self {
        case .camera(let request): try Camera(request, report: report)
        case .recording(let path): try Recording(path: path, pace: pace)
        case .folder(let path, let rate): try PictureFolder(path: path, rate: rate, pace: pace, report: report)
        case .motionJPEG(let path, let rate): try MotionJPEGFile(path: path, rate: rate, pace: pace)
        case .raw(let request): try RawFile(request, pace: pace, report: report)
        case .synthetic(let request): try SyntheticCamera(request, pace: pace)
        case .video(let path): try VideoFile(path: path, pace: pace)
        case .stream(let address): try NetworkStream(address: address, report: report)
        }
    }
}
