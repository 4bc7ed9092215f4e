// Standard output and standard error.
import Glibc

enum Output {
    /// Writes a line to standard output.
    static func print(_ line: String) {
        var text = line
        text += "\n"
        text.withUTF8 { _ = fwrite($0.baseAddress, 1, $0.count, stdout) }
    }

    /// Writes a line to standard error; control characters in it (from a hostile file's names) become `?`.
    static func error(_ line: String) {
        let isPlain = { (scalar: Unicode.Scalar) in scalar.value >= 32 && scalar.value != 127 }
        var text = String(String.UnicodeScalarView(line.unicodeScalars.map { isPlain($0) ? $0 : "?" })) + "\n"
        text.withUTF8 { _ = fwrite($0.baseAddress, 1, $0.count, stderr) }
    }

    /// - Throws: `OutputError` when something could not be written (a full disk, a closed pipe).
    static func flush() throws {
        if fflush(stdout) != 0 || ferror(stdout) != 0 { throw OutputError() }
    }
}

struct OutputError: Error, CustomStringConvertible {
    var description: String { "cannot write to standard output" }
}
