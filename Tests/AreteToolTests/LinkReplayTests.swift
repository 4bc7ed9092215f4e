// A sender and a station that are killed again and again.
import CSealing
import Database
import Foundation
import Peers
import Testing

@Suite(.enabled(if: arete_sealing_absence() == nil, "needs libcrypto: scripts/setup.sh"))
struct LinkReplayTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("replay-\(UUID().uuidString)")

    private func run(_ line: String) throws -> ProgramRun {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return try ProgramRun(line, in: folder)
    }

    /// Results of a camera: an object and an alert each tenth of a second.
    private func write(_ name: String, alerts: Int, firstID: Int) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let lines = (0..<alerts).flatMap { index -> [String] in
            let time = Double(index) / 10
            let position =
                #"{"latitude": \#(46.55 + Double(index) * 1e-4), "longitude": 8.1, "height": 1500, "error": 5}"#
            let track =
                #"{"id": \#(firstID + index), "class": 1, "score": 0.9, "position": \#(position), "#
                + #""box": {"x": 10, "y": 20, "width": 30, "height": 60}}"#
            return [
                #"{"source": "c", "time": \#(time), "width": 640, "height": 480, "tracks": [\#(track)]}"#,
                #"{"source": "c", "time": \#(time), "event": "zone", "track": {"id": \#(firstID + index)}}"#,
            ]
        }
        try lines.map { $0 + "\n" }.joined().write(
            to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }

    /// So often the sender is killed, and a third as often the station: ARETE_LINK_KILLS=1000 takes half an hour.
    private static let kills = ProcessInfo.processInfo.environment["ARETE_LINK_KILLS"].flatMap { Int($0) } ?? 8

    private static let replay = #""$arete" link replay"#
    private static let sender = "--pairing p --to udp:127.0.0.1:$port --spool spool --area 46.55,8.1 --rate 3000 --json"
    private static let station =
        #""$arete" station --listen udp:127.0.0.1:$port --pairing p --store store --no-page --json"#

    @Test("what a sender has kept reaches the station's disk, however often both are killed")
    func killed() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try write("r.jsonl", alerts: 15, firstID: 1)
        try "\n".write(to: folder.appendingPathComponent("none.jsonl"), atomically: true, encoding: .utf8)
        let port = 20_000 + Int(getpid()) % 20_000
        let result = try run(
            """
            port=\(port); "$arete" link pair drone -o p >/dev/null
            start() { \(Self.station) >>station.jsonl 2>>station.log & station=$!; }
            start
            for turn in $(seq \(Self.kills)); do
                \(Self.replay) r.jsonl \(Self.sender) >>sender.jsonl 2>>sender.log & id=$!
                sleep 0.$((turn * 37 % 90 + 10)); [ $((turn % 3)) -gt 0 ] || { kill -9 $station; start; }
                sleep 0.$((turn * 53 % 80 + 10)); kill -9 $id
            done
            kill -9 $station; start
            \(Self.replay) none.jsonl \(Self.sender) --patience \(30 + Self.kills / 4) >>sender.jsonl
            kill $station; wait $station; cat sender.log; tail -n 1 station.log
            """)
        #expect(result.status == 0, "\(result)")
        let told = try String(contentsOf: folder.appendingPathComponent("sender.jsonl"), encoding: .utf8)
        #expect(told.contains(#""waiting": 0"#), "\(told) \(result)")
        func numbers(_ word: String) -> Set<Int> {
            let lines = told.split(separator: "\n").filter { $0.hasPrefix("{\"\(word)\": ") }
            return Set(lines.compactMap { Int($0.dropFirst(word.count + 5).dropLast()) })
        }
        let store = try Database(path: folder.appendingPathComponent("store").path, version: 4, schema: "")
        let stored = try store.rows("SELECT number FROM events ORDER BY number") { $0.integer(0) }
        let kept = numbers("kept")
        #expect(kept.count > 15 && kept.isSubset(of: stored), "\(kept.subtracting(stored)) \(result)")
        #expect(numbers("acknowledged").isSubset(of: stored))
        // No packet had the number of another.
        #expect(!result.output.contains("replayed"), "\(result)")
        // And nothing is there twice, under whatever number.
        let same = try store.rows("SELECT count(*) FROM events GROUP BY epoch, track HAVING count(*) > 1") {
            $0.integer(0)
        }
        #expect(same.isEmpty)
        #expect(try store.rows("PRAGMA integrity_check") { $0.text(0) } == ["ok"])
    }

    @Test(
        "what waited comes by importance, then the newest first: alarms, tracks, and then which are gone"
    )
    func order() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let count = 300
        let lines = (0..<count).flatMap { index -> [String] in
            let head = #""source": "c", "time": \#(Double(index) / 200)"#
            let track =
                #"{"id": \#(index), "class": 1, "score": 0.9, "box": {"x": 10, "y": 20, "width": 30, "height": 60}}"#
            return [
                "{\(head), \"width\": 640, \"height\": 480, \"tracks\": [\(track)]}",
                "{\(head), \"event\": \"zone\", \"track\": {\"id\": \(index)}}",
                "{\(head), \"event\": \"left\", \"track\": {\"id\": \(index)}}",
            ]
        }
        _ = try run("\"$arete\" link pair drone -o p; echo >none.jsonl")
        try lines.map { $0 + "\n" }.joined().write(
            to: folder.appendingPathComponent("r.jsonl"), atomically: true, encoding: .utf8)
        let port = 23_000 + Int(getpid()) % 20_000
        let result = try run(
            """
            port=\(port); \(Self.replay) r.jsonl \(Self.sender) --patience 0 >&2
            \(Self.station) 2>/dev/null & id=$!; sleep 0.5
            \(Self.replay) none.jsonl \(Self.sender) --patience 60 >sent; sleep 0.3; kill $id; wait $id
            """)
        let told = result.output.split(separator: "\n")
        func places(_ word: String) -> [(place: Int, number: Int)] {
            told.enumerated().compactMap { place, line in
                guard let at = line.range(of: "\"\(word)\": ") else { return nil }
                return Int(line[at.upperBound...].prefix { $0.isNumber }).map { (place, $0) }
            }
        }
        func middle(_ values: [Int]) -> Int { values.isEmpty ? -1 : values.sorted()[values.count / 2] }
        let events = places("event")
        let tracks = places("track").filter { told[$0.place].contains(#""class""#) }
        let gone = places("gone")
        #expect(events.count == count && tracks.count == count && gone.count == count, "\(result.error)")
        let middles = [events, tracks, gone].map { middle($0.map(\.place)) }
        #expect(middles[0] < middles[1] && middles[1] < middles[2], "\(middles)")
        for those in [events, tracks] {
            #expect(
                middle(those.prefix(count / 3).map(\.number)) > middle(those.suffix(count / 3).map(\.number)) + count
                    / 3)
        }
    }

    @Test(
        "a station that is not there, a key that is another's and a packet that holds nothing are one clear line each")
    func refused() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try write("r.jsonl", alerts: 2, firstID: 1)
        try "\n".write(to: folder.appendingPathComponent("none.jsonl"), atomically: true, encoding: .utf8)
        _ = try run("\"$arete\" link pair drone -o p; \"$arete\" link pair other -o q")
        let alone = try run("port=9; \(Self.replay) r.jsonl \(Self.sender) --patience 0.5")
        #expect(alone.status == 0 && alone.output.contains(#""waiting": 4"#), "\(alone)")
        let port = 21_000 + Int(getpid()) % 20_000
        let other = try run(
            """
            port=\(port); \(Self.station.replacingOccurrences(of: "--pairing p", with: "--pairing q")) 2>log & id=$!
            sleep 0.3; \(Self.replay) r.jsonl \(Self.sender) --patience 1; kill $id; wait $id; cat log
            """)
        #expect(other.output.contains(" forged") && !other.output.contains(#""acknowledged""#), "\(other)")
        for (words, reason) in [
            ("--packet 15", "cannot say where its tracks are counted from: it needs 35"),
            ("--rate 0.5", "--rate must be"),
            ("--to tcp:x:1", "begins with no transport that is known"), ("--to udp:x", "ends in no port"),
            ("--area north", "--area takes LATITUDE,LONGITUDE"),
            ("--spool none/x", "none/x.numbers: No such file or directory"),
        ] {
            let result = try run("port=9; \(Self.replay) r.jsonl \(Self.sender) \(words) --patience 0")
            #expect(result.status > 0 && result.error.contains(reason), "\(words): \(result)")
            #expect(result.error.split(separator: "\n").count == 1)
        }
        let twice = try run(
            """
            port=9; \(Self.replay) none.jsonl \(Self.sender) --patience 20 & id=$!; sleep 0.5
            \(Self.replay) none.jsonl \(Self.sender) --patience 0; echo $?
            kill -9 $id; wait $id; \(Self.replay) none.jsonl \(Self.sender) --patience 0 >&2; echo $?
            """)
        #expect(twice.output == "1\n0\n" && twice.error.contains("spool.numbers: another process uses it"), "\(twice)")
        let busy = try run(
            "port=\(port + 1); \(Self.station) 2>/dev/null & id=$!; sleep 0.3; \(Self.station) --store x; kill $id")
        #expect(busy.error.contains("Address already in use"), "\(busy)")
        let shared = try run(
            """
            port=\(port + 2); \(Self.station) 2>/dev/null & id=$!; sleep 0.5; port=\(port + 3); \(Self.station); kill $id
            """)
        #expect(shared.error == "arete: store: another process uses it\n", "\(shared)")
    }

    @Test("a station that starts again knows what time its senders' epochs began")
    func times() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try write("r.jsonl", alerts: 30, firstID: 1)
        let port = 25_000 + Int(getpid()) % 20_000
        let result = try run(
            """
            port=\(port); "$arete" link pair drone -o p >/dev/null
            \(Self.station) >before & id=$!; sleep 0.3
            \(Self.replay) r.jsonl \(Self.sender) --patience 10 >sent & sender=$!; sleep 1.5; kill -9 $id; wait $id
            \(Self.station) >after & id=$!; wait $sender; sleep 0.3; kill $id; wait $id; grep '"event"' after
            """)
        let lines = result.output.split(separator: "\n")
        #expect(lines.count >= 10 && !lines.contains { $0.contains(#""utc_ms": null"#) }, "\(result)")
    }

    @Test("a station whose lines find no room says so once and goes on: its store has all")
    func unwritten() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try write("r.jsonl", alerts: 10, firstID: 1)
        let port = 24_000 + Int(getpid()) % 20_000
        let result = try run(
            """
            port=\(port); "$arete" link pair drone -o p >/dev/null
            \(Self.station) >/dev/full 2>log & id=$!; sleep 0.3
            \(Self.replay) r.jsonl \(Self.sender) --patience 10; kill $id; wait $id; echo $?; cat log
            """)
        #expect(result.output.contains(#""waiting": 0"#) && result.output.contains("\n0\n"), "\(result)")
        #expect(result.output.components(separatedBy: "cannot write").count == 2, "\(result)")
    }

    @Test(
        "a station whose lines nobody reads any more says so once and goes on",
        arguments: ["| head -n 1 >/dev/null", ">&-"])
    func unread(output: String) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try write("r.jsonl", alerts: 10, firstID: 1)
        let port = 21_000 + output.count + Int(getpid()) % 20_000
        let result = try run(
            """
            port=\(port); "$arete" link pair drone -o p >/dev/null
            { \(Self.station) 2>log & echo $! >&9; wait $!; echo $? >status; } 9>id \(output) & sleep 0.5
            \(Self.replay) r.jsonl \(Self.sender) --patience 10; kill $(cat id); wait; cat status log
            """)
        #expect(result.output.contains(#""waiting": 0"#) && result.output.contains("\n0\n"), "\(result)")
        #expect(result.output.components(separatedBy: "cannot write").count == 2, "\(result)")
    }

    @Test("closed standard streams become no sockets or files of the station")
    func closedStreams() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let result = try run(
            """
            port=\(23_000 + Int(getpid()) % 20_000); "$arete" link pair drone -o p >/dev/null
            \(Self.station) <&- >&- 2>&- & id=$!; sleep 0.5
            for n in 0 1 2; do readlink /proc/$id/fd/$n; done; kill $id; wait $id
            """)
        #expect(result.output == "/dev/null\n/dev/null\n/dev/null\n", "\(result)")
    }

    @Test("a place that is none is wrong usage", arguments: ["foo", "udp:127.0.0.1:xx", "serial:ttyUSB0", "mqtt:host"])
    func wrongPlace(place: String) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let result = try run(
            #""$arete" link pair drone -o p >/dev/null; "$arete" station --listen \#(place) --pairing p --store s"#)
        let isOneLine = result.error.split(separator: "\n").count == 1
        #expect(result.status == 2 && isOneLine && result.error.hasPrefix("arete: --listen: '\(place)' "), "\(result)")
    }

    @Test("a line of requests that is too long is told once, and the one behind it is read")
    func longRequest() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let result = try run(
            """
            port=\(22_000 + Int(getpid()) % 20_000); "$arete" link pair drone -o p >/dev/null
            { head -c 300000 /dev/zero | tr '\\0' a; echo; echo '{"ask": "dance", "sender": "drone"}'; sleep 9; } |
                \(Self.station) --asks 2>log & id=$!
            for n in $(seq 50); do grep -q must log && break; sleep 0.1; done
            kill $id; cat log
            """)
        let faults = result.output.split(separator: "\n").filter { $0.contains("standard input") }
        try #require(faults.count == 2, "\(result)")
        #expect(faults[0].contains("longer than 1000 bytes") && faults[1].contains("must be \"picture\" or \"scene\""))
    }

    /// Passes what a sender and a station say, and sends the station so many packets that are none, are broken, come again or belong to nobody.
    private static let flooder = """
        import random, socket, sys, time
        listen, station, count = int(sys.argv[1]), ("127.0.0.1", int(sys.argv[2])), int(sys.argv[3])
        draw, up, down = random.Random(1), socket.socket(2, 2), socket.socket(2, 2)
        up.bind(("127.0.0.1", listen))
        up.setblocking(False); down.setblocking(False)
        seen, sender, sent, quiet = [b"x" * 30], None, 0, 0
        while sent < count or quiet < 1000:
            try:
                packet, sender = up.recvfrom(2048)
                seen = (seen + [packet])[-500:]
                down.sendto(packet, station)
                quiet = 0
            except BlockingIOError:
                quiet += 1
            try:
                if sender: up.sendto(down.recv(2048), sender)
            except (BlockingIOError, ConnectionRefusedError):
                pass
            for _ in range(20 if sent < count else 0):
                packet = bytearray(draw.choice(seen))
                kind = draw.randrange(4)
                if kind == 0: packet = draw.randbytes(draw.randrange(0, 300))
                if kind == 1: packet[draw.randrange(len(packet))] ^= 1 << draw.randrange(8)
                if kind == 2: packet = packet[: draw.randrange(len(packet))]
                try: down.sendto(packet, station)
                except ConnectionRefusedError: pass
                sent += 1
            time.sleep(0.0005 if sent < count else 0.005)
        """

    /// Hostile packets: ARETE_LINK_PACKETS=1000000 takes some minutes.
    private static let packets =
        ProcessInfo.processInfo.environment["ARETE_LINK_PACKETS"].flatMap { Int($0) } ?? 20_000

    @Test("hostile packets are counted and dropped, take bounded memory, and hold nothing up")
    func flooded() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try write("r.jsonl", alerts: 30, firstID: 1)
        try Self.flooder.write(to: folder.appendingPathComponent("flood.py"), atomically: true, encoding: .utf8)
        let port = 22_000 + Int(getpid()) % 20_000
        let result = try run(
            """
            port=\(port); "$arete" link pair drone -o p >/dev/null
            \(Self.station) >told 2>log & id=$!; sleep 0.3
            python3 flood.py $((port + 1)) $port \(Self.packets) & flood=$!; sleep 0.3
            before=$(awk '/VmHWM/ {print $2}' /proc/$id/status); port=$((port + 1))
            \(Self.replay) r.jsonl \(Self.sender) --patience 60 >sent; wait $flood
            awk '/VmHWM/ {print $2}' /proc/$id/status; echo $before; kill $id; wait $id; echo $?; tail -n 1 sent; tail -n 1 log
            """)
        let lines = result.output.split(separator: "\n").map(String.init)
        try #require(lines.count == 5, "\(result)")
        #expect(lines[2] == "0" && lines[3].contains(#""waiting": 0"#), "\(result)")
        // Kilobytes; sanitizers keep what was freed.
        #expect(Sanitizer.isOn || (Int(lines[0]) ?? .max) < (Int(lines[1]) ?? 0) + 30_000, "\(result)")
        #expect(lines[4].contains("replayed") && lines[4].contains("forged"), "\(result)")
        let told = try String(contentsOf: folder.appendingPathComponent("told"), encoding: .utf8)
        #expect(Set(told.split(separator: "\n").filter { $0.contains(#""event": "#) }).count == 30)
    }
}
