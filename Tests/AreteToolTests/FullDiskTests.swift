// Spools and stores on disks that run full.
import CSealing
import Database
import Foundation
import Testing

@Suite(
    .enabled(if: arete_sealing_absence() == nil, "needs libcrypto: scripts/setup.sh"),
    .enabled(
        if: Machine.mayMount, "needs a kernel that lets users mount (sysctl kernel.unprivileged_userns_clone=1)")
)
struct FullDiskTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("disk-\(UUID().uuidString)")
    private let port = 20_000 + Int.random(in: 0..<20_000)

    /// Runs a script where `disk` is a disk of so many kilobytes: `fill` lets nobody write there until `free`.
    private func run(_ script: String, disk: Int = 400) throws -> ProgramRun {
        try """
        mkdir disk && mount -t tmpfs -o size=\(disk)k none disk || exit 1
        fill() {
            touch full
            while [ -e full ]; do cat /dev/zero >>disk/fill; sleep 0.02; done 2>/dev/null & filler=$!; sleep 0.1
        }
        free() { rm full; wait $filler; rm disk/fill; }
        \(script)
        """.write(to: folder.appendingPathComponent("script"), atomically: true, encoding: .utf8)
        return try ProgramRun("port=\(port) unshare -rm sh script", in: folder)
    }

    /// Results of a camera: an object and an alert each twentieth of a second.
    private func prepare(alerts: Int) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let lines = (0..<alerts).flatMap { index -> [String] in
            let head = #""source": "c", "time": \#(Double(index) / 20)"#
            let track =
                #"{"id": \#(index), "class": 1, "score": 0.9, "box": {"x": 10, "y": 20, "width": 30, "height": 60}}"#
            return [
                "{\(head), \"width\": 640, \"height\": 480, \"tracks\": [\(track)]}",
                "{\(head), \"event\": \"zone\", \"track\": {\"id\": \(index)}}",
            ]
        }
        try (lines.joined(separator: "\n") + "\n").write(
            to: folder.appendingPathComponent("r.jsonl"), atomically: true, encoding: .utf8)
        try "\n".write(to: folder.appendingPathComponent("none.jsonl"), atomically: true, encoding: .utf8)
    }

    private static let replay = #""$arete" link replay"#
    private static let sender = "--pairing p --to udp:127.0.0.1:$port --rate 30000 --json"
    private static let station = #""$arete" station --listen udp:127.0.0.1:$port --pairing p --no-page --json"#

    private func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    }

    private func numbers(_ word: String, in name: String) throws -> Set<Int> {
        let lines = try text(name).split(separator: "\n").filter { $0.hasPrefix("{\"\(word)\": ") }
        return Set(lines.compactMap { Int($0.dropFirst(word.count + 5).dropLast()) })
    }

    private func stored() throws -> Set<Int> {
        let store = try Database(path: folder.appendingPathComponent("store").path, version: 4, schema: "")
        let same = try store.rows("SELECT count(*) FROM events GROUP BY epoch, track HAVING count(*) > 1") {
            $0.integer(0)
        }
        #expect(same.isEmpty)
        #expect(try store.rows("PRAGMA integrity_check") { $0.text(0) } == ["ok"])
        return Set(try store.rows("SELECT number FROM events") { $0.integer(0) })
    }

    @Test(
        "a sender whose disk is full goes on, begins no epoch that it cannot write down, and loses nothing that it kept"
    )
    func sender() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try prepare(alerts: 60)
        let spool = "--spool disk/spool"
        let result = try run(
            """
            "$arete" link pair drone -o p >/dev/null
            \(Self.replay) r.jsonl \(Self.sender) \(spool) >first.jsonl 2>first.log & id=$!
            sleep 1.2; fill; sleep 0.5; grep -c kept first.jsonl; sleep 1; grep -c kept first.jsonl; kill -9 $id; wait $id; echo $?
            \(Self.station) --store store >station.jsonl 2>station.log & station=$!
            sleep 0.3; \(Self.replay) none.jsonl \(Self.sender) \(spool) --patience 1 2>refused.log; echo $?
            free
            \(Self.replay) r.jsonl \(Self.sender) \(spool) --patience 10 >second.jsonl 2>second.log & id=$!
            sleep 0.7; fill; sleep 1; free; wait $id; echo $?; ls -s disk >&2
            kill $station; wait $station
            """)
        let lines = result.output.split(separator: "\n").map(String.init)
        try #require(lines.count == 5, "\(result)")
        // Nothing is kept on a full disk, and nobody is told so; it goes on until it is killed.
        #expect(lines[0] == lines[1] && (Int(lines[0]) ?? 0) > 5 && lines[2] == "137", "\(result)")
        #expect(lines[3] == "1" && lines[4] == "0", "\(result)")
        for log in ["first.log", "refused.log", "second.log"] {
            let told = try text(log)
            #expect(
                told.split(separator: "\n").count == 1 && told.contains("no room left: free some"), "\(log): \(told)")
        }
        let (first, second) = (try numbers("kept", in: "first.jsonl"), try numbers("kept", in: "second.jsonl"))
        #expect(second.count == 60 && first.isDisjoint(with: second))
        #expect(first.union(second).isSubset(of: try stored()), "\(result)")
        #expect(try text("second.jsonl").contains(#""waiting": 0"#))
        // No packet had the number of another.
        #expect(!(try text("station.log")).contains("replayed"))
    }

    @Test(
        "a station whose disk is full acknowledges nothing that it has not written, and takes all of it later"
    )
    func station() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try prepare(alerts: 120)
        let result = try run(
            """
            "$arete" link pair drone -o p >/dev/null
            start() { \(Self.station) --store disk/store >>station.jsonl 2>>$1 & station=$!; }
            count() { grep -c acknowledged sender.jsonl; }
            start full.log; sleep 0.5
            \(Self.replay) r.jsonl \(Self.sender) --spool spool --patience 30 >sender.jsonl 2>sender.log & id=$!
            sleep 1; fill; sleep 0.7; count; sleep 0.8; count; free; sleep 1.5; count
            fill; sleep 0.5; kill -9 $station; wait $station; start refused.log; wait $station; echo $?
            free; start again.log; wait $id; echo $?; tail -n 1 sender.jsonl
            kill $station; wait $station; cp disk/store* .
            """, disk: 4000)
        let lines = result.output.split(separator: "\n").map(String.init)
        try #require(lines.count == 6, "\(result)")
        let counts = lines[0...2].compactMap { Int($0) }
        #expect(counts.count == 3 && counts[0] == counts[1] && counts[1] < counts[2], "\(result)")
        #expect(lines[3] == "1" && lines[4] == "0" && lines[5].contains(#""waiting": 0"#), "\(result)")
        let full = try text("full.log").split(separator: "\n").filter { $0.contains("no room left: free some") }
        // Once for each time that it was full.
        #expect((1...2).contains(full.count), "\(full)")
        let refused = try text("refused.log")
        #expect(refused.split(separator: "\n").count == 1 && refused.contains("no room left: free some"), "\(refused)")
        let stored = try stored()
        #expect(try numbers("kept", in: "sender.jsonl").count == 120)
        #expect(try numbers("kept", in: "sender.jsonl").isSubset(of: stored))
        #expect(!(try text("again.log")).contains("replayed"))
    }

    @Test("a verdict that finds no room is refused in a clear line, and what was said before and after it holds")
    func verdict() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try prepare(alerts: 40)
        let say = "python3 \(StationKillTests.operatorScript) \(port) token say"
        let result = try run(
            """
            "$arete" link pair drone -o p >/dev/null
            "$arete" station --listen udp:127.0.0.1:$port --pairing p --store disk/store --page 127.0.0.1:$port \\
                --token token 2>log >/dev/null & station=$!; sleep 0.5
            \(Self.replay) r.jsonl \(Self.sender) --spool spool --patience 20 >/dev/null 2>&1
            \(say) 1 confirmed; \(say) 2 false
            fill; sleep 0.5; \(say) 3 confirmed; \(say) 1 false; free; sleep 0.2
            \(say) 4 confirmed; kill $station; wait $station; cp disk/store* .
            """, disk: 4000)
        let lines = result.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        try #require(lines.count == 5, "\(result)")
        #expect(lines[0] == "204" && lines[1] == "204" && lines[4] == "204", "\(result)")
        #expect(lines[2...3].allSatisfy { $0.hasPrefix("503") && $0.contains("no room left: free some") }, "\(result)")
        let store = try Database(path: folder.appendingPathComponent("store").path, version: 4, schema: "")
        let tracks = try store.rows("SELECT number FROM tracks ORDER BY number") { $0.integer(0) }
        let kept = try store.rows("SELECT number, verdict FROM verdicts ORDER BY number") {
            [tracks.firstIndex(of: $0.integer(0)) ?? -1, $0.integer(1)]
        }
        #expect(kept == [[1, 1], [2, 2], [4, 1]], "\(kept)")
    }

    @Test(
        "a broker gets what was on the disk before it ran full, and the rest while it is full",
        .enabled(if: Machine.hasBroker, "needs mosquitto: scripts/setup.sh link"))
    func broker() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try prepare(alerts: 60)
        try """
        {"spool": "disk/spool", "sinks": [{"type": "mqtt", "to": "mqtt:127.0.0.1:\(port)", "topic": "arete"}]}
        """.write(to: folder.appendingPathComponent("sinks.json"), atomically: true, encoding: .utf8)
        try "listener \(port) 127.0.0.1\nallow_anonymous true\nuser root\n".write(
            to: folder.appendingPathComponent("m.conf"), atomically: true, encoding: .utf8)
        let result = try run(
            """
            \(Self.replay) r.jsonl --sinks sinks.json --json >away.jsonl 2>away.log & id=$!
            sleep 2; fill; sleep 1; kill -9 $id; wait $id
            \(Self.replay) none.jsonl --sinks sinks.json --patience 0 2>refused.log; echo $?
            free; /usr/sbin/mosquitto -c m.conf 2>/dev/null & broker=$!; sleep 0.5
            mosquitto_sub -h 127.0.0.1 -p \(port) -V mqttv5 -q 1 -t arete/events >got & sub=$!; sleep 0.3
            \(Self.replay) none.jsonl --sinks sinks.json --patience 10 --json; grep -c rule got
            \(Self.replay) r.jsonl --sinks sinks.json --patience 10 --json 2>full.log & id=$!
            sleep 1; fill; wait $id; echo $?; sleep 0.3; grep -c rule got; kill $sub $broker; free
            """)
        let lines = result.output.split(separator: "\n").map(String.init)
        try #require(lines.count == 6, "\(result)")
        #expect(lines[0] == "1" && lines[1].contains(#""waiting": 0"#), "\(result)")
        // Two seconds of them, without those of the last portion.
        let kept = Int(lines[2]) ?? 0
        #expect(kept >= 5 && kept < 60, "\(result)")
        #expect(lines[3].contains(#""waiting": 0"#) && lines[4] == "0" && Int(lines[5]) == kept + 60, "\(result)")
        let refused = try text("refused.log")
        #expect(refused.split(separator: "\n").count == 1 && refused.contains("no room left: free some"), "\(refused)")
        // What the broker takes at once needs no disk; room that the log gave back counts as room until it is taken.
        let full = try text("full.log").split(separator: "\n")
        #expect(full.count <= 3 && full.allSatisfy { $0.contains("no room left: free some") }, "\(full)")
    }
}
