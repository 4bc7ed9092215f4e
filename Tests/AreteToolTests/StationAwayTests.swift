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
    @Test("a database that went and is back is told of at once, without a packet")
    func back() throws {
        let (files, server) = (try TestFolder("station-back"), try PostgresServer())
        let arete = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("arete").path
        _ = try ProgramRun("\"$arete\" link pair drone -o p", in: files.url)
        let station = try PeerProcess(
            arete,
            ["station", "--listen", "udp:127.0.0.1:0", "--pairing", "p", "--store", server.place, "--no-page"],
            in: files.url)
        #expect(waits(10) { station.text.contains("listens at") }, "\(station.text)")
        server.kill()
        #expect(waits(10) { station.text.contains("arete: postgres://") }, "\(station.text)")
        try server.start()
        #expect(waits(10) { station.text.contains("arete: the store works again\n") }, "\(station.text)")
        #expect(station.text.split(separator: "\n").filter { $0.hasSuffix("works again") }.count == 1)
    }
}
