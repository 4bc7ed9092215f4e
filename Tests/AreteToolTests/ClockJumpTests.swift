// Senders whose clocks are set, and machines that start anew.
import CSealing
import Database
import Foundation
import Peers
import Testing

@Suite(
    .enabled(if: arete_sealing_absence() == nil, "needs libcrypto: scripts/setup.sh"),
    .enabled(if: Machine.hasFaketime, "needs faketime: scripts/setup.sh link"),
    .disabled(if: Sanitizer.isOn, "programs with sanitizers hang under faketime"))
struct ClockJumpTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("clock-\(UUID().uuidString)")
    private let port = 20_000 + Int.random(in: 0..<20_000)
    private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Peer/clock_jumps.py").path

    /// Results of a camera: an object that has a place, and an alert, each tenth of a second.
    private func prepare(alerts: Int) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let lines = (0..<alerts).flatMap { index -> [String] in
            let head = #""source": "c", "time": \#(Double(index) / 10)"#
            let place = #"{"latitude": \#(46.55 + Double(index) * 1e-4), "longitude": 8.1, "height": 1500, "error": 5}"#
            let track =
                #"{"id": \#(index), "class": 0, "score": 0.9, "position": \#(place), "#
                + #""box": {"x": 10, "y": 20, "width": 30, "height": 60}}"#
            return [
                "{\(head), \"width\": 640, \"height\": 480, \"tracks\": [\(track)]}",
                "{\(head), \"event\": \"zone\", \"track\": {\"id\": \(index)}}",
            ]
        }
        try write("r.jsonl", lines.joined(separator: "\n") + "\n")
        try write("none.jsonl", "\n")
    }

    private func write(_ name: String, _ text: String) throws {
        try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }

    private typealias Members = [String: Any]
    private func members(_ text: some StringProtocol) -> Members? {
        (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? Members
    }

    /// What the station told of, with when: milliseconds since 1970 by the machine's clock.
    private func jump(_ steps: String) throws -> (events: [(told: Members, now: Int)], log: String, output: String) {
        let result = try ProgramRun("python3 \(Self.script) \"$arete\" r.jsonl \(port) \(steps)", in: folder)
        var events: [(Members, Int)] = []
        var log = ""
        for line in result.output.split(separator: "\n").compactMap({ members($0) }) {
            let text = line["line"] as? String ?? ""
            if line["who"] as? String == "log" { log += text + "\n" }
            guard line["who"] as? String == "station", let told = members(text), told["event"] != nil else { continue }
            events.append((told, line["now"] as? Int ?? 0))
        }
        return (events, log, result.output + result.error)
    }

    /// Runs of the same: hours by which a time is off, in their order.
    private func hours(_ off: [Int?]) -> [Int?] {
        let hours = off.map { $0.map { Int((Double($0) / 3_600_000).rounded()) } }
        return hours.indices.filter { $0 == 0 || hours[$0] != hours[$0 - 1] }.map { hours[$0] }
    }

    @Test("a clock that is set in flight delays no alert, and all times are right once it is")
    func set() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try prepare(alerts: 60)
        let (events, log, output) = try jump("0:1970 1.5:10800 3:-18000 4.5:0")
        #expect(Set(events.compactMap { $0.told["event"] as? Int }).count == 60, "\(output)")
        #expect(
            hours(events.map { event in (event.told["utc_ms"] as? Int).map { $0 - event.now } }) == [nil, 3, -5, 0])
        let began = (events.first?.now ?? 0) - (events.first?.told["ms"] as? Int ?? 0)
        let delays = events.map { $0.now - began - ($0.told["ms"] as? Int ?? 0) }
        // Milliseconds, on a busy machine too.
        #expect((delays.max() ?? .max) < 3000, "\(delays)")
        #expect(!log.contains("replayed"), "\(log)")
        let store = try Database(path: folder.appendingPathComponent("store").path, version: 4, schema: "")
        let clocks = try store.rows("SELECT began FROM clocks") { $0.integer(0) }
        #expect(clocks.count == 1 && abs(clocks[0] - began) < 3000, "\(clocks) \(began)")
    }

    @Test("a clock that goes back over a restart, or to 1970, brings no number a second time")
    func restarted() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try prepare(alerts: 20)
        let (events, log, output) = try jump("0:10800 0.8:-18000 1.3:kill 2:1970 2.4:kill")
        #expect(!log.contains("replayed"), "\(log)")
        let epochs = Set(events.compactMap { $0.told["epoch"] as? Int }).sorted()
        #expect(epochs.count == 3 && epochs.last == (epochs.first ?? 0) + 2, "\(output)")
        let numbers = events.compactMap { $0.told["event"] as? Int }
        #expect(Set(numbers).count == numbers.count && numbers.count >= 20)
        // Each by the clock of its epoch; the last one had none.
        let last = events.filter { $0.told["epoch"] as? Int == epochs.last }
        #expect(last.count == 20 && last.allSatisfy { $0.told["utc_ms"] is NSNull }, "\(output)")
        let first = events.first { $0.told["epoch"] as? Int == epochs.first }
        #expect(hours([first.map { ($0.told["utc_ms"] as? Int ?? 0) - $0.now }]) == [3])
    }

    @Test(
        "a machine that starts anew, and counts from zero again, goes on in a new epoch",
        .enabled(if: Machine.mayStartAnew, "needs a kernel with time namespaces for users"))
    func startedAnew() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try prepare(alerts: 20)
        let sender =
            #""$arete" link replay $1 --pairing p --to udp:127.0.0.1:\#(port) --spool spool --rate 30000 --json"#
        let result = try ProgramRun(
            """
            "$arete" link pair drone -o p >/dev/null
            "$arete" station --listen udp:127.0.0.1:\(port) --pairing p --store store --no-page --json >told 2>log &
            station=$!
            sleep 0.3
            up() { exec unshare -rT --boottime $2 \(sender) --patience 5; }
            (up r.jsonl 50000000 >kept) & id=$!; sleep 1.2; kill -9 $id; wait $id
            (up r.jsonl 0 >>kept); tail -n 1 kept; kill $station; wait $station; cat log
            """, in: folder)
        #expect(result.output.contains(#""waiting": 0"#) && !result.output.contains("replayed"), "\(result)")
        let store = try Database(path: folder.appendingPathComponent("store").path, version: 4, schema: "")
        let stored = try store.rows("SELECT number FROM events") { $0.integer(0) }
        let epochs = try store.rows("SELECT DISTINCT epoch FROM events ORDER BY epoch") { $0.integer(0) }
        #expect(epochs.count == 2 && epochs[1] == epochs[0] + 1, "\(result)")
        let kept = try String(contentsOf: folder.appendingPathComponent("kept"), encoding: .utf8)
            .split(separator: "\n").compactMap { members($0)?["kept"] as? Int }
        #expect(kept.count >= 20 && Set(kept).isSubset(of: stored))
        let late = try store.rows("SELECT max(happened) FROM events") { $0.integer(0) }
        // Since its epoch began, whatever the machine counts.
        #expect(late[0] < 10_000)
    }

    @Test("sinks tell the time as it is known when something happens; TAK waits until it is")
    func sinks() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try prepare(alerts: 60)
        try write("server.py", Self.server)
        try write(
            "sinks.json",
            #"{"spool": "spool", "sinks": [{"type": "webhook", "url": "http://127.0.0.1:\#(port)/"}, "#
                + #"{"type": "tak", "to": "udp:127.0.0.1:\#(port)"}]}"#)
        let result = try ProgramRun(
            """
            put() { printf '%+d\\n' $1 >new; mv new clock; }
            python3 server.py \(port) >got & server=$!; sleep 0.5
            put -$(($(date +%s) - 60))
            faketime -m --exclude-monotonic -f +0 env -u FAKETIME FAKETIME_TIMESTAMP_FILE=$PWD/clock FAKETIME_NO_CACHE=1 \
                "$arete" link replay r.jsonl --sinks sinks.json --patience 10 >&2 & id=$!
            sleep 1.5; put 10800; sleep 1.5; put -18000; sleep 1.5; put 0
            wait $id; kill -9 $server; cat got
            """, in: folder)
        let lines = result.output.split(separator: "\n").compactMap { members($0) }
        func off(_ kind: String) -> [Int?] {
            lines.filter { $0["kind"] as? String == kind }.map { line in
                (line["time"] as? Int).map { $0 - (line["now"] as? Int ?? 0) }
            }
        }
        #expect(off("hook").count == 60 && hours(off("hook")) == [nil, 3, -5, 0], "\(result)")
        // Those of before have their times too.
        #expect(off("alarm").count == 60 && hours(off("alarm")) == [3, -5, 0], "\(result)")
    }

    /// Takes webhooks and TAK's datagrams, and tells their times.
    private static let server = """
        import http.server, json, socket, sys, threading, time
        def tell(kind, told):
            print(json.dumps({"kind": kind, "time": told, "now": round(time.time() * 1000)}), flush=True)
        class Hook(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                tell("hook", json.loads(self.rfile.read(int(self.headers["Content-Length"])))["time"])
                self.send_response(200)
                self.end_headers()
            def log_message(self, *_): pass
        def number(data, place):
            value = shift = 0
            while True:
                value |= (data[place] & 127) << shift
                shift, place = shift + 7, place + 1
                if data[place - 1] < 128: return value, place
        def fields(data):
            place, found = 0, {}
            while place < len(data):
                key, place = number(data, place)
                if key & 7 == 0:
                    found[key >> 3], place = number(data, place)
                    continue
                size, place = number(data, place) if key & 7 == 2 else (8, place)
                found[key >> 3], place = data[place : place + size], place + size
            return found
        mesh = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        mesh.bind(("127.0.0.1", int(sys.argv[1])))
        def listen():
            while True:
                # TAK's cotEvent, and its type and sendTime.
                event = fields(fields(mesh.recv(65536)[3:])[2])
                if event[1] == b"b-a-o-tbl": tell("alarm", event[6])
        threading.Thread(target=listen, daemon=True).start()
        http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Hook).serve_forever()
        """
}
