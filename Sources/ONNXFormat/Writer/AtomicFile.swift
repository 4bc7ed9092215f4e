// Files that are whole or not there.
import Glibc

enum AtomicFile {
    /// Writes `contents` to `path`: to a file beside it first, which takes its place when all bytes are on the disk.
    ///
    /// What was at `path` before stays as it was when something fails.
    /// - Throws: `ONNXError` that says what could not be done.
    static func write(_ contents: WireWriter, to path: String) throws(ONNXError) {
        let temporary = "\(path).\(getpid())-\(UInt32.random(in: .min ... .max)).part"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw failure(path, errno) }
        do {
            try contents.forEachPart { try write($0, to: descriptor, path) }
            guard fsync(descriptor) == 0 else { throw failure(path, errno) }
        } catch {
            close(descriptor)
            unlink(temporary)
            throw error as? ONNXError ?? failure(path, EIO)
        }
        guard close(descriptor) == 0, rename(temporary, path) == 0 else {
            let reason = errno
            unlink(temporary)
            throw failure(path, reason)
        }
        synchronizeFolder(of: path)
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, _ path: String) throws {
        var rest = bytes
        while let start = rest.baseAddress, rest.count > 0 {
            let count = Glibc.write(descriptor, start, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(path, errno) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// So that the new name outlives a power cut; the file is whole either way, so a folder that cannot be opened is no failure.
    private static func synchronizeFolder(of path: String) {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private static func failure(_ path: String, _ number: Int32) -> ONNXError {
        ONNXError("\(path) cannot be written: \(String(cString: strerror(number)))")
    }
}
