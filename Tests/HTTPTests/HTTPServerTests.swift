// A server, and clients that behave well and badly.
import Foundation
import HTTP
import Peers
import Synchronization
import TestSupport
import Testing

@Suite struct HTTPServerTests {
    private static let hasCurl = PeerProcess.path(of: "curl") != nil

    private func server(_ limits: HTTPLimits = HTTPLimits()) throws -> HTTPServer {
        var router = Router()
        router.get("/") { _ in .init(text: "page") }
        router.get("/echo") { request in
            .init(text: "\(request.address) \(request.target["q"] ?? "-") \(request.headers["x-test"] ?? "-")")
        }
        router.post("/echo") { .init(type: "application/octet-stream", bytes: $0.body) }
        router.get("/large") { _ in
            .init(type: "application/octet-stream", bytes: .init(repeating: 7, count: 3_000_000))
        }
        router.get("/bad-header") { _ in HTTPResponse(text: "x").with("X-Bad", "a\r\nX-Evil: 1") }
        router.get("/later") { _ in
            .later {
                usleep(300_000)
                return .init(text: "slow")
            }
        }
        router.get("/parts/:count") { request in
            let left = Mutex(Int(request.parameters["count"] ?? "") ?? 0)
            return .parts(type: "text/plain") { Self.part(left) }
        }
        router.get("/broken") { _ in
            let left = Mutex(3)
            return .parts(type: "text/plain") { Self.part(left, end: .failure) }
        }
        let routes = router
        return try HTTPServer(address: "127.0.0.1", port: 0, limits: limits) { routes.answer($0) }
    }

    private static func part(_ left: borrowing Mutex<Int>, end: HTTPResponse.Part = .end) -> HTTPResponse.Part {
        let count = left.withLock { left -> Int in
            left -= 1
            return left
        }
        return count < 0 ? end : .bytes(Array("\(count) ".utf8) + [UInt8](repeating: 0x61, count: 10_000))
    }

