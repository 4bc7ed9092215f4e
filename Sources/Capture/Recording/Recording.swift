// A recording as a source.
import Glibc

/// The frames of a file that `RecordingWriter` wrote, byte for byte as the camera gave them.
public final class Recording: FrameSource {
    public enum Pace: Hashable, Sendable {
        /// With the times between frames that they were taken with.
        case recorded
        case fastest
    }

    /// That of the source that was recorded.
    public let name: String
    public private(set) var counts = SourceCounts()
    public let path: String
    private let pace: Pace
    private let descriptor: Int32
    private var order = FrameOrder()
    /// What the monotonic clock showed when the first frame was given, less that frame's own time.
    private var shift: UInt64?
    private var waiting: Frame?

    /// - Throws: `CaptureError.file` when it cannot be read or is no recording.
    public init(path: String, pace: Pace = .recorded) throws(CaptureError) {
        self.path = path
        self.pace = pace
        // Without O_NONBLOCK, opening a pipe nobody writes to would wait for ever.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .file(path, reason: String(cString: strerror(errno))) }
        let head = RecordingFormat.head
        guard let start = Self.head(descriptor) else {
            close(descriptor)
            throw .file(path, reason: "no recording of 'arete record'")
        }
        let (version, length) = start.withUnsafeBytes { bytes in
            (
                UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: head.count, as: UInt32.self)),
                UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: head.count + 4, as: UInt32.self))
            )
        }
        guard version == RecordingFormat.version, length <= UInt32(RecordingFormat.longestName),
            let name = Self.read(descriptor, Int(length))
        else {
            close(descriptor)
            throw .file(path, reason: "a recording of version \(version), which is not read here")
        }
        self.name = String(decoding: name, as: UTF8.self)
    }

    deinit { close(descriptor) }

    /// Whether there is a file that begins as recordings do.
    public static func isRecording(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return head(descriptor) != nil
    }

    /// The first bytes of a regular file, if they are a recording's: its mark, version and length of the name.
    private static func head(_ descriptor: Int32) -> [UInt8]? {
        var status = stat()
        let mark = RecordingFormat.head
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            let start = read(descriptor, mark.count + 8), Array(start.prefix(mark.count)) == mark
        else { return nil }
        return start
    }

    /// - Throws: `CaptureError.file` where the file is damaged; a last frame that is not whole is left out.
    public func next(within milliseconds: Int) throws(CaptureError) -> Arrival {
        if waiting == nil { waiting = try read() }
        guard let frame = waiting else { return .end }
        guard pause(before: frame, within: milliseconds) else { return .nothing }
        waiting = nil
        counts.frames += 1
        counts.damaged += frame.isDamaged ? 1 : 0
        if case .next(let lost) = order.place(of: frame.sequence) { counts.lost += lost }
        return .frame(frame)
    }

    /// Waits until the frame's turn has come; `false` when that takes longer.
    private func pause(before frame: Frame, within milliseconds: Int) -> Bool {
        guard pace == .recorded, let time = frame.time else { return true }
        let now = MonotonicClock.nanoseconds
        guard let shift else {
            shift = now &- time
            return true
        }
        let left = Int64(bitPattern: time &+ shift &- now) / 1_000_000
        // A clock that went back or jumped is not waited for.
        guard left > 0, left < 60_000 else { return true }
        MonotonicClock.sleep(milliseconds: min(Int(left), milliseconds))
        return left <= milliseconds
    }

    /// The next frame of the file; `nil` at its end.
    private func read() throws(CaptureError) -> Frame? {
        guard let start = Self.read(descriptor, RecordingFormat.planesAt + 4) else { return nil }
        guard let planes = RecordHeader.planes(start) else { throw damaged }
        guard let rest = Self.read(descriptor, RecordingFormat.headerBytes(planes: planes) - start.count) else {
            return nil
        }
        guard let header = RecordHeader(start + rest) else { throw damaged }
        let total = header.planeBytes.reduce(0, +)
        // A file that claims more than it holds gets no memory for it.
        var status = stat()
        guard fstat(descriptor, &status) == 0,
            Int(lseek(descriptor, 0, SEEK_CUR)) + total + 8 <= Int(status.st_size)
        else { return nil }
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: total, alignment: 64)
        guard Self.fill(memory, from: descriptor), let end = Self.read(descriptor, 8) else {
            memory.deallocate()
            return nil
        }
        var sum = RecordingFormat.emptySum
        var frames: [UnsafeRawBufferPointer] = []
        var at = 0
        for count in header.planeBytes {
            frames.append(UnsafeRawBufferPointer(rebasing: memory[at..<at + count]))
            sum = RecordingFormat.sum(frames[frames.count - 1], from: sum)
            at += count
        }
        guard end == withUnsafeBytes(of: sum.littleEndian, Array.init) else {
            memory.deallocate()
            throw damaged
        }
        let address = UInt(bitPattern: memory.baseAddress)
        return Frame(
            format: header.format, planes: frames, sequence: header.sequence, time: header.time,
            isDamaged: header.isDamaged
        ) { UnsafeMutableRawPointer(bitPattern: address)?.deallocate() }
    }

    private var damaged: CaptureError {
        .file(path, reason: "damaged behind frame \(counts.frames); what came before is sound")
    }

    /// So many bytes; `nil` where there are fewer.
    private static func read(_ descriptor: Int32, _ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return bytes.withUnsafeMutableBytes { fill($0, from: descriptor) } ? bytes : nil
    }

    private static func fill(_ memory: UnsafeMutableRawBufferPointer, from descriptor: Int32) -> Bool {
        var filled = 0
        while filled < memory.count {
            let count = Glibc.read(descriptor, memory.baseAddress.map { $0 + filled }, memory.count - filled)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            filled += count
        }
        return true
    }
}
