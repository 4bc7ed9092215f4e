// A thin link through a broker.
import Foundation
import Peers
import Testing

@Suite(
    .enabled(if: Machine.hasBroker, "needs mosquitto and mosquitto-clients: scripts/setup.sh link"), .serialized)
struct BrokerLinkTests {
    private let files: TestFolder
    private let port: Int

    init() throws { (files, port) = (try TestFolder("broker-link"), try Listener.freePort()) }

    private func start(_ line: String) throws -> PeerProcess {
        try PeerProcess(Machine.arete, line.split(separator: " ").map(String.init), in: files.url)
    }

    private func broker(_ settings: String = "allow_anonymous true") throws -> PeerProcess {
        try files.write("m.conf", "listener \(port) 127.0.0.1\nuser \(NSUserName())\n\(settings)\n")
        let path = try #require(PeerProcess.path(of: "mosquitto"))
        return try PeerProcess(path, ["-c", files.path("m.conf"), "-v"], in: files.url)
    }

    private func alerts(_ station: PeerProcess) -> [Int] {
        station.lines.compactMap { line in
            let document = (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any]
            return document?["event"] as? Int
        }
    }

    @Test("alerts reach the station and receipts the sender, over brokers and stations that are killed on the way")
    func carried() throws {
        try files.write("r.jsonl", personForSeconds: 14)
        try #require(try start("link pair drone -o p").status() == 0)
        var broker = try broker()
        let place = "mqtt:127.0.0.1:\(port)/arete/field"
        let listen = "station --listen \(place),client=hut --pairing p --store s --no-page --json"
        let first = try start(listen)
        try #require(first.prints("listens at"), "\(first.text)")
        let box = try start(
            "link replay r.jsonl --to \(place) --pairing p --spool spool --rate 3000 --patience 20 --json")
        usleep(4_000_000)
        broker.kill()
        usleep(1_000_000)
        broker = try self.broker()
        usleep(3_000_000)
        first.kill()
        usleep(1_000_000)
        let second = try start(listen)
        #expect(box.status() == 0, "\(box.text)")
        #expect(box.text.contains(#""waiting": 0"#), "\(box.text)")
        second.terminate()
        broker.kill()
        let told = alerts(first) + alerts(second)
        #expect(Set(told).count == 14, "\(told) \(box.text) \(second.text)")
    }

    @Test("a broker that wants a password gets it from a file, and what is wrong is one line")
    func password() throws {
        try files.write("r.jsonl", personForSeconds: 3)
        try #require(try start("link pair drone -o p").status() == 0)
        let secret = try files.write("secret", "long and winding\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret)
        let (status, told) = try PeerProcess.run(
            "/usr/bin/mosquitto_passwd", ["-b", "-c", files.path("users"), "drone", "long and winding"])
        try #require(status == 0, "\(told)")
        let broker = try broker("allow_anonymous false\npassword_file \(files.path("users"))")
        defer { broker.kill() }
        let place = "mqtt:127.0.0.1:\(port)/arete,user=drone,password=secret"
        let station = try start("station --listen \(place) --pairing p --store s --no-page --json")
        let box = try start("link replay r.jsonl --to \(place) --pairing p --spool spool --patience 10 --json")
        #expect(box.status() == 0 && box.text.contains(#""waiting": 0"#), "\(box.text)")
        station.terminate()
        #expect(Set(alerts(station)).count == 3, "\(station.text)")

        let stranger = try start(
            "link replay r.jsonl --to mqtt:127.0.0.1:\(port)/arete --pairing p --spool spool2 --patience 1 --json")
        _ = stranger.status()
        #expect(stranger.text.contains("arete: 127.0.0.1:\(port): the broker refused: "), "\(stranger.text)")
        for (wrong, words) in [
            ("mqtt:127.0.0.1:\(port)/arete,user=drone,password=nowhere", "nowhere: No such file"),
            ("mqtt:far.example/arete", "far.example is another machine: it needs TLS"),
            ("mqtts:far.example/arete,ca=nowhere", "nowhere: No such file"),
        ] {
            let refused = try start("link replay r.jsonl --to \(wrong) --pairing p --spool spool3")
            let status = refused.status()
            let lines = refused.text.split(separator: "\n")
            #expect(status == 1 && lines.count == 1 && refused.text.contains(words), "\(status) \(refused.text)")
        }
    }
}
