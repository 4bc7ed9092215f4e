// A station that is killed again and again while it is sent to and decided on.
import CSealing
import Database
import Foundation
import Peers
import Testing

@Suite(.enabled(if: arete_sealing_absence() == nil, "needs libcrypto: scripts/setup.sh"))
struct StationKillTests {
    /// So often the station is killed: ARETE_STATION_KILLS=1000 takes a quarter of an hour.
    private static let kills = ProcessInfo.processInfo.environment["ARETE_STATION_KILLS"].flatMap { Int($0) } ?? 6

    static let operatorScript = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .appendingPathComponent("Peer/page_operator.py").path

    /// Objects of a camera, ten a second, each with an alert.
    private func run(alerts: Int) -> String {
        (0..<alerts).map { index in
            let head = #""source": "c", "time": \#(Double(index) / 10)"#
            let track =
                #"{"id": \#(index), "class": 1, "score": 0.9, "box": {"x": 10, "y": 20, "width": 30, "height": 60}}"#
            return "{\(head), \"width\": 640, \"height\": 480, \"tracks\": [\(track)]}\n"
                + "{\(head), \"event\": \"zone\", \"track\": {\"id\": \(index)}}\n"
        }.joined()
    }

    /// What operators said of each track, in its order, and which was the last that the station took.
    private func verdicts(_ text: String) -> [String: (said: [String], taken: Int)] {
        var verdicts: [String: (said: [String], taken: Int)] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            guard words.count == 3 else { continue }
            var known = verdicts[words[1]] ?? ([], -1)
            if words[0] == "says" { known.said.append(words[2]) } else { known.taken = known.said.count - 1 }
            verdicts[words[1]] = known
        }
        return verdicts
    }

    @Test("a station that is killed again and again loses no alert and no verdict that it has acknowledged")
    func killed() throws {
        let files = try TestFolder("station-kills")
        try files.write("r.jsonl", run(alerts: Self.kills * 8 + 30))
        let (port, page) = (20_000 + Int.random(in: 0..<20_000), try Listener.freePort())
        let result = try ProgramRun(
            """
            "$arete" link pair drone -o p >/dev/null
            start() {
                "$arete" station --listen udp:127.0.0.1:\(port) --pairing p --store store --page 127.0.0.1:\(page) \\
                    --token token --json >>station.jsonl 2>>station.log & station=$!
            }
            start
            "$arete" link replay r.jsonl --pairing p --to udp:127.0.0.1:\(port) --spool spool --rate 5000 \\
                --patience 60 --json >sender.jsonl 2>sender.log & sender=$!
            sleep 1; python3 \(Self.operatorScript) \(page) token decide >said 2>operator.log & operator=$!
            for turn in $(seq \(Self.kills)); do
                sleep 0.$((turn * 37 % 80 + 19)); kill -9 $station; wait $station 2>/dev/null; start
            done
            wait $sender; echo $?; sleep 1; kill $operator; sleep 0.3; kill $station; wait $station
            cat operator.log
            """, in: files.url)
        let lines = result.output.split(separator: "\n")
        #expect(lines == ["0"], "\(result)")
        let told = try String(contentsOfFile: files.path("sender.jsonl"), encoding: .utf8)
        #expect(told.contains(#""waiting": 0"#), "\(told.suffix(200)) \(result)")
        let store = try Database(path: files.path("store"), version: 4, schema: "")
        #expect(try store.rows("PRAGMA integrity_check") { $0.text(0) } == ["ok"])
        let stored = try store.rows("SELECT number FROM events") { $0.integer(0) }
        let acknowledged = told.split(separator: "\n").compactMap { line in
            line.hasPrefix(#"{"acknowledged": "#) ? Int(line.dropFirst(17).dropLast()) : nil
        }
        #expect(stored.count == Self.kills * 8 + 30 && Set(acknowledged).isSubset(of: stored), "\(result)")
        let same = try store.rows("SELECT count(*) FROM events GROUP BY epoch, track HAVING count(*) > 1") {
            $0.integer(0)
        }
        #expect(same.isEmpty)

        let kept = Dictionary(
            uniqueKeysWithValues: try store.rows("SELECT sender, number, verdict FROM verdicts") {
                ("\($0.integer(0))/\($0.integer(1))", $0.integer(2))
            })
        let words = ["confirmed": 1, "false": 2]
        let said = verdicts(try String(contentsOfFile: files.path("said"), encoding: .utf8))
        let taken = said.filter { $0.value.taken >= 0 }
        #expect(taken.count > 10, "\(said.count) \(result)")
        for (track, verdict) in taken {
            // One that was said later may have been kept without an answer.
            let possible = verdict.said[verdict.taken...].compactMap { words[$0] }
            #expect(
                kept[track].map { possible.contains($0) } == true, "\(track): \(verdict), kept \(kept[track] ?? -1)")
        }
        print(
            "\(Self.kills) kills: \(stored.count) alerts, \(acknowledged.count) acknowledged, "
                + "\(said.values.reduce(0) { $0 + $1.said.count }) verdicts said of \(taken.count) tracks")
    }
}
