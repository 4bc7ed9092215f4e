// A file of JPEG pictures one behind the other as a source.

/// The pictures of a file that cameras and recorders write as MJPEG; what is no JPEG between them is passed over.
public final class MotionJPEGFile: FrameSource {
    public var name: String { file.path }
    public private(set) var counts = SourceCounts()
    private let file: RegularFile
    private let rate: Double?
    private var splitter = JPEGSplitter()
    private var pacer: FramePacer
    private var number = 0
    private var isRead = false
    private var waiting: Frame?

    /// - Parameter rate: pictures a second; `nil`: they have no times, and come as fast as they are taken.
    /// - Throws: `CaptureError.file` when it cannot be read.
    public init(path: String, rate: Double? = nil, pace: SourcePace = .recorded) throws(CaptureError) {
        file = try RegularFile(path: path)
        self.rate = rate
        pacer = FramePacer(pace)
    }

    /// Whether there is a file that begins with a JPEG picture.
    static func beginsAsJPEG(_ path: String) -> Bool {
        (try? RegularFile(path: path))?.read(3) == [0xFF, 0xD8, 0xFF]
    }

    private static let pieceBytes = 1 << 18

    public func next(within milliseconds: Int) -> Arrival {
        let deadline = MonotonicClock.milliseconds + milliseconds
        while waiting == nil {
            if let picture = splitter.next() ?? (isRead ? splitter.finish() : nil) {
                waiting = frame(of: picture)
            } else if isRead {
                counts.unreadable = splitter.unreadable
                return .end
            } else {
                read()
                if MonotonicClock.milliseconds > deadline { return .nothing }
            }
            counts.unreadable = splitter.unreadable
        }
        let left = max(deadline - MonotonicClock.milliseconds, 0)
        guard let frame = waiting, pacer.pause(before: frame.time, within: left) else { return .nothing }
        waiting = nil
        counts.frames += 1
        counts.damaged += frame.isDamaged ? 1 : 0
        return .frame(frame)
    }

    private func read() {
        withUnsafeTemporaryAllocation(byteCount: Self.pieceBytes, alignment: 16) { piece in
            let count = file.fill(piece)
            splitter.append(UnsafeRawBufferPointer(rebasing: piece[..<count]))
            isRead = count < piece.count
        }
    }

    private func frame(of picture: JPEGSplitter.Picture) -> Frame {
        defer { number += 1 }
        let format = FrameFormat(format: "MJPG", width: picture.width, height: picture.height, strides: [0])
        return Frame(
            format: format, memory: FrameMemory(picture.bytes), sequence: UInt32(truncatingIfNeeded: number),
            time: SourcePace.time(of: number, rate: rate), isDamaged: !picture.isWhole)
    }
}
