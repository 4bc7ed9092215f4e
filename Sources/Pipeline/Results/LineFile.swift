// Files that grow line by line.
import Glibc

/// A file to which whole lines are appended. A line is in the file when it has been added: the end of this program loses none.
final class LineFile {
    let path: String
    let descriptor: Int32
    /// Of the file, where it is a regular one.
    private(set) var bytes: Int
    private var isSynchronized = true

    /// - Throws: `SinkFailure` when the file cannot be opened.
    init(path: String) throws(SinkFailure) {
        self.path = path
        // Also readable, so that one who goes on with a file can see where it ends. Pipes and devices may be written alone.
        var opened = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        if opened < 0 { opened = open(path, O_WRONLY | O_APPEND | O_CLOEXEC) }
        guard opened >= 0 else { throw Self.failure(path, "cannot be opened") }
        descriptor = opened
        var status = stat()
        bytes = fstat(opened, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : 0
    }

    deinit { close(descriptor) }

    /// - Throws: `SinkFailure` when the line cannot be written whole; what was written of it is removed again, for half a line would
    ///   spoil the next one too.
    func add(_ line: String) throws(SinkFailure) {
        let text = Array((line + "\n").utf8)
        let written = Self.write(text, to: descriptor)
        guard written == text.count else {
            let failure = Self.failure(path, "cannot be written")
            if written > 0 { _ = ftruncate(descriptor, off_t(bytes)) }
            throw failure
        }
        bytes += written
        isSynchronized = false
    }

    /// Brings what was added to the disk.
    func synchronize() throws(SinkFailure) {
        guard !isSynchronized else { return }
        // What cannot be synchronized (a pipe, a device) says EINVAL.
        guard fdatasync(descriptor) == 0 || errno == EINVAL || errno == EROFS else {
            throw Self.failure(path, "cannot be synchronized")
        }
        isSynchronized = true
    }

    /// Cuts the file to its first bytes.
    func cut(to count: Int) throws(SinkFailure) {
        guard ftruncate(descriptor, off_t(count)) == 0 else { throw Self.failure(path, "cannot be repaired") }
        bytes = count
    }

    /// Writes all bytes, or as many as are taken, and returns their number; `errno` tells why there are no more.
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            written += count
        }
        return written
    }

    static func failure(_ path: String, _ what: String) -> SinkFailure {
        SinkFailure(description: "\(path) \(what): \(String(cString: strerror(errno)))")
    }
}
