// Recorded results, published to real brokers and servers.
import Foundation
import Testing

@Suite struct SinkReplayTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sinks-\(UUID().uuidString)")
    private let port = 30_000 + Int.random(in: 0..<20_000)
    private static let hasBroker =
        FileManager.default.isExecutableFile(atPath: "/usr/sbin/mosquitto")
        && FileManager.default.isExecutableFile(atPath: "/usr/bin/mosquitto_sub")

    private func write(_ name: String, _ text: String) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }

    /// Three people, each seen for two seconds with a rule that fits, and gone.
    private func prepare(_ sink: String) throws {
        var lines: [String] = []
        for second in 0..<3 {
            let place =
                #"{"latitude": \#(46.5 + Double(second) * 0.001), "longitude": 8.1, "height": 1500, "error": 6}"#
            let track =
                #"{"id": \#(second), "class": 0, "label": "person", "score": 0.9, "position": \#(place), "#
                + #""box": {"x": 64, "y": 48, "width": 64, "height": 96}}"#
            for tenth in 0..<5 {
                let time = Double(second) * 0.5 + Double(tenth) * 0.1
                lines.append(
                    #"{"source": "air", "time": \#(time), "width": 640, "height": 480, "tracks": [\#(track)]}"#)
            }
            let time = Double(second) * 0.5 + 0.45
            lines.append(#"{"source": "air", "time": \#(time), "event": "zone", "track": {"id": \#(second)}}"#)
            lines.append(#"{"source": "air", "time": \#(time), "event": "left", "track": {"id": \#(second)}}"#)
        }
        try write("r.jsonl", lines.joined(separator: "\n") + "\n")
        try write("none.jsonl", "\n")
        try write("sinks.json", #"{"spool": "spool", "sinks": [\#(sink)]}"#)
    }

    private func documents(_ text: some StringProtocol) -> [[String: Any]] {
        text.split(separator: "\n").compactMap { line in
            let body = line.drop { $0 != "{" }
            return (try? JSONSerialization.jsonObject(with: Data(body.utf8))) as? [String: Any]
        }
    }

    @Test(
        "a broker gets a birth, tracks as they are and each event, those of its absence too, and a goodbye",
        .enabled(if: hasBroker, "needs mosquitto and mosquitto-clients: scripts/setup.sh link"))
    func broker() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try prepare(#"{"type": "mqtt", "to": "mqtt:127.0.0.1:\#(port)", "topic": "arete/test"}"#)
        try write("m.conf", "listener \(port) 127.0.0.1\nallow_anonymous true\n")
        let result = try ProgramRun(
            """
            "$arete" link replay none.jsonl --sinks sinks.json --patience 0 >&2
            "$arete" link replay r.jsonl --sinks sinks.json --patience 0 --json >away 2>log
            /usr/sbin/mosquitto -c m.conf >&2 & broker=$!; sleep 0.5
            mosquitto_sub -h 127.0.0.1 -p \(port) -V mqttv5 -q 1 -t 'arete/#' -v >got & sub=$!; sleep 0.3
            "$arete" link replay r.jsonl --sinks sinks.json --patience 20 --json >there
            sleep 0.3; kill $sub; kill $broker; wait; cat away log there; echo ====; cat got
            """, in: folder)
        let parts = result.output.components(separatedBy: "====\n")
        try #require(parts.count == 2, "\(result)")
        #expect(parts[0].contains(#""waiting": 6"#) && parts[0].contains(#""waiting": 0"#), "\(result)")
        #expect(parts[0].contains("arete: mqtt: ") && parts[0].contains("refused"), "\(result)")
        let lines = parts[1].split(separator: "\n")
        func told(_ topic: String) -> [[String: Any]] {
            documents(lines.filter { $0.hasPrefix("arete/test/\(topic) ") }.joined(separator: "\n"))
        }
        let numbers = told("events").compactMap { $0["event"] as? Int }
        #expect(Set(numbers).count == 12 && told("events").allSatisfy { $0["time"] is Int }, "\(result)")
        #expect(told("status").first?["online"] as? Bool == true && told("status").last?["online"] as? Bool == false)
        let track = try #require(told("tracks").first)
        #expect(
            track["label"] as? String == "person" && (track["position"] as? [String: Any])?["error"] as? Double == 6)
        // Once a second each at most.
        #expect((3...6).contains(told("tracks").count), "\(told("tracks").count)")
    }

    private static let server = """
        import http.server, sys
        class Hook(http.server.BaseHTTPRequestHandler):
            count = 0
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                Hook.count += 1
                status = 503 if Hook.count == 2 else 200
                print(status, self.headers["Idempotency-Key"], body, flush=True)
                self.send_response(status)
                self.end_headers()
            def log_message(self, *_): pass
        http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Hook).serve_forever()
        """

    @Test("a server gets each event until it has taken it, with a key by which it knows it")
    func webhook() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try prepare(#"{"type": "webhook", "url": "http://127.0.0.1:\#(port)/hook"}"#)
        try write("server.py", Self.server)
        let result = try ProgramRun(
            """
            python3 server.py \(port) >got & server=$!; sleep 0.5
            "$arete" link replay r.jsonl --sinks sinks.json --patience 20 --json >&2
            kill -9 $server; cat got
            """, in: folder)
        let lines = result.output.split(separator: "\n")
        let keys = lines.map { $0.split(separator: " ")[1] }
        #expect(
            lines.count == 7 && Set(keys).count == 6 && lines.filter { $0.hasPrefix("503") }.count == 1, "\(result)")
        #expect(
            result.error.contains(#""waiting": 0"#) && result.error.contains("answers with status 503"), "\(result)")
    }

    private static let listener = """
        import socket, sys, time
        kind, port = sys.argv[1], int(sys.argv[2])
        end = time.time() + 5
        if kind == "udp":
            one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            one.bind(("127.0.0.1", port))
        else:
            listening = socket.socket()
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(("127.0.0.1", port))
            listening.listen()
            one = listening.accept()[0]
        one.settimeout(0.5)
        while time.time() < end:
            try:
                got = one.recv(65536)
            except TimeoutError:
                continue
            if not got: break
            print(got.hex() if kind == "udp" else got.decode(), flush=True)
        """

    @Test("people with TAK see each object with its place and error, and an alarm for each rule that fits")
    func tak() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try prepare(
            #"{"type": "tak", "name": "mesh", "to": "udp:127.0.0.1:\#(port)"}, "#
                + #"{"type": "tak", "name": "server", "to": "tcp:127.0.0.1:\#(port)"}"#)
        try write("listen.py", Self.listener)
        let result = try ProgramRun(
            """
            python3 listen.py udp \(port) >mesh & python3 listen.py tcp \(port) >server & sleep 0.5
            "$arete" link replay r.jsonl --sinks sinks.json --patience 1 --json >&2
            wait; cat mesh; echo ====; cat server
            """, in: folder)
        let parts = result.output.components(separatedBy: "====\n")
        try #require(parts.count == 2, "\(result)")
        let packets = parts[0].split(separator: "\n")
        #expect(packets.count >= 6 && packets.allSatisfy { $0.hasPrefix("bf01bf") }, "\(result)")
        let events = parts[1].components(separatedBy: "<event ").dropFirst()
        #expect(events.filter { $0.contains("b-a-o-tbl") }.count == 3, "\(result)")
        #expect(
            events.contains { $0.contains("a-u-G") && $0.contains("46.501") && $0.contains(#"ce="6"#) }, "\(result)")
        #expect(events.contains { $0.contains("person 90 %, seen by air of ") }, "\(result)")
    }

    @Test("sinks that cannot work are one line each")
    func refused() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        for (sink, reason) in [
            (#"{"type": "mqtt", "to": "mqtt:192.0.2.1", "topic": "a"}"#, "192.0.2.1 is another machine: it needs TLS"),
            (#"{"type": "mqtt", "to": "mqtts:x", "topic": "a+"}"#, "\"sinks[0].topic\" must be"),
            (#"{"type": "mqtt", "to": "mqtts:x", "topic": "a", "ca": "no.pem"}"#, "no.pem: No such file"),
            (#"{"type": "webhook", "url": "http://192.0.2.1/x"}"#, "it needs https"),
            (
                #"{"type": "tak", "to": "tcp:192.0.2.1", "key": "k"}"#,
                "\"sinks[0].certificate\" and \"key\" come together"
            ),
            (#"{"type": "tak", "to": "ftp:x"}"#, "begins with no transport that is known: tcp:, tls:, udp:"),
            (
                #"{"type": "lines"}"#,
                "\"sinks[0].type\" must be link, mavlink, mqtt, tak or webhook: lines go to nobody"
            ),
            (#"{"type": "tak", "to": "udp:x"}, {"type": "tak", "to": "udp:y"}"#, "two sinks are called \"tak\""),
            (
                #"""
                {"type": "link", "name": "a", "to": "udp:127.0.0.1:9", "pairing": "p"},
                {"type": "link", "name": "b", "to": "udp:127.0.0.1:9", "pairing": "same"}
                """#, "\"b\": \"a\" has the same sender: 'arete link pair' makes a pairing for each link"
            ),
        ] {
            try prepare(sink)
            let result = try ProgramRun(
                """
                [ -f p ] || { "$arete" link pair p -o p; "$arete" link pair q -o q; cp p same; } >/dev/null || exit 9
                "$arete" link replay r.jsonl --sinks sinks.json --patience 0
                """, in: folder)
            #expect(result.status == 1 && result.error.contains(reason), "\(sink): \(result)")
            #expect(result.error.split(separator: "\n").count == 1, "\(result)")
        }
    }
}
