// A file that is read from its begin to its end.
import Glibc

/// An open regular file; closed when the last owner lets go.
final class RegularFile {
    let path: String
    private let descriptor: Int32

    /// - Throws: `CaptureError.file` when it cannot be read or is no regular file.
    init(path: String) throws(CaptureError) {
        self.path = path
        // Without O_NONBLOCK, opening a pipe nobody writes to would wait for ever.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .file(path, reason: String(cString: strerror(errno))) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .file(path, reason: "not a regular file")
        }
    }

    deinit { close(descriptor) }

    /// Bytes that are left: a file that claims more than it holds gets no memory for it.
    var left: Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return 0 }
        return max(Int(status.st_size) - Int(lseek(descriptor, 0, SEEK_CUR)), 0)
    }

    /// The next bytes, so many; `nil` where there are fewer.
    func read(_ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return bytes.withUnsafeMutableBytes { fill($0) == $0.count } ? bytes : nil
    }

    /// Fills `memory` as far as the file reaches; returns the number of bytes.
    func fill(_ memory: UnsafeMutableRawBufferPointer) -> Int {
        var filled = 0
        while filled < memory.count {
            let count = Glibc.read(descriptor, memory.baseAddress.map { $0 + filled }, memory.count - filled)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            filled += count
        }
        return filled
    }
}
