import Glibc

/// A file mapped read-only into memory; unmapped when the last owner lets go.
///
/// A file that another process shortens while it is mapped raises SIGBUS on access; models are replaced by rename.
public final class MappedFile: @unchecked Sendable {
    public let path: String
    public let bytes: UnsafeRawBufferPointer
    /// What the file was when it was mapped; `nil` where there is none that the bytes could be read from again.
    private let identity: Identity?

    /// Tells a file and its state from others: no change leaves all of it as it was.
    private struct Identity: Equatable {
        private let words: [Int]

        init(_ status: stat) {
            words = [
                Int(truncatingIfNeeded: status.st_dev), Int(truncatingIfNeeded: status.st_ino), Int(status.st_size),
                status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
            ]
        }
    }

    /// - Throws: `TensorError.file` when the path cannot be opened, is no regular file or is empty.
    public convenience init(path: String) throws(TensorError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .file(path: path, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        try self.init(descriptor: descriptor, path: path)
    }

    /// The file that `descriptor` is open on; it may be closed afterwards. `path` names it in messages.
    /// - Throws: `TensorError.file` as above.
    public init(descriptor: Int32, path: String) throws(TensorError) {
        self.path = path
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw .file(path: path, reason: String(cString: strerror(errno)))
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .file(path: path, reason: "not a regular file") }
        guard status.st_size > 0 else { throw .file(path: path, reason: "the file is empty") }
        let size = Int(status.st_size)
        guard let base = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
            throw .file(path: path, reason: "cannot be mapped: " + String(cString: strerror(errno)))
        }
        bytes = UnsafeRawBufferPointer(start: base, count: size)
        identity = Identity(status)
    }

    /// A file that exists in memory alone: a private copy of `bytes`, named `name` in messages.
    /// - Throws: `TensorError.file` when there are no bytes or no memory.
    public init(copying bytes: UnsafeRawBufferPointer, name: String) throws(TensorError) {
        path = name
        guard bytes.count > 0 else { throw .file(path: name, reason: "the file is empty") }
        let flags = MAP_PRIVATE | MAP_ANONYMOUS
        guard let base = mmap(nil, bytes.count, PROT_READ | PROT_WRITE, flags, -1, 0), base != MAP_FAILED else {
            throw .file(path: name, reason: "cannot be copied: " + String(cString: strerror(errno)))
        }
        let copy = UnsafeMutableRawBufferPointer(start: base, count: bytes.count)
        copy.copyMemory(from: bytes)
        self.bytes = UnsafeRawBufferPointer(copy)
        identity = nil
    }

    /// Where the file's first byte is. A mapped file is never empty.
    var start: UnsafeRawPointer { bytes.baseAddress! }

    /// Gives the memory of the whole pages in `range` back to the system. They are read again when somebody looks at them.
    public func letGoOfPages(in range: Range<Int>) {
        guard identity != nil else { return }
        let page = sysconf(Int32(_SC_PAGESIZE))
        let inner = range.clamped(to: 0..<bytes.count)
        let (first, end) = ((inner.lowerBound + page - 1) / page * page, inner.upperBound / page * page)
        guard first < end else { return }
        madvise(UnsafeMutableRawPointer(mutating: start + first), end - first, Int32(MADV_DONTNEED))
    }

    /// Maps all pages at once: where every byte is about to be read, that is faster than at the first touch of each few.
    public func bringIn() {
        // Systems before Linux 5.14 do not know this; then pages come as they are touched.
        let populateForReading: Int32 = 22
        if identity != nil { madvise(UnsafeMutableRawPointer(mutating: start), bytes.count, populateForReading) }
    }

    /// Calls `body` with the content, `pieceBytes` after `pieceBytes`.
    public func forEachPiece(_ pieceBytes: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
        for first in stride(from: 0, to: bytes.count, by: pieceBytes) {
            body(UnsafeRawBufferPointer(rebasing: bytes[first..<min(bytes.count, first + pieceBytes)]))
        }
    }

    /// The same, with the content read from the file once more and not where it is mapped.
    /// - Returns: whether that was all of the file that is mapped, unchanged since.
    public func forEachPieceReadAgain(_ pieceBytes: Int, _ body: (UnsafeRawBufferPointer) -> Void) -> Bool {
        guard let identity else {
            forEachPiece(pieceBytes, body)
            return true
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        guard let piece = malloc(pieceBytes) else { return false }
        defer { free(piece) }
        func isUnchanged() -> Bool {
            var status = stat()
            return fstat(descriptor, &status) == 0 && Identity(status) == identity
        }
        guard isUnchanged() else { return false }
        for first in stride(from: 0, to: bytes.count, by: pieceBytes) {
            let wanted = min(pieceBytes, bytes.count - first)
            var done = 0
            while done < wanted {
                let count = pread(descriptor, piece + done, wanted - done, off_t(first + done))
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                done += count
            }
            body(UnsafeRawBufferPointer(start: piece, count: wanted))
        }
        return isUnchanged()
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
}
