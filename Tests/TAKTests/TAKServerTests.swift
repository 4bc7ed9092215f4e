// Events through a real FreeTAKServer.
import Foundation
import Peers
import TAK
import Testing
import Times
import WebClient

/// It takes fixed ports and a minute to start: `make test-tak` alone installs it.
@Suite(.enabled(if: PeerFiles.serverPython != nil, "needs FreeTAKServer: make test-tak"))
struct TAKServerTests {
    private final class Client {
        private let stream: ByteStream
        private var session: TAKSession
        private(set) var events: [CoTEvent] = []

        init(_ name: String) throws {
            stream = try ByteStream(host: "127.0.0.1", port: 8087, encryption: .none, within: 5)
            session = TAKSession(uid: name, at: 0)
            let point = try #require(CoTPoint(latitude: 46.5, longitude: 8.1))
            var own = CoTEvent(uid: name, type: .friendlyUnit, time: UTC.now, stale: UTC.now + 600_000, point: point)
            own.contact = .init(callsign: name, endpoint: "*:-1:stcp")
            send(own)
        }

        func send(_ event: CoTEvent) {
            let isTaken = session.send(event, at: 0)
            #expect(isTaken)
        }

        func serve() throws {
            session.sent(try stream.send(session.outgoing), at: 0)
            while case let bytes = try stream.receive(), !bytes.isEmpty {
                events += try session.receive(bytes, at: 0, time: UTC.now).events
            }
        }
    }

    @Test("an event of ours reaches another client of the server as we meant it")
    func relayed() throws {
        let folder = try TestFolder("tak")
        let python = try #require(PeerFiles.serverPython)
        let server = try PeerProcess(
            python, ["-u", "-W", "ignore", PeerFiles.script("tak_server.py"), folder.url.path])
        #expect(server.prints("CoTService started", within: 180), "\(server.text.suffix(2000))")
        defer { server.kill() }
        sleep(3)
        let (sender, reader) = (try Client("arete-a"), try Client("arete-b"))
        func turn() throws {
            try sender.serve()
            try reader.serve()
            usleep(20_000)
        }
        // It knows a client a while after its first event.
        for _ in 0..<200 { try turn() }
        let point = try #require(
            CoTPoint(latitude: 46.5500001, longitude: 8.1234567, height: 1534.25, circularError: 7.5))
        var event = CoTEvent(
            uid: "arete.1.17", type: .unknownGround, time: UTC.now, stale: UTC.now + 60_000, point: point)
        event.contact = .init(callsign: "person 17")
        let began = Date()
        sender.send(event)
        while Date().timeIntervalSince(began) < 20, !reader.events.contains(where: { $0.uid == event.uid }) {
            try turn()
        }
        let found = reader.events.first { $0.uid == event.uid }
        #expect(found?.type == event.type && found?.point == point && found?.contact == event.contact)
        #expect(found?.stale == event.stale)
    }
}
