// Those who hold all places by being slow, and those who want to be answered.
import Foundation
import HTTP
import Peers
import Testing

@Suite struct SlowCrowdTests {
    private func server(_ connections: Int, perAddress: Int) throws -> HTTPServer {
        var limits = HTTPLimits()
        (limits.connections, limits.connectionsPerAddress) = (connections, perAddress)
        var router = Router()
        router.get("/") { _ in .init(text: "page") }
        router.post("/echo") { .init(type: "application/octet-stream", bytes: $0.body) }
        let stream = EventStream()
        router.get("/changes") { _ in .events(stream) }
        return try HTTPServer(address: "127.0.0.1", port: 0, limits: limits) { [router] in router.answer($0) }
    }

    /// Silent ones, and ones whose heads and bodies never end.
    private func slow(_ count: Int, _ server: HTTPServer) throws -> [RawClient] {
        let beginnings = ["", "GET / HTTP/1.1\r\n", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"]
        return try (0..<count).map { number in
            let client = try RawClient(port: server.port)
            client.send(beginnings[number % 3])
            return client
        }
    }

    @Test("where slow ones hold all places they make way within seconds, and who is told of changes stays")
    func full() throws {
        let server = try server(8, perAddress: 64)
        let listener = try RawClient(port: server.port)
        listener.send("GET /changes HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(listener.reads("200 OK"))
        var crowd = try slow(7, server)
        for _ in 0..<3 {
            let began = Date()
            #expect(try RawClient.ask("GET /", port: server.port).content == "page")
            #expect(Date().timeIntervalSince(began) < 5)
            crowd += try slow(4, server)
        }
        #expect(!listener.isClosed(within: 0.1))
    }

    @Test("where slow ones hold all places of an address they make way for another of it")
    func address() throws {
        let server = try server(64, perAddress: 4)
        let crowd = try slow(4, server)
        usleep(100_000)
        #expect(try RawClient(port: server.port).isClosed(within: 1), "the four had no time yet")
        sleep(3)
        #expect(try RawClient.ask("GET /", port: server.port).content == "page")
        #expect(crowd.count { $0.isClosed(within: 0.1) } == 1)
    }
}
