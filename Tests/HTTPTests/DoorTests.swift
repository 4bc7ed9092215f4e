// Who gets in, and who does not.
import Credentials
import Foundation
import HTTP
import JSON
import Peers
import Synchronization
import Testing

@Suite struct DoorTests {
    private final class Clock: Sendable {
        let seconds = Mutex(1000)
        func pass(_ more: Int) { seconds.withLock { $0 += more } }
        var now: Int { seconds.withLock { $0 } }
    }

    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    private struct House {
        let door: Door
        let token: AccessToken
        let clock: Clock
        let lines = Lines()
        let streams: @Sendable () -> [EventStream]

        init(hosts: HostRule = .loopback(["station.example"]), book: String? = nil, token: AccessToken = .drawn()) {
            let clock = Clock()
            let list = List()
            var (open, guarded) = (Router(), Router())
            open.get("/") { _ in .init(text: "page") }
            guarded.get("/api/state") { _ in .init(text: "state") }
            guarded.post("/api/verdict") { _ in .done }
            guarded.get("/api/changes") { _ in .events(list.add()) }
            let lines = lines
            door = Door(
                token: token, hosts: hosts, book: book, open: open, guarded: guarded, clock: { clock.now },
                tell: { lines.add($0) })
            (self.token, self.clock, streams) = (token, clock, { list.all })
        }

        final class List: Sendable {
            private let streams = Mutex<[EventStream]>([])
            var all: [EventStream] { streams.withLock { $0 } }
            func add() -> EventStream {
                let stream = EventStream()
                streams.withLock { $0.append(stream) }
                return stream
            }
        }

        func ask(
            _ method: String, _ path: String, _ headers: [String: String] = [:], body: String = "",
            from network: String = "127.0.0.1", isEncrypted: Bool = false
        ) -> HTTPResponse {
            var fields = ["Host": "localhost:8080", "Content-Type": "application/json", "X-Arete": "1"]
            fields.merge(headers) { $1 }
            let list = fields.filter { !$0.value.isEmpty }.map { (name: $0.key, value: $0.value) }
            guard let target = RequestTarget(path) else { return .error(400, "") }
            return door.answer(
                HTTPRequest(
                    method: method, target: target, headers: HTTPHeaders(list), body: Array(body.utf8),
                    address: network,
                    isEncrypted: isEncrypted))
        }

        func login(_ token: String, from network: String = "127.0.0.1", isEncrypted: Bool = false) -> HTTPResponse {
            let body = (["token": JSONValue(token)] as JSONValue).text
            return ask("POST", "/login", body: body, from: network, isEncrypted: isEncrypted)
        }

        /// As a browser sends it.
        func session() -> [String: String] {
            let cookie = login(token.text)["set-cookie"]?.prefix { $0 != ";" }
            return ["Cookie": String(cookie ?? "")]
        }
    }

    @Test("the token opens a session, whose cookie scripts and other sites do not get")
    func session() {
        let house = House()
        #expect(house.ask("GET", "/").status == 200)
        #expect(house.ask("GET", "/api/state").status == 401 && house.ask("GET", "/none").status == 401)
        let plain = house.login(house.token.text)
        #expect(plain.status == 204)
        let cookie = plain["set-cookie"] ?? ""
        #expect(cookie.contains("; HttpOnly; SameSite=Strict") && !cookie.contains("Secure"))
        #expect(cookie.hasPrefix("arete=") && cookie.prefix { $0 != ";" }.count == 6 + 32)
        let secure = house.login(house.token.text, isEncrypted: true)["set-cookie"] ?? ""
        #expect(secure.hasSuffix("; Secure"))
        let session = house.session()
        #expect(house.ask("GET", "/api/state", session).status == 200)
        #expect(house.ask("GET", "/none", session).status == 404)
        #expect(house.ask("GET", "/api/state", ["Cookie": "arete=00000000000000000000000000000000"]).status == 401)
        #expect(house.ask("POST", "/logout", session).status == 204)
        #expect(house.ask("GET", "/api/state", session).status == 401)
        #expect("\(house.token)" == "(token)" && Mirror(reflecting: house.token).children.isEmpty)
    }

