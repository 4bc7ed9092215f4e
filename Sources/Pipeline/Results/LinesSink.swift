// Results as JSON lines.
import Glibc
import JSON

/// Appends a line for each result and event to a file, or writes them to standard output.
final class LinesSink: Sink {
    let name: String
    private let configuration: LinesConfiguration
    /// `nil` for standard output, and where the next line begins a file.
    private var file: LineFile?

    /// - Throws: `SinkFailure` when the file cannot be opened.
    init(_ configuration: LinesConfiguration) throws(SinkFailure) {
        self.configuration = configuration
        name = configuration.path ?? LinesConfiguration.standardOutput
        if let path = configuration.path { file = try LineFile(path: path) }
    }

    func take(_ result: FrameResult) throws(SinkFailure) {
        switch configuration.what {
        case .all: break
        case .found: guard !result.isEmpty else { return }
        case .events: return
        }
        try write(result.json(hasTimes: configuration.hasTimes).text)
    }

    func take(_ event: Event) throws(SinkFailure) { try write(event.json.text) }

    func finish() throws(SinkFailure) { try file?.synchronize() }

    private func write(_ line: String) throws(SinkFailure) {
        guard let path = configuration.path else {
            let bytes = Array((line + "\n").utf8)
            guard LineFile.write(bytes, to: STDOUT_FILENO) == bytes.count else {
                throw LineFile.failure(name, "cannot be written")
            }
            return
        }
        if let bytes = file?.bytes, bytes > 0, bytes + line.utf8.count >= configuration.mostBytes ?? .max {
            guard rename(path, path + ".1") == 0 else { throw LineFile.failure(path, "cannot be renamed") }
            file = nil
        }
        if file == nil { file = try LineFile(path: path) }
        try file?.add(line)
    }
}
