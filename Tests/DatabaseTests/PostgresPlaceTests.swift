// What places of PostgreSQL say.
import Peers
import Testing

@testable import Database

@Suite(.enabled(if: PostgresServer.isThere, "needs postgresql: scripts/setup.sh link"))
struct PostgresPlaceReadingTests {
    @Test(
        "whoever may be another machine must show a certificate",
        arguments: [
            ("127.0.0.1/d", false), ("u@[::1]:5433/d", false), ("localhost,127.0.0.1/d", false),
            ("%2Frun%2Fpostgresql/d", false), ("db.example/d", true), ("localhost,db.example/d", true),
            ("%2Frun%2Fpostgresql,db.example/d", true), ("db.example/d?hostaddr=127.0.0.1", false),
            ("localhost/d?hostaddr=192.0.2.7", true), ("db.example/d?hostaddr=", true),
            // The environment may name it.
            ("/d", true), ("127.evil.example/d", true), ("localhost,/d", true),
        ])
    func verified(_ text: String, _ mustVerify: Bool) throws {
        #expect(try PostgresPlace("postgres://" + text).mustVerify == mustVerify)
    }

    @Test("what is none, names too many hosts or has a password is refused in one line")
    func refused() {
        let many = Array(repeating: "db.example", count: 100).joined(separator: ",")
        for text in [many + "/d", "d?password=secret", "u:secret@h/d", "h/d?\u{301}secret=1", "h/d\0?secret"] {
            do {
                _ = try PostgresPlace("postgres://" + text)
                Issue.record("\(text) was taken")
            } catch {
                #expect(!"\(error)".contains("\n"))
            }
        }
    }
}
