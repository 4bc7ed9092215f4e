// Requests to real servers that behave well and badly.
import Credentials
import Foundation
import Peers
import Testing
import WebClient

@Suite(.enabled(if: WebServer.absence == nil, "needs libcurl4, python3 and openssl: scripts/setup.sh link"))
struct WebhookTests {
    private func reason(_ body: () throws(WebError) -> Void) -> String {
        do throws(WebError) {
            try body()
            return "none"
        } catch { return "\(error)" }
    }

    @Test("a body arrives with its headers and the token, and the server's status comes back")
    func posted() throws {
        let (server, folder) = (try WebServer("https"), try TestFolder("token"))
        let token = try folder.write("token", "mountain-7\n")
        let credentials = try TLSCredentials(authority: server.authority.authority)
        func hook(_ path: String) throws(WebError) -> Webhook {
            try Webhook(url: "https://localhost:\(server.port)/\(path)", credentials: credentials, tokenFile: token)
        }
        let body = [UInt8](repeating: 0, count: 2_000_000)
        let headers = [("Content-Type", "application/json"), ("X-Empty", "")]
        #expect(try hook("a").post(body, headers: headers, within: 10) == 200)
        #expect(server.process.prints("/a 2000000 application/json '' True"), "\(server.process.text)")
        #expect(try hook("a").post([], within: 10) == 200)
        for status in [204, 401, 500, 503] { #expect(try hook("\(status)").post([1], within: 10) == status) }
        // A redirect leads nowhere: the token would go there too.
        for status in [301, 302, 307, 308] { #expect(try hook("\(status)").post([1], within: 10) == status) }
        try folder.write("token", "mountain-7", permissions: 0o640)
        let open = reason { () throws(WebError) in _ = try hook("a") }
        #expect(open.contains("others may read this secret") && !open.contains("mountain"))
        for (name, value) in [("", "x"), ("a b", "x"), ("A", "x\r\nB: y"), ("A:", "x"), ("A", "\0")] {
            let line = reason { () throws(WebError) in
                _ = try Webhook(url: "https://localhost/", credentials: credentials).post(
                    [], headers: [(name, value)], within: 1)
            }
            #expect(line.contains("is no header"))
        }
    }

    @Test("a server that is slow, sends without end or is not there takes no longer than it may")
    func slow() throws {
        let server = try WebServer("http")
        let began = Date()
        func hook(_ path: String) throws(WebError) -> Webhook {
            try Webhook(url: "http://127.0.0.1:\(server.port)/\(path)?secret=mountain")
        }
        for path in ["slow-answer", "slow-body"] {
            let line = reason { () throws(WebError) in _ = try hook(path).post([1], within: 0.5) }
            #expect(
                line.hasPrefix("127.0.0.1: ") && line.contains("timed out") && !line.contains("mountain"), "\(line)")
        }
        #expect(Date().timeIntervalSince(began) < 5)
        #expect(try hook("endless-body").post([1], within: 10) == 202)
        let head = reason { () throws(WebError) in _ = try hook("endless-head").post([1], within: 10) }
        #expect(head.hasPrefix("127.0.0.1: ") && !head.contains("mountain"), "\(head)")
        let silent = try Listener()
        let quiet = reason { () throws(WebError) in
            _ = try Webhook(url: "http://127.0.0.1:\(silent.port)/").post([], within: 0.3)
        }
        #expect(quiet.contains("timed out"), "\(quiet)")
        let free = try Listener.freePort()
        let none = reason { () throws(WebError) in
            _ = try Webhook(url: "http://127.0.0.1:\(free)/x").post([], within: 5)
        }
        #expect(none.contains("connect to 127.0.0.1") && !none.contains("\n"), "\(none)")
        let unknown = reason { () throws(WebError) in
            _ = try Webhook(url: "https://server.invalid/x").post([], within: 5)
        }
        #expect(unknown.hasPrefix("server.invalid: ") && !unknown.contains("/x"), "\(unknown)")
        #expect(Date().timeIntervalSince(began) < 20)
    }

    @Test("a server whose certificate or name is wrong gets nothing")
    func certificates() throws {
        let server = try WebServer("https")
        let others = try TestAuthority()
        let right = try TLSCredentials(authority: server.authority.authority)
        let wrong = try TLSCredentials(authority: others.authority)
        for (host, credentials) in [("127.0.0.1", right), ("localhost", wrong), ("localhost", .system)] {
            let line = reason { () throws(WebError) in
                _ = try Webhook(url: "https://\(host):\(server.port)/a", credentials: credentials).post([1], within: 10)
            }
            #expect(line.contains("certificate") && !line.contains("\n"), "\(line)")
        }
        #expect(!server.process.text.contains("/a"))
    }

    @Test(
        "plain HTTP goes to this machine alone; a URL with a password or of another kind is refused, not shown"
    )
    func urls() throws {
        for (url, word) in [
            ("http://example.com/x", "needs https"), ("http://127.evil.example/x", "needs https"),
            ("http://localhost.evil.example/x", "needs https"), ("ftp://127.0.0.1/x", "begins with https://"),
            ("file:///etc/passwd", "URL"), ("https://user:mountain@localhost/", "holds a user"), ("", "URL is none"),
            ("https://", "URL is none"), ("https://a\0b/", "URL is none"),
            ("http://127.0.0.1@evil.example/", "holds a user"),
        ] {
            let line = reason { () throws(WebError) in _ = try Webhook(url: url) }
            #expect(line.contains(word) && !line.contains("mountain"), "\(url): \(line)")
        }
        _ = try Webhook(url: "http://example.com/x", allowsPlain: true)
        _ = try Webhook(url: "http://[::1]:8080/x")
    }
}
