// Secrets in files that only their owner reads.
import Glibc

/// A password or a token. Nobody sees it by accident: it has no description.
public struct Secret: Sendable, CustomStringConvertible, CustomReflectable {
    /// For the one call that needs it.
    public let text: String

    public var description: String { "(secret)" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }

    /// Longer ones are taken for a file that is no secret.
    private static let mostBytes = 4096

    /// Reads the first and only line of a file.
    ///
    /// - Throws: `CredentialError` for a file that others may read or that holds no single line.
    public init(path: String) throws(CredentialError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw .file(path, String(cString: strerror(errno))) }
        defer { close(descriptor) }
        try Self.check(path, descriptor)
        var bytes = [UInt8](repeating: 0, count: Self.mostBytes + 1)
        var count = 0
        while count < bytes.count {
            let room = bytes.count - count
            let start = count
            let got = bytes.withUnsafeMutableBytes { buffer -> Int in
                guard let base = buffer.baseAddress else { return -1 }
                return read(descriptor, base + start, room)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw .file(path, String(cString: strerror(errno))) }
            if got == 0 { break }
            count += got
        }
        guard count <= Self.mostBytes else { throw .file(path, "is longer than a secret") }
        var line = bytes[..<count]
        while let last = line.last, last == 0x0a || last == 0x0d { line.removeLast() }
        guard !line.isEmpty, !line.contains(where: { $0 < 0x20 || $0 == 0x7f }) else {
            throw .file(path, "is not one line with a secret")
        }
        guard let text = String(validating: line, as: UTF8.self) else {
            throw .file(path, "is not one line with a secret: no UTF-8")
        }
        self.text = text
    }

    /// Says nothing where only its owner reads a file, as it must be for passwords, tokens and private keys.
    ///
    /// - Throws: `CredentialError` for a file that is not there or that others may read.
    public static func check(path: String) throws(CredentialError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw .file(path, String(cString: strerror(errno))) }
        defer { close(descriptor) }
        try check(path, descriptor)
    }

    private static func check(_ path: String, _ descriptor: Int32) throws(CredentialError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .file(path, String(cString: strerror(errno))) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .file(path, "is no file") }
        guard status.st_mode & 0o077 == 0 else {
            throw .file(path, "others may read this secret: 'chmod 600' it, and change it if they might have")
        }
    }
}