    @Test(
        "after five wrong tokens a minute a network has to wait with more of them, and the right one opens all the same"
    )
    func lockout() {
        let house = House()
        for _ in 0..<5 { #expect(house.login("wrong", from: "192.0.2.1").status == 401) }
        let locked = house.login("wrong", from: "192.0.2.1")
        #expect(locked.status == 429 && locked["retry-after"] == "60")
        #expect(house.login("wrong", from: "192.0.2.2").status == 401)
        house.clock.pass(59)
        let later = house.login("wrong", from: "192.0.2.1")
        #expect(later.status == 429 && later["retry-after"] == "1")
        house.clock.pass(1)
        for _ in 0..<5 { #expect(house.login("wrong", from: "192.0.2.1").status == 401) }
        #expect(house.login("wrong", from: "192.0.2.1").status == 429)
        // Its owner may share a network with whoever guesses.
        #expect(house.login(house.token.text, from: "192.0.2.1").status == 204)
        #expect(house.login("wrong", from: "192.0.2.1").status == 401)
        // Who has any number of addresses gets no further than a thousand of them, and forgets after a minute.
        for number in 0..<2000 { _ = house.login("wrong", from: "n\(number)") }
        #expect(house.login("wrong", from: "another").status == 429)
        #expect(house.login(house.token.text, from: "another").status == 204)
        house.clock.pass(60)
        #expect(house.login("wrong", from: "another").status == 401)
        for body in ["", "{", "[]", "{\"token\": 5}", String(repeating: "[", count: 5000)] {
            #expect(house.ask("POST", "/login", body: body).status == 400)
        }
    }

    @Test("a short token of one's own cannot be guessed at the server's pace: it waits, too")
    func short() throws {
        let folder = try TestFolder("short")
        let path = folder.path("token")
        try folder.write("token", "hut-above-12\n")
        let house = House(token: try AccessToken.at(path).token)
        for _ in 0..<5 { #expect(house.login("wrong", from: "192.0.2.1").status == 401) }
        #expect(house.login("hut-above-12", from: "192.0.2.1").status == 429)
        #expect(house.login("hut-above-12", from: "192.0.2.2").status == 204)
        house.clock.pass(60)
        #expect(house.login("hut-above-12", from: "192.0.2.1").status == 204)
    }

    @Test("where wrong tokens come from is told in few lines that never bear a token")
    func told() {
        let house = House()
        _ = house.login(house.token.text, from: "192.0.2.9")
        #expect(house.lines.all.isEmpty)
        for _ in 0..<50 { _ = house.login("secret-of-another", from: "192.0.2.1") }
        #expect(
            house.lines.all == [
                "a wrong token came from 192.0.2.1",
                "5 wrong tokens within a minute came from 192.0.2.1: it has to wait",
            ])
        for number in 0..<3000 { _ = house.login("secret-of-another", from: "n\(number)") }
        #expect(house.lines.all.count == 10)
        house.clock.pass(60)
        _ = house.login("secret-of-another", from: "192.0.2.2")
        // Of the first network 45 were not counted, of the others all but eight had no line; the first of these had 45.
        #expect(house.lines.all.last == "a wrong token came from 192.0.2.2, and 2992 more since the line before")
        #expect(house.lines.all[2] == "a wrong token came from n0, and 45 more since the line before")
        #expect(house.lines.all.count == 11 && !house.lines.all.contains { $0.contains("secret") })
    }

    @Test("sessions outlast a server in a private file that nobody logs in with; who logged out stays out")
    func kept() throws {
        let folder = try TestFolder("sessions")
        let book = folder.path("station.sessions")
        let house = House(book: book)
        let (session, gone) = (house.session(), house.session())
        #expect(house.ask("POST", "/logout", gone).status == 204)
        let mode = try FileManager.default.attributesOfItem(atPath: book)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let text = try String(contentsOfFile: book, encoding: .utf8)
        let cookie = try #require(session["Cookie"]?.dropFirst("arete=".count))
        #expect(!text.contains(cookie) && text.split(separator: "\n").count == 1)
        let later = House(book: book, token: house.token)
        #expect(later.ask("GET", "/api/state", session).status == 200)
        #expect(later.ask("GET", "/api/state", gone).status == 401)
        #expect(later.ask("GET", "/api/state", ["Cookie": "arete=\(text.prefix(64))"]).status == 401)
        #expect(House(book: book).ask("GET", "/api/state", session).status == 401, "another token")
        // One that was not used for twelve hours is over, whatever the file says; one of the future was used now.
        let digest = text.prefix(64)
        for (used, status) in [(0, 401), (4_000_000_000, 200), (Int(Date().timeIntervalSince1970) - 43_200, 401)] {
            try "\(digest) \(used)\n".write(toFile: book, atomically: true, encoding: .utf8)
            #expect(House(book: book, token: house.token).ask("GET", "/api/state", session).status == status)
        }
        for junk in ["", "\u{0}", "a b c\n", String(repeating: "x", count: 1 << 20)] {
            try junk.write(toFile: book, atomically: true, encoding: .utf8)
            let anew = House(book: book, token: house.token)
            #expect(anew.ask("GET", "/api/state", session).status == 401 && anew.login(house.token.text).status == 204)
        }
    }

    @Test("a session ends after twelve idle hours, not while its page is told of changes, and its streams end with it")
    func idle() {
        let house = House()
        let (session, other) = (house.session(), house.session())
        house.clock.pass(12 * 3600 - 1)
        #expect(house.ask("GET", "/api/state", session).status == 200)
        house.clock.pass(1)
        #expect(house.ask("GET", "/api/state", other).status == 401)
        #expect(house.ask("GET", "/api/changes", session).status == 200)
        house.clock.pass(24 * 3600)
        #expect(house.ask("GET", "/api/state", session).status == 200 && house.streams()[0].isOpen)
        _ = house.ask("POST", "/logout", session)
        #expect(!house.streams()[0].isOpen)
        // The one that was idle longest makes way.
        let first = house.session()
        house.clock.pass(1)
        let later = (0..<256).map { _ in house.session() }
        #expect(house.ask("GET", "/api/state", first).status == 401)
        #expect(house.ask("GET", "/api/state", later[255]).status == 200)
    }

    @Test(
        "posts of other sites' pages are refused",
        arguments: [
            (["X-Arete": ""], 403), (["X-Arete": "2"], 403), (["Content-Type": ""], 415),
            (["Content-Type": "text/plain"], 415), (["Origin": "http://evil.example"], 403), (["Origin": "null"], 403),
            (["Origin": "https://localhost:8080"], 403), (["Origin": "http://localhost:8080"], 204),
            (["Content-Type": "application/json; charset=utf-8"], 204), (["Content-Type": "application/jsonx"], 415),
        ] as [([String: String], Int)])
    func crossSite(_ headers: [String: String], _ status: Int) {
        let house = House()
        let session = house.session()
        let all = headers.merging(session) { $1 }
        #expect(house.ask("POST", "/api/verdict", all).status == status, "\(headers)")
        #expect((house.ask("POST", "/login", headers, body: "{}").status == status) == (status != 204))
    }

    @Test("names that were made to lead to this machine are refused")
    func rebinding() {
        let house = House()
        let good = [
            "localhost", "LOCALHOST:80", "127.0.0.1:1", "[::1]", "[::1]:8443", "station.example", "localhost.",
            "127.0.0.2:8460", "127.255.255.254",
        ]
        for host in good { #expect(house.ask("GET", "/", ["Host": host]).status == 200, "\(host)") }
        let bad = [
            "", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "[::1", "[::1]x", "localhost:x",
            "localhost:99999", "192.0.2.1", "a@localhost", "127.1.evil.example",
            "128.0.0.1", "127.0.0.256", "[::2]", "localhost:80:80",
        ]
        for host in bad { #expect(house.ask("GET", "/", ["Host": host]).status == 421, "\(host)") }
        #expect(House(hosts: .any).ask("GET", "/", ["Host": "evil.example"]).status == 200)
    }

    @Test("every answer bears the headers that keep a page to itself")
    func headers() {
        let house = House()
        let answers = [
            house.ask("GET", "/"), house.ask("GET", "/none"), house.login("wrong"),
            house.ask("GET", "/", ["Host": "evil.example"]), house.ask("DELETE", "/"),
        ]
        for answer in answers {
            let policy = answer["content-security-policy"] ?? ""
            #expect(policy.contains("default-src 'self'; img-src 'self' blob: data:") && !policy.contains("unsafe"))
            #expect(answer["referrer-policy"] == "no-referrer" && answer["x-content-type-options"] == "nosniff")
            #expect(answer["cache-control"] == "no-store" && answer["x-frame-options"] == "DENY")
        }
    }

    @Test("a token is drawn once, kept for its owner alone, and read again")
    func tokens() throws {
        let folder = try TestFolder("tokens")
        let path = folder.path("token")
        let (token, isNew) = try AccessToken.at(path)
        let (again, isNewAgain) = try AccessToken.at(path)
        #expect(isNew && !isNewAgain && again.text == token.text && token.text.utf8.count == 29)
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        #expect(token.matches(again.text) && !token.matches("") && !token.matches(token.text + "a"))
        #expect(AccessToken.drawn().text != AccessToken.drawn().text)
        let own = try folder.write("own", "correct horse battery\n")
        #expect(try AccessToken.at(own).token.matches("correct horse battery"))
        for (name, text, permissions) in [("open", "correct horse battery", 0o644), ("short", "abc", 0o600)] {
            let path = try folder.write(name, text, permissions: permissions)
            #expect(throws: CredentialError.self) { _ = try AccessToken.at(path) }
        }
        #expect(throws: CredentialError.self) { _ = try AccessToken.at(folder.path("none/token")) }
    }

    @Test("over a real connection: log in, ask, log out", .enabled(if: hasCurl, "needs curl"))
    func curl() throws {
        let (house, folder) = (House(), try TestFolder("jar"))
        let door = house.door
        let server = try HTTPServer(address: "127.0.0.1", port: 0, limits: HTTPLimits()) { door.answer($0) }
        let curl = try #require(PeerProcess.path(of: "curl"))
        func ask(_ path: String, _ arguments: [String] = []) throws -> String {
            let jar = ["-s", "-b", folder.path("jar"), "-c", folder.path("jar"), "-w", "%{http_code}"]
            let place = "http://127.0.0.1:\(server.port)\(path)"
            return try PeerProcess.run(curl, jar + arguments + [place]).1
        }
        let post = ["-H", "X-Arete: 1", "-H", "Content-Type: application/json", "-d"]
        #expect(try ask("/api/state").hasSuffix("401"))
        #expect(try ask("/login", post + ["{\"token\": \"wrong\"}"]).hasSuffix("401"))
        #expect(try ask("/login", post + ["{\"token\": \"\(house.token.text)\"}"]) == "204")
        #expect(try ask("/api/state") == "state200")
        #expect(try ask("/api/state", ["-H", "Host: evil.example"]).hasSuffix("421"))
        #expect(try ask("/api/verdict", post + ["{}"]) == "204")
        #expect(try ask("/logout", post + ["{}"]) == "204")
        #expect(try ask("/api/state").hasSuffix("401"))
    }

    private static let hasCurl = PeerProcess.path(of: "curl") != nil
}
