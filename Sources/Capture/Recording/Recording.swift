// A recording as a source.

/// The frames of a file that `RecordingWriter` wrote, byte for byte as the camera gave them.
public final class Recording: FrameSource {
    /// That of the source that was recorded.
    public let name: String
    public private(set) var counts = SourceCounts()
    public let path: String
    private let file: RegularFile
    private var pacer: FramePacer
    private var order = FrameOrder()
    private var waiting: Frame?

    /// - Throws: `CaptureError.file` when it cannot be read or is no recording.
    public init(path: String, pace: SourcePace = .recorded) throws(CaptureError) {
        self.path = path
        pacer = FramePacer(pace)
        file = try RegularFile(path: path)
        let head = RecordingFormat.head
        guard let start = Self.head(file) else { throw .file(path, reason: "no recording of 'arete record'") }
        let (version, length) = start.withUnsafeBytes { bytes in
            (
                UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: head.count, as: UInt32.self)),
                UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: head.count + 4, as: UInt32.self))
            )
        }
        guard version == RecordingFormat.version, length <= UInt32(RecordingFormat.longestName),
            let name = file.read(Int(length))
        else { throw .file(path, reason: "a recording of version \(version), which is not read here") }
        self.name = String(decoding: name, as: UTF8.self)
    }

    /// Whether there is a file that begins as recordings do.
    public static func isRecording(_ path: String) -> Bool {
        guard let file = try? RegularFile(path: path) else { return false }
        return head(file) != nil
    }

    /// The first bytes of a file, if they are a recording's: its mark, version and length of the name.
    private static func head(_ file: RegularFile) -> [UInt8]? {
        let mark = RecordingFormat.head
        guard let start = file.read(mark.count + 8), Array(start.prefix(mark.count)) == mark else { return nil }
        return start
    }

    /// - Throws: `CaptureError.file` where the file is damaged; a last frame that is not whole is left out.
    public func next(within milliseconds: Int) throws(CaptureError) -> Arrival {
        if waiting == nil { waiting = try read() }
        guard let frame = waiting else { return .end }
        guard pacer.pause(before: frame.time, within: milliseconds) else { return .nothing }
        waiting = nil
        counts.frames += 1
        counts.damaged += frame.isDamaged ? 1 : 0
        if case .next(let lost) = order.place(of: frame.sequence) { counts.lost += lost }
        return .frame(frame)
    }

    /// The next frame of the file; `nil` at its end.
    private func read() throws(CaptureError) -> Frame? {
        guard let start = file.read(RecordingFormat.planesAt + 4) else { return nil }
        guard let planes = RecordHeader.planes(start) else { throw damaged }
        guard let rest = file.read(RecordingFormat.headerBytes(planes: planes) - start.count) else { return nil }
        guard let header = RecordHeader(start + rest) else { throw damaged }
        let total = header.planeBytes.reduce(0, +)
        guard total + 8 <= file.left else { return nil }
        let memory = FrameMemory(count: total)
        guard file.fill(memory.bytes) == total, let end = file.read(8) else { return nil }
        let frame = Frame(
            format: header.format, memory: memory, planes: header.planeBytes, sequence: header.sequence,
            time: header.time, isDamaged: header.isDamaged)
        let sum = frame.planes.reduce(RecordingFormat.emptySum) { RecordingFormat.sum($1, from: $0) }
        guard end == withUnsafeBytes(of: sum.littleEndian, Array.init) else { throw damaged }
        return frame
    }

    private var damaged: CaptureError {
        .file(path, reason: "damaged behind frame \(counts.frames); what came before is sound")
    }
}
