// Sessions that outlast the server.
import Tensors

/// Sessions in a file that its owner alone reads: the digests of their cookies, which nobody logs in with, and when each was used last.
struct SessionBook: Sendable {
    let path: String
    /// Sessions of another token are none.
    let token: AccessToken

    /// Bytes of a file that is read: three times what the most sessions take.
    private static let mostBytes = Sessions.most * 3 * 80

    /// What stands for a cookie.
    func digest(_ cookie: String) -> String {
        TextDigest.hexadecimal(token.text + " " + cookie)
    }

    /// Digests with when they were used last, in seconds since 1970 (UTC). What is no book has none: people log in again.
    func read() -> [String: Int] {
        guard let file = try? MappedFile(path: path), file.bytes.count <= Self.mostBytes else { return [:] }
        var sessions: [String: Int] = [:]
        for line in String(decoding: file.bytes, as: UTF8.self).split(separator: "\n").prefix(Sessions.most) {
            let words = line.split(separator: " ")
            guard words.count == 2, words[0].utf8.count == 64, let used = Int(words[1]), used >= 0 else { continue }
            sessions[String(words[0])] = used
        }
        return sessions
    }

    /// On a full disk the book stays as it was: then people log in again after the next start.
    func write(_ sessions: [String: Int]) {
        let text = sessions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined()
        try? AtomicFile.write(Array(text.utf8), to: path, isPrivate: true)
    }
}
