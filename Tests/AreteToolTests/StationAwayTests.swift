// What a station says when its database goes and comes.
import CSealing
import Foundation
import Peers
import Testing

@Suite(
    .enabled(
        if: PostgresServer.isThere && arete_sealing_absence() == nil,
        "needs postgresql and libcrypto: scripts/setup.sh link"))
struct StationAwayTests {
    private let files: TestFolder
    private let server: PostgresServer
    private let station: PeerProcess

    init() throws {
        (files, server) = (try TestFolder("station-away"), try PostgresServer())
        let arete = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("arete").path
        _ = try ProgramRun("\"$arete\" link pair drone -o p", in: files.url)
        station = try PeerProcess(
            arete,
            ["station", "--listen", "udp:127.0.0.1:0", "--pairing", "p", "--store", server.place, "--no-page"],
            in: files.url)
    }

    @Test("a database that went and is back is told of at once, without a packet")
    func back() throws {
        #expect(waits(10) { station.text.contains("listens at") }, "\(station.text)")
        server.kill()
        #expect(waits(10) { station.text.contains("arete: postgres://") }, "\(station.text)")
        try server.start()
        #expect(waits(10) { station.text.contains("arete: the store works again\n") }, "\(station.text)")
        #expect(station.text.split(separator: "\n").filter { $0.hasSuffix("works again") }.count == 1)
    }

    @Test("a database that is there and says nothing is told of, and holds no station that is to end")
    func silent() throws {
        #expect(waits(10) { station.text.contains("listens at") }, "\(station.text)")
        server.stop()
        defer { server.goOn() }
        #expect(waits(30) { station.text.contains("says nothing\n") }, "\(station.text)")
        station.signal(SIGTERM)
        #expect(waits(30) { !station.isRunning })
        #expect(station.text.contains("packets"), "\(station.text)")
    }
}