    @Test("requests reach their handlers with query, headers, body and address")
    func plain() throws {
        let server = try server()
        let text = try RawClient.ask("GET /echo?q=%E5%B1%B1", port: server.port, headers: ["X-Test: a b"])
        #expect(text.status == 200 && text.content == "127.0.0.1 山 a b")
        #expect(text.header("X-Content-Type-Options") == "nosniff" && text.header("Cache-Control") == "no-store")
        let body = String(repeating: "abc", count: 20_000)
        #expect(try RawClient.ask("POST /echo", port: server.port, body: body).content == body)
        let head = try RawClient.ask("HEAD /", port: server.port)
        #expect(head.status == 200 && head.content.isEmpty && head.header("Content-Length") == "4")
        let wrong = try RawClient.ask("DELETE /echo", port: server.port)
        #expect(wrong.status == 405 && wrong.header("Allow") == "GET, POST, HEAD")
        #expect(try RawClient.ask("GET /bad-header", port: server.port).status == 500)
        #expect(try RawClient.ask("GET /large", port: server.port).count > 3_000_000)
        // A machine may have no IPv6.
        if let both = try? HTTPServer(address: "::", port: 0, answer: { .init(text: "\($0.address) \($0.network)") }) {
            #expect(try RawClient.ask("GET /", port: both.port).content == "127.0.0.1 127.0.0.1")
        }
        // Two in one go, on a connection that stays.
        let client = try RawClient(port: server.port)
        client.send("GET /echo?q=1 HTTP/1.1\r\nHost: x\r\n\r\nGET /echo?q=2 HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(client.reads("127.0.0.1 1 -") && client.reads("127.0.0.1 2 -"))
    }

    @Test("bodies and heads longer than they may be are refused, and the server goes on")
    func limits() throws {
        var limits = HTTPLimits()
        limits.bodyBytes = 1000
        let server = try server(limits)
        let fits = String(repeating: "a", count: 1000)
        #expect(try RawClient.ask("POST /echo", port: server.port, body: fits).content == fits)
        #expect(try RawClient.ask("POST /echo", port: server.port, body: fits + "a").status == 413)
        let head = "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        let announced = try RawClient(port: server.port)
        announced.send(head + "Content-Length: 99999999999\r\n\r\n")
        #expect(announced.reads("413"))
        let chunk = "3e8\r\n\(fits)\r\n"
        let chunks = try RawClient.answer(
            head + "Transfer-Encoding: chunked\r\n\r\n" + chunk + chunk + "0\r\n\r\n", port: server.port)
        #expect(chunks.status == 413)
        let endless = try RawClient(port: server.port)
        endless.send(head + "Transfer-Encoding: chunked\r\n\r\n")
        var sent = 0
        while sent < 20_000, endless.send(chunk) { sent += 1 }
        #expect(sent < 20_000)
        for line in [
            "GET /" + String(repeating: "a", count: 100_000), "GET /%", "GET nowhere", "GET /a b", "GET /../x",
            "GET /%00", "NONSENSE", "",
        ] {
            let text = try RawClient.ask(line, port: server.port)
            #expect(text.isEmpty || (400..<500).contains(text.status), "\(line.prefix(20)): \(text)")
        }
        let fields = (0..<200).map { "X-\($0): \($0)" }
        #expect(try RawClient.ask("GET /", port: server.port, headers: fields).status == 431)
        #expect(try RawClient.ask("GET /", port: server.port, headers: ["Host: b"]).status == 400)
        let long = "X: " + String(repeating: "a", count: 60_000)
        #expect((400..<500).contains(try RawClient.ask("GET /", port: server.port, headers: [long]).status))
        #expect(try RawClient.ask("GET /", port: server.port).status == 200)
    }

    @Test(
        "a body with two lengths is refused, and nothing behind it is taken for a request",
        arguments: [
            "Content-Length: 5\r\nContent-Length: 5", "Content-Length: 5\r\nContent-Length: 50",
            "Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 5",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        ])
    func lengths(_ fields: String) throws {
        let server = try server()
        let request = "POST /echo HTTP/1.1\r\nHost: x\r\n\(fields)\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"
        let text = try RawClient.answer(request, port: server.port)
        #expect(text.status == 400 && !text.contains("page"), "\(text)")
    }

    @Test("garbage of any kind ends in an error or a closed connection")
    func garbage() throws {
        var limits = HTTPLimits()
        (limits.connectionsPerAddress, limits.requestSeconds) = (64, 1)
        let server = try server(limits)
        let seed = UInt64.random(in: .min ... .max)
        var numbers = SplitMix(state: seed)
        let words = [
            "GET", "POST", " ", "/", "HTTP/1.1", "\r\n", "\n", "\0", ":", "Host: x", "Content-Length: ", "-1", "5",
            "99999999999999999999", "Transfer-Encoding: chunked", "\r\n\r\n", "ffffffffffffffff", "Cookie: ", ";=", "é",
            "Expect: 100-continue", "?a=%41&", "%",
        ]
        var kept: [(RawClient, String)] = []
        for number in 0..<400 {
            var text = Bool.random(using: &numbers) ? "GET / HTTP/1.1\r\nHost: x\r\n" : ""
            for _ in 0..<Int.random(in: 0..<20, using: &numbers) { text += words.randomElement(using: &numbers) ?? "" }
            let client = try RawClient(port: server.port)
            client.send(text)
            _ = client.reads("HTTP/1.1 ", within: 0.002)
            #expect(client.text.isEmpty || client.text.hasPrefix("HTTP/1."), "seed \(seed): \(text)")
            if number % 10 == 0 { kept.append((client, text)) }
        }
        #expect(try RawClient.ask("GET /", port: server.port).status == 200)
        for (client, text) in kept {
            shutdown(client.descriptor, Int32(SHUT_WR))
            #expect(client.isClosed(within: 5), "seed \(seed): \(text)")
        }
    }

    @Test("who sends a byte now and then, or nothing, is closed; others are answered meanwhile")
    func slow() throws {
        var limits = HTTPLimits()
        (limits.requestSeconds, limits.keptSeconds, limits.idleSeconds) = (1, 1, 5)
        let server = try server(limits)
        let (silent, head, body, kept) = (
            try RawClient(port: server.port), try RawClient(port: server.port), try RawClient(port: server.port),
            try RawClient(port: server.port)
        )
        head.send("GET / HTTP/1.1\r\n")
        body.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
        kept.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(kept.reads("page"))
        let began = Date()
        var last = Date()
        for _ in 0..<8 {
            head.send("X: 1\r\n")
            body.send("a")
            kept.send("\r\n")
            usleep(200_000)
            #expect(try RawClient.ask("GET /", port: server.port).status == 200)
            last = Date()
        }
        #expect(last.timeIntervalSince(began) < 3)
        for client in [silent, head, body, kept] { #expect(client.isClosed(within: 4)) }
    }

    @Test("200 requests at once are all answered", .enabled(if: hasCurl, "needs curl"))
    func many() throws {
        var limits = HTTPLimits()
        limits.connectionsPerAddress = 64
        let server = try server(limits)
        let statuses = Mutex<[Int]>([])
        let port = server.port
        DispatchQueue.concurrentPerform(iterations: 200) { number in
            let text = (try? RawClient.ask("GET /echo?q=\(number)", port: port)) ?? ""
            if text.content == "127.0.0.1 \(number) -" { statuses.withLock { $0.append(text.status) } }
        }
        #expect(statuses.withLock { $0 } == [Int](repeating: 200, count: 200))
        let curl = try #require(PeerProcess.path(of: "curl"))
        let place = "http://127.0.0.1:\(port)/echo?q=[1-200]"
        let (status, text) = try PeerProcess.run(
            curl, ["-s", "-Z", "--parallel-max", "200", "--parallel-immediate", "-w", "%{http_code}\n", place])
        #expect(status == 0 && text.components(separatedBy: "200\n").count >= 200, "\(text)")
    }

    @Test("more connections of one address than it may have are closed at once")
    func crowd() throws {
        var limits = HTTPLimits()
        limits.connectionsPerAddress = 4
        let server = try server(limits)
        let clients = try (0..<4).map { _ in try RawClient(port: server.port) }
        for client in clients {
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(client.reads("page"))
        }
        let fifth = try RawClient(port: server.port)
        #expect(fifth.isClosed(within: 5) && fifth.text.isEmpty)
        #expect(
            clients.allSatisfy {
                $0.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n") && $0.reads("page\r\n", within: 0.1) == false
            })
    }

    @Test("what takes its time keeps nobody else waiting")
    func later() throws {
        let server = try server()
        let client = try RawClient(port: server.port)
        let began = Date()
        client.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n")
        usleep(50_000)
        #expect(try RawClient.ask("GET /", port: server.port).content == "page")
        #expect(Date().timeIntervalSince(began) < 0.28)
        #expect(client.reads("slow"))
    }

    @Test("answers in parts are whole, or seen to be broken off")
    func parts() throws {
        let server = try server()
        let client = try RawClient(port: server.port)
        client.send("GET /parts/100 HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(client.reads("\r\n0\r\n\r\n") && client.text.contains("99 aaa") && client.received.count > 1_000_000)
        let broken = try RawClient(port: server.port)
        broken.send("GET /broken HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(broken.isClosed(within: 5) && !broken.text.hasSuffix("\r\n0\r\n\r\n"))
        let head = try RawClient.ask("HEAD /parts/3", port: server.port)
        #expect(head.status == 200 && head.content.isEmpty, "\(head)")
    }

    @Test("a server stops with requests under way, and its port is free then")
    func stops() throws {
        let server = try server()
        let (waiting, idle) = (try RawClient(port: server.port), try RawClient(port: server.port))
        waiting.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n")
        usleep(100_000)
        let began = Date()
        server.stop()
        server.stop()
        #expect(Date().timeIntervalSince(began) < 2)
        #expect(waiting.isClosed(within: 1) && waiting.text.hasPrefix("HTTP/1.1 ") && idle.isClosed(within: 1))
        let next = try HTTPServer(address: "127.0.0.1", port: server.port) { _ in .init(text: "next") }
        #expect(try RawClient.ask("GET /", port: next.port).content == "next")
        #expect(throws: HTTPError.self) {
            _ = try HTTPServer(address: "127.0.0.1", port: next.port) { _ in .init(text: "") }
        }
        for (address, port) in [("nowhere", 0), ("127.0.0.1", 70_000), ("127.0.0.1", -1)] {
            #expect(throws: HTTPError.self) {
                _ = try HTTPServer(address: address, port: port) { _ in .init(text: "") }
            }
        }
    }
}
