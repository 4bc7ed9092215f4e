// A folder of pictures as a source.
import Glibc
import Imaging

/// The JPEG, PNG, WebP, PPM and PGM files of a folder, sorted by name; pictures may differ in size.
public final class PictureFolder: FrameSource {
    public var name: String { path }
    public private(set) var counts = SourceCounts()
    public let path: String
    private let rate: Double?
    private let report: (SourceEvent) -> Void
    private let files: [String]
    private var place = 0
    private var pacer: FramePacer
    private var waiting: Frame?

    /// - Parameters:
    ///   - rate: pictures a second; `nil`: they have no times, and come as fast as they are taken.
    ///   - report: is told, on the thread that calls `next`, of each file that cannot be read and is left out.
    /// - Throws: `CaptureError.file` when the folder cannot be read or holds no picture.
    public init(
        path: String, rate: Double? = nil, pace: SourcePace = .recorded,
        report: @escaping (SourceEvent) -> Void = { _ in }
    ) throws(CaptureError) {
        self.path = path
        self.rate = rate
        self.report = report
        pacer = FramePacer(pace)
        guard let folder = opendir(path) else { throw .file(path, reason: String(cString: strerror(errno))) }
        defer { closedir(folder) }
        var files: [String] = []
        while let entry = readdir(folder) {
            let file = text(of: entry.pointee.d_name)
            if Self.isPicture(file) { files.append(file) }
        }
        guard !files.isEmpty else {
            throw .file(path, reason: "no file of this folder ends in \(Self.endings.joined(separator: ", "))")
        }
        self.files = files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static let endings = [".jpg", ".jpeg", ".png", ".webp", ".ppm", ".pgm"]

    private static func isPicture(_ file: String) -> Bool {
        let small = file.lowercased()
        return !file.hasPrefix(".") && endings.contains { small.hasSuffix($0) }
    }

    public func next(within milliseconds: Int) -> Arrival {
        let deadline = MonotonicClock.milliseconds + milliseconds
        while waiting == nil {
            guard place < files.count else { return .end }
            waiting = frame(of: files[place])
            place += 1
            if waiting == nil, MonotonicClock.milliseconds >= deadline { return .nothing }
        }
        let left = max(deadline - MonotonicClock.milliseconds, 0)
        guard let frame = waiting, pacer.pause(before: frame.time, within: left) else { return .nothing }
        waiting = nil
        counts.frames += 1
        return .frame(frame)
    }

    private func frame(of file: String) -> Frame? {
        do throws(ImageError) {
            let picture = try Image.read(path: "\(path)/\(file)")
            let isGrey = picture.format == .grey
            let bytes = isGrey ? picture.bytes : picture.converted(to: .rgb).bytes
            let format = FrameFormat(
                format: isGrey ? "GREY" : "RGB3", width: picture.width, height: picture.height,
                strides: [isGrey ? picture.width : 3 * picture.width])
            return Frame(
                format: format, memory: FrameMemory(bytes), sequence: UInt32(place),
                time: SourcePace.time(of: place, rate: rate))
        } catch {
            counts.unreadable += 1
            report(.skipped(.file("\(path)/\(file)", reason: "\(error)")))
            return nil
        }
    }
}
