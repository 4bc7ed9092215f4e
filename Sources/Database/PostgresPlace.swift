// Where a PostgreSQL database is.
import CPostgres
import Credentials

/// `postgres://USER@HOST/DATABASE`, with what libpq knows behind a question mark, read and checked.
struct PostgresPlace: Hashable {
    let text: String
    /// For people: without what is behind the question mark.
    let name: String
    /// Whether the server must show a certificate, because it may be another machine; of several hosts, one is enough. Over a socket of this machine
    /// libpq asks for none.
    let mustVerify: Bool

    /// - Throws: `DatabaseError` for a place that is none or has a password in it, and without libpq.
    init(_ text: String) throws(DatabaseError) {
        if let absence = arete_postgres_absence() { throw .failed("postgres", String(cString: absence)) }
        // What C would take for the end.
        guard !text.utf8.contains(0) else { throw .failed("postgres", "a place has no zero in it") }
        var read = arete_postgres_place()
        var line = [CChar](repeating: 0, count: 256)
        guard arete_postgres_read(text, &read, &line, line.count) else {
            throw .failed(
                "postgres",
                Self.firstLine(String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)))
        }
        guard !read.has_password else {
            throw .failed("postgres", "a password in a place is seen by all: it belongs into ~/.pgpass")
        }
        self.text = text
        name = String(decoding: text.utf8.prefix { $0 != UInt8(ascii: "?") }, as: UTF8.self)
        let hosts = withUnsafeBytes(of: read.hosts) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        mustVerify = !hosts.split(separator: ",", omittingEmptySubsequences: false).allSatisfy(Self.isHere)
    }

    /// A socket of this machine, or an address that nobody else has. What the place does not name, the environment may, and what it names is
    /// verified.
    private static func isHere(_ host: Substring) -> Bool {
        host.hasPrefix("/") || host.hasPrefix("@") || Loopback.contains(String(host))
    }

    /// Of what libpq says.
    static func firstLine(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? "no reason"
        for head in ["ERROR:  ", "FATAL:  "] where line.hasPrefix(head) { return String(line.dropFirst(head.count)) }
        return line
    }
}
