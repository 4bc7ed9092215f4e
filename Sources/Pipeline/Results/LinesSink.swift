// Results as JSON lines.
import Glibc
import JSON

/// Appends a line for each result and event to a file, or writes them to standard output.
///
/// A line is in the file, whole, when it has been taken: the end of this program loses none. A line that a full disk cut short is
/// removed again.
final class LinesSink: Sink {
    let name: String
    private let configuration: LinesConfiguration
    private var descriptor: Int32
    private var bytes = 0

    /// - Throws: `SinkFailure` when the file cannot be opened.
    init(_ configuration: LinesConfiguration) throws(SinkFailure) {
        self.configuration = configuration
        name = configuration.path ?? "standard output"
        descriptor = STDOUT_FILENO
        guard let path = configuration.path else { return }
        descriptor = -1
        try open(path)
    }

    deinit { if configuration.path != nil, descriptor >= 0 { close(descriptor) } }

    func take(_ result: FrameResult) throws(SinkFailure) {
        switch configuration.what {
        case .all: break
        case .found: guard !result.isEmpty else { return }
        case .events: return
        }
        try write(result.json(hasTimes: configuration.hasTimes))
    }

    func take(_ event: Event) throws(SinkFailure) { try write(event.json) }

    func finish() throws(SinkFailure) {
        guard configuration.path != nil, descriptor >= 0 else { return }
        // What cannot be synchronized (a pipe, a device) says EINVAL.
        guard fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS else {
            throw failure("cannot be synchronized")
        }
    }

    private func open(_ path: String) throws(SinkFailure) {
        descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure("cannot be opened") }
        var status = stat()
        bytes = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : 0
    }

    private func write(_ value: JSONValue) throws(SinkFailure) {
        let line = Array((value.text + "\n").utf8)
        try makeRoom(for: line.count)
        if descriptor < 0, let path = configuration.path { try open(path) }
        var written = 0
        while written < line.count {
            let count = line.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress! + written, line.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let failure = failure("cannot be written")
                // Half a line would spoil the next one too.
                if written > 0, configuration.path != nil { _ = ftruncate(descriptor, off_t(bytes)) }
                throw failure
            }
            written += count
        }
        bytes += written
    }

    /// Begins a new file where the line does not fit in this one any more.
    private func makeRoom(for count: Int) throws(SinkFailure) {
        guard let path = configuration.path, let most = configuration.mostBytes, bytes > 0, bytes + count > most else {
            return
        }
        guard rename(path, path + ".1") == 0 else { throw failure("cannot be renamed") }
        close(descriptor)
        descriptor = -1
        try open(path)
    }

    private func failure(_ what: String) -> SinkFailure {
        SinkFailure(description: "\(name) \(what): \(String(cString: strerror(errno)))")
    }
}
