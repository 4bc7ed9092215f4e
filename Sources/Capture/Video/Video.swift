// FFmpeg's libraries as a giver of frames.
import CV4L2
import CVideo

/// A video file or network stream that is read and decoded here. One thread at a time may call, any may `stop`.
final class Video: @unchecked Sendable {
    enum Step {
        /// A picture, and its time in nanoseconds since the begin.
        case frame(Frame)
        case end
    }

    /// What people call it in messages.
    private let name: String
    private let handle: OpaquePointer

    /// - Parameter patience: milliseconds that a call may take.
    init(_ address: String, isStream: Bool, name: String, patience: Int) throws(CaptureError) {
        self.name = name
        guard let handle = arete_video_create(address, isStream, Int32(clamping: patience)) else {
            throw .file(name, reason: "no memory")
        }
        self.handle = handle
    }

    deinit { arete_video_close(handle) }

    /// - Throws: `CaptureError.unsupported` where this build or this machine can open no video.
    static func check(_ name: String) throws(CaptureError) {
        var error = arete_video_error()
        guard arete_video_check(&error) == ARETE_VIDEO_OK else {
            throw .unsupported(name, reason: text(of: error.message))
        }
    }

    /// Once.
    func open() throws(CaptureError) {
        var error = arete_video_error()
        let status = arete_video_open(handle, &error)
        guard status == ARETE_VIDEO_OK else { throw failure(status, error) }
    }

    func stop() { arete_video_stop(handle) }

    /// The next picture, as number `number`; packets that cannot be decoded are passed over.
    func next(number: Int) throws(CaptureError) -> Step {
        var error = arete_video_error()
        var frame = arete_video_frame()
        let status = arete_video_next(handle, &frame, &error)
        switch status {
        case ARETE_VIDEO_OK: return .frame(Self.frame(frame, number: number))
        case ARETE_VIDEO_END: return .end
        default: throw failure(status, error)
        }
    }

    private func failure(_ status: arete_video_status, _ error: arete_video_error) -> CaptureError {
        let reason = text(of: error.message)
        return status == ARETE_VIDEO_ABSENT ? .unsupported(name, reason: reason) : .file(name, reason: reason)
    }

    private static func frame(_ frame: arete_video_frame, number: Int) -> Frame {
        let starts = [frame.planes.0, frame.planes.1, frame.planes.2]
        let (bytes, strides) = ([frame.bytes.0, frame.bytes.1, frame.bytes.2], frame.strides)
        let planes = zip(starts, bytes).filter { $1 > 0 }.map { UnsafeRawBufferPointer(start: $0, count: $1) }
        let format = FrameFormat(
            format: code(of: frame.layout), width: Int(frame.width), height: Int(frame.height),
            strides: Array([strides.0, strides.1, strides.2].prefix(planes.count)), colour: colour(of: frame))
        let owner = UInt(bitPattern: frame.owner)
        return Frame(
            format: format, planes: planes, sequence: UInt32(truncatingIfNeeded: number),
            time: frame.has_time ? UInt64(max(frame.time, 0)) : nil, isDamaged: frame.is_damaged
        ) { arete_video_release(UnsafeMutableRawPointer(bitPattern: owner)) }
    }

    private static func code(of layout: arete_video_layout) -> FourCC {
        switch layout {
        case ARETE_VIDEO_GREY: "GREY"
        case ARETE_VIDEO_RGB: "RGB3"
        case ARETE_VIDEO_NV12: "NM12"
        case ARETE_VIDEO_YUV422: "YM16"
        case ARETE_VIDEO_YUV444: "YM24"
        default: "YM12"
        }
    }

    private static func colour(of frame: arete_video_frame) -> ColourSpace {
        let encoding =
            switch frame.matrix {
            case ARETE_VIDEO_BT709: V4L2_YCBCR_ENC_709
            case ARETE_VIDEO_BT2020: V4L2_YCBCR_ENC_BT2020
            default: V4L2_YCBCR_ENC_601
            }
        let range = frame.is_full_range ? V4L2_QUANTIZATION_FULL_RANGE : V4L2_QUANTIZATION_LIM_RANGE
        return ColourSpace(space: 0, encoding: encoding.rawValue, range: range.rawValue)
    }
}
