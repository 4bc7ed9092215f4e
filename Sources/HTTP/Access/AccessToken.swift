// The secret that lets people in.
import Credentials
import Glibc
import Tensors

/// A token of one line. Nobody sees it by accident: it has no description.
public struct AccessToken: Sendable, CustomStringConvertible, CustomReflectable {
    /// For who shows it to its owner.
    public let text: String
    private let digest: [UInt8]

    public var description: String { "(token)" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }

    /// Shorter ones are guessed: five guesses a minute from each of a thousand addresses are 2.6 thousand million a year.
    public static let fewestBytes = 12

    /// One that people thought of, maybe, and that is guessed at a server's pace: ten thousand a second are 3 x 10^11 a
    /// year. Longer ones, as the drawn ones are, are not.
    var mayBeGuessed: Bool { text.utf8.count < 20 }

    /// - Throws: `CredentialError` for one that is too short.
    public init(_ secret: Secret, path: String) throws(CredentialError) {
        guard secret.text.utf8.count >= Self.fewestBytes else {
            throw .file(path, "a token has \(Self.fewestBytes) characters at least")
        }
        self.init(text: secret.text)
    }

    private init(text: String) { (self.text, digest) = (text, TextDigest.bytes(text)) }

    /// 125 bits from the system's generator, in letters and digits that are not taken for one another.
    public static func drawn() -> AccessToken {
        let alphabet = Array("abcdefghjkmnpqrstuvwxyz023456789".utf8)
        var generator = SystemRandomNumberGenerator()
        let letters = (0..<25).map { _ in alphabet[Int.random(in: 0..<32, using: &generator)] }
        let groups = stride(from: 0, to: 25, by: 5).map { String(decoding: letters[$0..<$0 + 5], as: UTF8.self) }
        return AccessToken(text: groups.joined(separator: "-"))
    }

    /// The token in a file; where there is no file, one is drawn and kept there, for its owner alone to read.
    ///
    /// - Returns: the token, and whether it was drawn now.
    /// - Throws: `CredentialError` for a file that others may read or that holds no token, and where none can be written.
    public static func at(_ path: String) throws(CredentialError) -> (token: AccessToken, isNew: Bool) {
        var status = stat()
        if lstat(path, &status) == 0 { return (try AccessToken(try Secret(path: path), path: path), false) }
        guard errno == ENOENT else { throw .file(path, String(cString: strerror(errno))) }
        let token = drawn()
        do throws(AtomicFileError) {
            try AtomicFile.write(Array((token.text + "\n").utf8), to: path, isPrivate: true)
        } catch {
            throw .file(path, error.description)
        }
        return (token, true)
    }

    /// Takes as long for any text of the same length: digests are compared, all bytes of them.
    public func matches(_ text: String) -> Bool {
        zip(digest, TextDigest.bytes(text)).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
