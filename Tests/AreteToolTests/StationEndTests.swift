// What a station leaves when it ends.
import CSealing
import Database
import Foundation
import Peers
import Testing

@Suite(.enabled(if: arete_sealing_absence() == nil, "needs libcrypto: scripts/setup.sh"))
struct StationEndTests {
    @Test(
        "after a clean end each file of tables, of the station and of a box, has all by itself and is its owner's alone"
    )
    func whole() throws {
        let files = try TestFolder("station-end")
        let (port, page) = (try Listener.freePort(), try Listener.freePort())
        try files.write(
            "sinks.json", #"{"spool": "handed", "sinks": [{"type": "tak", "to": "udp:127.0.0.1:\#(port)"}]}"#)
        try files.write(
            "r.jsonl", personForSeconds: 2,
            at: #"{"latitude": 46.5, "longitude": 8.1, "height": 1510, "error": 6}"#)
        let result = try ProgramRun(
            """
            "$arete" link pair drone -o p >&2
            "$arete" station --listen udp:127.0.0.1:\(port) --pairing p --store store --page 127.0.0.1:\(page) \\
                --token token --sinks sinks.json >&2 & station=$!; sleep 1.5
            "$arete" link replay r.jsonl --to udp:127.0.0.1:\(port) --pairing p --spool spool --rate 5000 \\
                --area 46.5,8.1,1000 --patience 10 >&2
            sleep 1; kill $station; wait $station; echo $?
            find . -name '*-wal' -size +0
            find . -type f -size +0 ! -name '*-shm' | while read -r f; do
                if head -c 15 "$f" | grep -q 'SQLite format 3'; then stat -c '%a %n' "$f"; fi
            done | sort
            cp store copy
            """, in: files.url)
        let lines = result.output.split(separator: "\n").map(String.init)
        #expect(lines.first == "0", "\(result)")
        let kept = lines.dropFirst().map { $0.split(separator: " ").last.map(String.init) ?? "" }
        #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("600 ./") }, "\(lines)")
        #expect(Set(["./spool", "./store", "./handed/forwarded", "./handed/numbers"]).isSubset(of: kept), "\(result)")
        let copy = try Database(path: files.path("copy"), version: 4, schema: "")
        #expect(try copy.rows("SELECT count(*) FROM tracks") { $0.integer(0) } == [1])
    }
}
