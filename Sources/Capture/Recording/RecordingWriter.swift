// What a camera saw, kept as it came.
import Glibc

/// Writes frames into a file as they came, for `Recording` to read again. For one thread at a time.
///
/// Each frame is in the file, whole, when `write` returns; a process that is killed or a full disk loses none that were written before.
public final class RecordingWriter {
    public let path: String
    public private(set) var frames = 0
    /// Of the file, so far.
    public private(set) var bytes = 0
    private let descriptor: Int32

    /// - Throws: `CaptureError.file` when there is a file already, or it cannot be made.
    public init(path: String, source: String) throws(CaptureError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw errno == EEXIST
                ? .file(path, reason: "there is such a file already; remove it or choose another name")
                : .file(path, reason: String(cString: strerror(errno)))
        }
        let name = Array(source.utf8.prefix(RecordingFormat.longestName))
        var head = RecordingFormat.head
        for value in [RecordingFormat.version, UInt32(name.count)] {
            withUnsafeBytes(of: value.littleEndian) { head.append(contentsOf: $0) }
        }
        guard append(head + name) else {
            close(descriptor)
            throw failure
        }
    }

    deinit { close(descriptor) }

    /// Appends one frame.
    ///
    /// - Throws: `CaptureError.file` when the disk is full or fails: the file then ends with the frame before.
    /// Complexity: O(bytes of the frame).
    public func write(_ frame: Frame) throws(CaptureError) {
        let start = bytes
        let header = RecordHeader(frame).bytes
        var sum = RecordingFormat.emptySum
        let isWhole =
            append(header)
            && frame.planes.allSatisfy { plane in
                sum = RecordingFormat.sum(plane, from: sum)
                return append(plane)
            } && append(withUnsafeBytes(of: sum.littleEndian, Array.init))
        guard isWhole else {
            let failure = failure
            ftruncate(descriptor, off_t(start))
            lseek(descriptor, off_t(start), SEEK_SET)
            bytes = start
            throw failure
        }
        frames += 1
    }

    /// Waits until all frames are on the disk.
    public func synchronize() throws(CaptureError) {
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw .file(path, reason: String(cString: strerror(errno)))
        }
    }

    /// What `errno` says of a write that failed.
    private var failure: CaptureError {
        .file(path, reason: "\(String(cString: strerror(errno))) after \(frames) frames, which are kept")
    }

    private func append(_ part: [UInt8]) -> Bool { part.withUnsafeBytes(append) }

    /// `false`, and `errno`, where not all could be written.
    private func append(_ part: UnsafeRawBufferPointer) -> Bool {
        var rest = part
        while let start = rest.baseAddress, rest.count > 0 {
            let count = Glibc.write(descriptor, start, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            bytes += count
        }
        return true
    }
}
