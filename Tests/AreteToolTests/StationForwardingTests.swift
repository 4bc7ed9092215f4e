// What a station's senders detect, handed on to others.
import Foundation
import Peers
import Testing

@Suite(
    .enabled(if: Machine.hasBroker, "needs mosquitto and mosquitto-clients: scripts/setup.sh link"), .serialized)
struct StationForwardingTests {
    private let files: TestFolder
    private let port: Int
    private let mesh: Int
    private let line: Int

    init() throws {
        files = try TestFolder("forwarding")
        (port, mesh, line) = (try Listener.freePort(), try Listener.freePort(), try Listener.freePort())
        try files.write(
            "sinks.json",
            """
            {"spool": "handed", "sinks": [
                {"type": "mqtt", "to": "mqtt:127.0.0.1:\(port)", "topic": "hq"},
                {"type": "tak", "to": "udp:127.0.0.1:\(mesh)"}]}
            """)
        try files.write("m.conf", "listener \(port) 127.0.0.1\nallow_anonymous true\n")
        try files.write("mesh.py", Self.listener)
        try files.write(
            "r.jsonl", personForSeconds: 8,
            at: #"{"latitude": 46.5, "longitude": 8.1, "height": 1510, "error": 6}"#)
    }

    /// Each datagram as a request to other people's reader.
    private static let listener = """
        import socket, sys
        line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        line.bind(("127.0.0.1", int(sys.argv[1])))
        while True:
            print("mesh", line.recv(65536).hex(), flush=True)
        """

    private func documents(_ text: String, _ topic: String) -> [[String: Any]] {
        text.split(separator: "\n").filter { $0.hasPrefix("hq/\(topic) ") }.compactMap { line in
            let body = line.drop { $0 != "{" }
            return (try? JSONSerialization.jsonObject(with: Data(body.utf8))) as? [String: Any]
        }
    }

    private func run() throws -> ProgramRun {
        try ProgramRun(
            """
            station() { "$arete" station --listen udp:127.0.0.1:\(line) --pairing p --store s --no-page --sinks sinks.json \\
                >told 2>>log & station=$!; sleep 1; }
            box() { "$arete" link replay r.jsonl --to udp:127.0.0.1:\(line) --pairing p --spool $1 --rate 2000 --area 46.5,8.1,1000 \\
                --patience 10 >&2; }
            "$arete" link pair drone -o p >&2
            /usr/sbin/mosquitto -c m.conf >&2 & broker=$!; sleep 0.5
            mosquitto_sub -h 127.0.0.1 -p \(port) -V mqttv5 -q 1 -t 'hq/#' -v >got & sub=$!
            python3 mesh.py \(mesh) >datagrams & mesh=$!; sleep 0.5
            station; box spool; kill -9 $station
            station; box spool; sleep 4; kill $station; wait $station
            kill $sub $broker $mesh; wait; cat got; echo ====; cat log
            """, in: files.url)
    }

    @Test("a broker and TAK get what a station's senders detect, alerts over its sudden death too")
    func handedOn() throws {
        let result = try run()
        let parts = result.output.components(separatedBy: "====\n")
        try #require(parts.count == 2, "\(result)")
        let tracks = documents(parts[0], "tracks")
        let track = try #require(tracks.last, "\(result)")
        #expect(track["label"] as? String == "person" && (track["source"] as? String)?.hasPrefix("drone/") == true)
        let position = try #require(track["position"] as? [String: Any], "\(track)")
        #expect(abs((position["latitude"] as? Double ?? 0) - 46.5) < 1e-3)
        // An alert each second of two runs, each once or more.
        let events = documents(parts[0], "events").filter { $0["kind"] as? String == "rule" }
        #expect(Set(events.compactMap { $0["event"] as? Int }).count >= 16, "\(events.count) \(parts[1])")
        #expect(events.allSatisfy { $0["rule"] as? String == "zone" && $0["time"] is Int })

        guard PeerProgram.has("takproto"), let python = PeerFiles.python else { return }
        let (status, text) = try PeerProcess.run(
            python, ["-W", "ignore", PeerFiles.script("tak.py"), files.path("datagrams")])
        try #require(status == 0, "\(text.suffix(2000))")
        let told = text.split(separator: "\n").compactMap { line in
            (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any]
        }
        let people = told.filter { ($0["type"] as? String) == "a-u-G" }
        #expect(!people.isEmpty && told.contains { $0["type"] as? String == "b-a-o-tbl" }, "\(text.prefix(2000))")
        #expect(people.allSatisfy { abs(($0["lat"] as? Double ?? 0) - 46.5) < 1e-3 })
        #expect(people.contains { ($0["remarks"] as? String)?.contains("drone/") == true }, "\(people.last ?? [:])")
    }

    @Test("sinks that cannot be opened keep a station from starting, with a line that says why")
    func refused() throws {
        try files.write("broken.json", #"{"spool": "handed", "sinks": []}"#)
        let result = try ProgramRun(
            """
            "$arete" link pair drone -o p >&2
            for sinks in broken.json nowhere.json; do
                "$arete" station --listen udp:127.0.0.1:\(line) --pairing p --store s --no-page --sinks $sinks 2>&1
                echo $?
            done
            """, in: files.url)
        let lines = result.output.split(separator: "\n").map(String.init)
        #expect(lines.contains { $0.contains("broken.json") && $0.contains("sinks") }, "\(result)")
        #expect(lines.contains { $0.contains("nowhere.json") } && lines.filter { $0 == "1" }.count == 2, "\(result)")
    }
}
