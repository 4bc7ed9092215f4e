// From what a person writes to a source.
import Glibc

extension SourceRequest {
    /// The source that `text` names:
    ///
    /// - `synthetic`, `synthetic:seed=7,objects=5,...`: the synthetic camera (`SyntheticRequest`)
    /// - `rtsp://...`, `rtsps://...`: a network camera
    /// - a folder: its pictures
    /// - a file: told apart by content; with a format and a size, raw frames
    /// - anything else: a camera's node or id
    ///
    /// - Throws: `CaptureError` where the settings do not fit the kind of source.
    public init(_ text: String, _ settings: SourceSettings = SourceSettings()) throws(CaptureError) {
        var status = stat()
        if text == SyntheticRequest.name || text.hasPrefix(SyntheticRequest.name + ":") {
            try settings.check(text, is: "the synthetic camera", takes: [.format, .size, .rate])
            self = .synthetic(try SyntheticRequest(text, settings))
        } else if NetworkStream.isAddress(text) {
            try settings.check(NetworkStream.shown(text), is: "a network camera", takes: [])
            self = .stream(address: text)
        } else if stat(text, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            try settings.check(text, is: "a folder of pictures", takes: [.rate])
            self = .folder(path: text, rate: settings.rate)
        } else if stat(text, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
            try self.init(file: text, settings)
        } else if text.contains("/"), !text.hasPrefix("/dev/") {
            throw .file(text, reason: "there is no such file or folder")
        } else {
            self = .camera(
                CameraRequest(
                    camera: text, format: settings.format, width: settings.width, height: settings.height,
                    rate: settings.rate, controls: settings.controls, need: settings.need))
        }
    }

    private init(file path: String, _ settings: SourceSettings) throws(CaptureError) {
        if Recording.isRecording(path) {
            try settings.check(path, is: "a recording", takes: [])
            self = .recording(path: path)
        } else if settings.format?.isJPEG == true || settings.format == nil && MotionJPEGFile.beginsAsJPEG(path) {
            try settings.check(path, is: "a file of JPEG pictures", takes: [.format, .rate])
            self = .motionJPEG(path: path, rate: settings.rate)
        } else if let format = settings.format {
            try settings.check(path, is: "a file of raw frames", takes: [.format, .size, .rate])
            guard let width = settings.width, let height = settings.height else {
                throw .unsupported(path, reason: "a file of raw frames needs a size beside its format")
            }
            self = .raw(
                RawFileRequest(path: path, format: format, width: width, height: height, rate: settings.rate))
        } else {
            try settings.check(path, is: "a video file", takes: [])
            self = .video(path: path)
        }
    }
}
