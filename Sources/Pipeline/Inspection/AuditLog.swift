// A record of each part, for those who ask later.
import Glibc
import JSON
import Tensors

/// Appends one JSON line a part to a file. A record is in the file, whole, when `add` returns, and on the disk a second later at most.
final class AuditLog {
    private let path: String
    private let descriptor: Int32
    private var bytes: Int
    private var isSynchronized = true
    /// The number of the last part that the file tells of; 0 where there is none.
    let lastPart: Int

    /// - Throws: `SinkFailure` when the file cannot be opened, or ends in something that is no record.
    init(path: String) throws(SinkFailure) {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw SinkFailure(description: "\(path) cannot be opened: \(String(cString: strerror(errno)))")
        }
        do throws(SinkFailure) {
            bytes = try Self.repaired(descriptor, path)
            lastPart = try Self.lastPart(descriptor, bytes, path)
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit {
        fdatasync(descriptor)
        close(descriptor)
    }

    func add(_ record: JSONValue) throws(SinkFailure) {
        let line = Array((record.text + "\n").utf8)
        var written = 0
        while written < line.count {
            let count = line.withUnsafeBytes { write(descriptor, $0.baseAddress! + written, line.count - written) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let failure = SinkFailure(
                    description: "\(path) cannot be written: \(String(cString: strerror(errno)))")
                // Half a record would spoil the next one too.
                if written > 0 { _ = ftruncate(descriptor, off_t(bytes)) }
                throw failure
            }
            written += count
        }
        bytes += written
        isSynchronized = false
    }

    /// Brings what was added to the disk.
    func synchronize() throws(SinkFailure) {
        guard !isSynchronized else { return }
        guard fdatasync(descriptor) == 0 || errno == EINVAL || errno == EROFS else {
            throw SinkFailure(description: "\(path) cannot be synchronized: \(String(cString: strerror(errno)))")
        }
        isSynchronized = true
    }

    /// Longer records there are none.
    private static let longestRecord = 1 << 20

    /// Removes half a record that a loss of power left at the end, and returns the file's size.
    private static func repaired(_ descriptor: Int32, _ path: String) throws(SinkFailure) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw SinkFailure(description: "\(path) is no file")
        }
        let size = Int(status.st_size)
        let tail = tail(descriptor, size)
        guard let last = tail.last, last != UInt8(ascii: "\n") else { return size }
        let kept = tail.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? (tail.count == size ? 0 : nil)
        guard let kept else { throw SinkFailure(description: "\(path) is no file of records: move it away") }
        let end = size - tail.count + kept
        guard ftruncate(descriptor, off_t(end)) == 0 else {
            throw SinkFailure(description: "\(path) cannot be repaired: \(String(cString: strerror(errno)))")
        }
        return end
    }

    private static func lastPart(_ descriptor: Int32, _ size: Int, _ path: String) throws(SinkFailure) -> Int {
        guard size > 0 else { return 0 }
        let lines = tail(descriptor, size).split(separator: UInt8(ascii: "\n"))
        guard let last = lines.last,
            let record = try? JSONReader.read(bytes: Array(last), source: path, limits: .configuration),
            case .integer(let part)? = record["part"]?.content
        else { throw SinkFailure(description: "\(path) is no file of records: move it away") }
        return Int(part)
    }

    private static func tail(_ descriptor: Int32, _ size: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: min(size, longestRecord))
        let count = pread(descriptor, &bytes, bytes.count, off_t(size - bytes.count))
        return count == bytes.count ? bytes : []
    }
}
