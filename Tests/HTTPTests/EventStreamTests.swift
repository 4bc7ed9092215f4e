// News for pages, and pages that do not listen.
import Foundation
import HTTP
import Peers
import Synchronization
import Testing

@Suite struct EventStreamTests {
    /// A server that tells all who ask at `/changes`.
    private final class Teller: Sendable {
        let streams = Mutex<[EventStream]>([])
        let mostBytes: Int

        init(mostBytes: Int = 1 << 20) { self.mostBytes = mostBytes }

        func answer(_ request: HTTPRequest) -> HTTPResponse {
            guard request.path == "/changes" else { return .init(text: "page") }
            let stream = EventStream(mostBytes: mostBytes)
            streams.withLock { $0.append(stream) }
            return .events(stream)
        }

        func tell(_ event: ServerEvent) { for stream in streams.withLock({ $0 }) { stream.send(event) } }
        var open: Int { streams.withLock { $0.count { $0.isOpen } } }
    }

    private func client(_ server: HTTPServer, _ method: String = "GET") throws -> RawClient {
        let client = try RawClient(port: server.port)
        client.send("\(method) /changes HTTP/1.1\r\nHost: x\r\n\r\n")
        return client
    }

    private func start(_ teller: Teller, _ limits: HTTPLimits = HTTPLimits()) throws -> HTTPServer {
        try HTTPServer(address: "127.0.0.1", port: 0, limits: limits) { teller.answer($0) }
    }

    @Test("all clients are told all events in order, from several threads")
    func told() throws {
        let teller = Teller()
        let server = try start(teller)
        let clients = try (0..<10).map { _ in try client(server) }
        #expect(waits(5) { teller.open == 10 })
        DispatchQueue.concurrentPerform(iterations: 4) { thread in
            for number in 0..<100 {
                teller.tell(ServerEvent("changes", id: "\(thread).\(number)", data: "{\"now\": 1}\r\nb\n"))
            }
        }
        teller.tell(ServerEvent("reset\n", data: ""))
        for client in clients {
            #expect(client.reads("event: reset\ndata: \n\n"))
            #expect(client.text.header("Content-Type") == "text/event-stream")
            #expect(client.text.contains("event: changes\nid: 3.99\ndata: {\"now\": 1}\ndata: b\ndata: \n\n"))
            for thread in 0..<4 {
                let places = (0..<100).compactMap { client.text.range(of: "id: \(thread).\($0)\n")?.lowerBound }
                #expect(places.count == 100 && places == places.sorted())
            }
        }
        #expect(try RawClient.ask("GET /", port: server.port).content == "page")
    }

    @Test("a client that never reads is dropped when its share is full, and the others are told")
    func deaf() throws {
        let teller = Teller(mostBytes: 200_000)
        let server = try start(teller)
        let deaf = try client(server)
        #expect(waits(5) { teller.open == 1 })
        let stream = teller.streams.withLock { $0[0] }
        let listening = try client(server)
        #expect(waits(5) { teller.open == 2 })
        let event = ServerEvent(data: String(repeating: "a", count: 50_000))
        var most = 0
        for number in 0..<400 {
            teller.tell(event)
            most = max(most, stream.waitingBytes)
            _ = listening.reads("never", within: number % 4 == 0 ? 0.01 : 0)
            if !stream.isOpen { break }
        }
        #expect(!stream.isOpen && most <= 200_000)
        #expect(deaf.isClosed(within: 5))
        teller.tell(ServerEvent("last"))
        #expect(listening.reads("event: last"))
        // The system keeps a bounded share of its own for who does not read.
        #expect(deaf.received.count < 8_000_000)
    }

    @Test("without news a comment keeps a connection alive, and who is gone is noticed")
    func comments() throws {
        var limits = HTTPLimits()
        limits.commentSeconds = 1
        let teller = Teller()
        let server = try start(teller, limits)
        let listening = try client(server)
        do {
            let gone = try client(server)
            #expect(waits(5) { teller.open == 2 })
            #expect(gone.reads("200"))
        }
        #expect(listening.reads(":\n\n", within: 4))
        #expect(waits(6) { teller.open == 1 })
        let rest = teller.streams.withLock { $0[1] }
        #expect(!rest.send(ServerEvent("nobody")))
    }

    @Test("more streams than there may be are refused, and a stream that is closed makes room")
    func most() throws {
        var limits = HTTPLimits()
        limits.streams = 3
        let teller = Teller()
        let server = try start(teller, limits)
        let clients = try (0..<3).map { _ in try client(server) }
        #expect(waits(5) { teller.open == 3 })
        let fourth = try client(server)
        #expect(fourth.reads("503") && fourth.text.header("Retry-After") == "10" && teller.open == 3)
        let head = try client(server, "HEAD")
        #expect(head.reads("text/event-stream") && head.text.hasPrefix("HTTP/1.1 200"))
        let stream = teller.streams.withLock { $0[0] }
        stream.send(ServerEvent("last"))
        stream.close()
        #expect(!stream.send(ServerEvent("later")))
        #expect(clients.contains { $0.reads("event: last\ndata: \n\n\r\n0\r\n\r\n", within: 1) })
        let fifth = try client(server)
        #expect(fifth.reads("200") && waits(5) { teller.open == 3 })
    }

    @Test("a server that stops ends its streams, and a thread that tells on does no harm")
    func stops() throws {
        let teller = Teller()
        let server = try start(teller)
        let clients = try (0..<20).map { _ in try client(server) }
        #expect(waits(5) { teller.open == 20 })
        let isTelling = Mutex(true)
        let ended = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            while isTelling.withLock({ $0 }) { teller.tell(ServerEvent(data: "1")) }
            ended.signal()
        }
        usleep(50_000)
        let began = Date()
        server.stop()
        #expect(Date().timeIntervalSince(began) < 2 && teller.open == 0)
        isTelling.withLock { $0 = false }
        ended.wait()
        for client in clients { #expect(client.isClosed(within: 2)) }
    }
}
