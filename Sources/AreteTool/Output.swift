// Standard output and standard error.
import Glibc

enum Output {
    /// Takes the places of standard streams that are closed, so that no file or socket gets them and what is meant for
    /// people: reading ends at once, and writing fails as it does on what is closed.
    static func holdStreams() {
        for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(stream, F_GETFD) < 0 {
            // The lowest number that is free is the stream's.
            _ = open("/dev/null", O_RDONLY)
        }
    }

    /// Writes lines to standard output; control characters in them (from a hostile file's names) become `?`.
    /// - Throws: `OutputError` when it could not be written (a full disk, a closed pipe).
    static func print(_ line: String) throws {
        guard write(plain(line, but: ["\n", "\t"]) + "\n", to: STDOUT_FILENO) else {
            throw OutputError(errno)
        }
    }

    /// Writes lines to a terminal as they are, with its commands.
    /// - Throws: `OutputError`.
    static func draw(_ lines: [String]) throws {
        guard write(lines.map { $0 + "\n" }.joined(), to: STDOUT_FILENO) else {
            throw OutputError(errno)
        }
    }

    /// Writes a line to standard error; control characters in it become `?`.
    static func error(_ line: String) { _ = write(plain(line) + "\n", to: STDERR_FILENO) }

    /// The text without what terminals obey: C0, DEL and C1.
    private static func plain(_ text: String, but kept: Set<Unicode.Scalar> = []) -> String {
        func isControl(_ scalar: Unicode.Scalar) -> Bool {
            scalar.value < 32 || (127..<160).contains(scalar.value)
        }
        guard text.unicodeScalars.contains(where: { isControl($0) && !kept.contains($0) }) else { return text }
        let scalars = text.unicodeScalars.map { isControl($0) && !kept.contains($0) ? "?" : $0 }
        return String(String.UnicodeScalarView(scalars))
    }

    /// Writes over the last line of standard error, a terminal; an empty one is removed.
    static func progress(_ line: String) { _ = write("\r\u{1b}[K" + line, to: STDERR_FILENO) }

    private static func write(_ text: String, to descriptor: Int32) -> Bool {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                return false
            }
            bytes = bytes.dropFirst(count)
        }
        return true
    }
}

struct OutputError: Error, CustomStringConvertible {
    let reason: String

    init(_ error: Int32) { reason = String(cString: strerror(error)) }

    var description: String { "cannot write to standard output: \(reason)" }
}
