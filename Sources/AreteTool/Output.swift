// Standard output and standard error.
import Glibc

enum Output {
    /// Writes a line to standard output.
    /// - Throws: `OutputError` when it could not be written (a full disk, a closed pipe).
    static func print(_ line: String) throws {
        guard write(line + "\n", to: STDOUT_FILENO) else { throw OutputError(reason: String(cString: strerror(errno))) }
    }

    /// Writes a line to standard error; control characters in it (from a hostile file's names) become `?`.
    static func error(_ line: String) {
        let isPlain = { (scalar: Unicode.Scalar) in scalar.value >= 32 && scalar.value != 127 }
        let plain = String(String.UnicodeScalarView(line.unicodeScalars.map { isPlain($0) ? $0 : "?" }))
        _ = write(plain + "\n", to: STDERR_FILENO)
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
    var description: String { "cannot write to standard output: \(reason)" }
}
