// A record of each part, for those who ask later.
import Glibc
import JSON

/// Where records of parts go.
protocol RecordFile: AnyObject {
    func add(_ record: JSONValue) throws(SinkFailure)
    /// Brings what was added to the disk.
    func synchronize() throws(SinkFailure)
}

/// Appends one JSON line a part to a file. A record is in the file, whole, when `add` returns, and on the disk a second later at most.
final class AuditLog: RecordFile {
    private let file: LineFile
    /// The number of the last part that the file tells of; 0 where there is none.
    let lastPart: Int

    /// - Throws: `SinkFailure` when the file cannot be opened, or ends in something that is no record.
    init(path: String) throws(SinkFailure) {
        let file = try LineFile(path: path)
        try Self.repair(file)
        lastPart = try Self.lastPart(file)
        self.file = file
    }

    func add(_ record: JSONValue) throws(SinkFailure) { try file.add(record.text) }

    func synchronize() throws(SinkFailure) { try file.synchronize() }

    /// Longer records there are none.
    private static let longestRecord = 1 << 20

    /// Removes half a record that a loss of power left at the end.
    private static func repair(_ file: LineFile) throws(SinkFailure) {
        var status = stat()
        guard fstat(file.descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw SinkFailure(description: "\(file.path) is no file")
        }
        let tail = tail(file)
        guard let last = tail.last, last != UInt8(ascii: "\n") else { return }
        let kept = tail.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? (tail.count == file.bytes ? 0 : nil)
        guard let kept else { throw SinkFailure(description: "\(file.path) is no file of records: move it away") }
        try file.cut(to: file.bytes - tail.count + kept)
    }

    private static func lastPart(_ file: LineFile) throws(SinkFailure) -> Int {
        guard file.bytes > 0 else { return 0 }
        let lines = tail(file).split(separator: UInt8(ascii: "\n"))
        guard let last = lines.last,
            let record = try? JSONReader.read(bytes: Array(last), source: file.path, limits: .configuration),
            case .integer(let part)? = record["part"]?.content
        else { throw SinkFailure(description: "\(file.path) is no file of records: move it away") }
        return Int(part)
    }

    private static func tail(_ file: LineFile) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: min(file.bytes, longestRecord))
        let count = pread(file.descriptor, &bytes, bytes.count, off_t(file.bytes - bytes.count))
        return count == bytes.count ? bytes : []
    }
}
