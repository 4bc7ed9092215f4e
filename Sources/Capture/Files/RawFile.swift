// A file of raw frames without heads.
import Imaging

/// What the bytes of a file of raw frames mean, which the file itself does not tell.
public struct RawFileRequest: Hashable, Sendable {
    public var path: String
    public var format: FourCC
    public var width: Int
    public var height: Int
    /// Frames a second; `nil`: they have no times, and come as fast as they are taken.
    public var rate: Double?

    public init(path: String, format: FourCC, width: Int, height: Int, rate: Double? = nil) {
        self.path = path
        self.format = format
        self.width = width
        self.height = height
        self.rate = rate
    }
}

/// Frames of one format and size that lie one behind the other without gaps, as `v4l2-ctl --stream-to` and `ffmpeg -f rawvideo` write them.
public final class RawFile: FrameSource {
    public var name: String { request.path }
    public private(set) var counts = SourceCounts()
    private let request: RawFileRequest
    private let format: FrameFormat
    private let planes: [Int]
    private let file: RegularFile
    private let report: (SourceEvent) -> Void
    private var pacer: FramePacer
    private var number = 0
    private var waiting: Frame?

    /// - Parameter report: is told, on the thread that calls `next`, when the file ends within a frame.
    /// - Throws: `CaptureError` when the file cannot be read, or no frame has this format and size.
    public init(
        _ request: RawFileRequest, pace: SourcePace = .recorded, report: @escaping (SourceEvent) -> Void = { _ in }
    ) throws(CaptureError) {
        self.request = request
        self.report = report
        pacer = FramePacer(pace)
        guard let shapes = try Self.shapes(request) else {
            throw .unsupported(
                request.path, reason: "frames of \(request.format) have no fixed size or are not read here")
        }
        let bytes = shapes.map { $0.rowBytes * $0.rows }
        // Formats that keep planes apart do so in memory; in a file all lie one behind the other.
        planes = request.format.keepsPlanesApart ? bytes : [bytes.reduce(0, +)]
        format = FrameFormat(
            format: request.format, width: request.width, height: request.height,
            strides: request.format.keepsPlanesApart ? shapes.map(\.rowBytes) : [shapes[0].rowBytes])
        file = try RegularFile(path: request.path)
    }

    private static func shapes(_ request: RawFileRequest) throws(CaptureError) -> [(rowBytes: Int, rows: Int)]? {
        let format = FrameFormat(format: request.format, width: request.width, height: request.height, strides: [])
        do throws(ImageError) {
            if let raw = try format.raw { return raw.planes }
            if let bayer = try format.bayer { return [(bayer.rowBytes, bayer.height)] }
            return try format.webcamRows.map { [$0] }
        } catch {
            throw .unsupported(
                request.path, reason: "no picture of \(request.format) has \(request.width) x \(request.height) pixels")
        }
    }

    public func next(within milliseconds: Int) -> Arrival {
        if waiting == nil { waiting = read() }
        guard let frame = waiting else { return .end }
        guard pacer.pause(before: frame.time, within: milliseconds) else { return .nothing }
        waiting = nil
        counts.frames += 1
        return .frame(frame)
    }

    /// The next frame of the file; `nil` at its end, where a part of a frame is told of and left out.
    private func read() -> Frame? {
        let total = planes.reduce(0, +)
        let left = file.left
        guard left > 0 else { return nil }
        if left >= total {
            let memory = FrameMemory(count: total)
            if file.fill(memory.bytes) == total {
                defer { number += 1 }
                return Frame(
                    format: format, memory: memory, planes: planes, sequence: UInt32(truncatingIfNeeded: number),
                    time: SourcePace.time(of: number, rate: request.rate))
            }
        } else {
            _ = file.read(left)
        }
        counts.unreadable += 1
        report(.skipped(.file(request.path, reason: "ends within frame \(number + 1)")))
        return nil
    }
}
