// Secrets that are carried, changed and taken back, while a station runs.
import CSealing
import Codes
import Foundation
import Imaging
import JSON
import Testing

@Suite(.enabled(if: arete_sealing_absence() == nil, "needs libcrypto: scripts/setup.sh"))
struct PairCommandTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pair-\(UUID().uuidString)")

    private func run(_ line: String) throws -> ProgramRun {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return try ProgramRun(line, in: folder)
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    }

    private static let canCarry = QRCode.absence == nil && CodeReader.absence() == nil

    @Test(
        "a pairing goes to the other side as a picture, a rotation too, and nothing else does",
        .enabled(if: canCarry, "needs libqrencode4 and ZBar: scripts/setup.sh link"))
    func carried() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let there = try run(
            """
            umask 0; "$arete" link pair "drone 1" -o a && "$arete" link pair --show a -o a.png && stat -c %a a.png &&
            "$arete" link pair --from a.png -o b && cmp a b && stat -c %a b && "$arete" link pair --from a.png -o b && cmp a b
            """)
        #expect(there.status == 0 && there.error.isEmpty, "\(there)")
        let lines = there.output.split(separator: "\n")
        #expect(
            lines.filter { $0 == "600" }.count == 2 && lines[1].hasPrefix("a.png: the secret of drone 1 ("), "\(there)")
        let rotated = try run(
            """
            "$arete" link pair --rotate a && "$arete" link pair --show a -o new.png && "$arete" link pair --from new.png -o b &&
            cmp a b
            """)
        #expect(rotated.status == 0, "\(rotated)")
        try "P5 4 4 255 0123456789abcdef".write(
            to: folder.appendingPathComponent("grey.pgm"), atomically: true, encoding: .utf8)
        for (words, reason) in [
            ("--from a.png -o b", "the code is older than the file: it was rotated since"),
            ("--from grey.pgm -o b", "grey.pgm: shows no pairing's code that can be read"),
            ("--from none.png -o b", "none.png: "),
            ("--show a", "is shown on terminals alone; -o PICTURE.png keeps it"),
            ("--show a -o a.bmp", "a picture's name ends in .png"),
        ] {
            let result = try run("\"$arete\" link pair \(words)")
            #expect(result.status == 1 && result.error.contains(reason) && result.output.isEmpty, "\(words): \(result)")
            #expect(result.error.split(separator: "\n").count == 1)
        }
        let other = try run(
            """
            "$arete" link pair other -o c && "$arete" link pair --from new.png -o c; "$arete" link pair --revoke b
            for task in "--show b" "--rotate b" "--from new.png -o b"; do "$arete" link pair $task; done
            """)
        let errors = other.error.split(separator: "\n")
        #expect(errors.count == 4 && errors[0].contains("the code is of drone 1 ("), "\(other)")
        #expect(errors.dropFirst().allSatisfy { $0.contains("b: was revoked: 'arete link pair NAME'") }, "\(other)")
    }

    @Test(
        "a terminal shows the code",
        .enabled(
            if: canCarry && FileManager.default.isExecutableFile(atPath: "/usr/bin/script"),
            "needs libqrencode4, ZBar and script(1): scripts/setup.sh link"))
    func shown() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let result = try run(
            #""$arete" link pair drone -o a >/dev/null; script -qec '"$arete" link pair --show a' typescript </dev/null >/dev/null; cat a"#
        )
        let document = try JSONReader.read(result.output, source: "a")
        guard case .string(let secret)? = document["secret"]?.content else {
            Issue.record("\(result)")
            return
        }
        let lines = try text("typescript").split(whereSeparator: \.isNewline).filter {
            $0.hasPrefix("\u{1b}[38;5;16;48;5;231m")
        }
        let rows = lines.flatMap { line in ["█▀", "█▄"].map { dark in modules(of: line, dark) } }
        let side = 4 * (rows.first?.count ?? 0)
        // Four pixels a module, as a photograph would have.
        let pixels = rows.flatMap { row in
            [[UInt8]](repeating: row.flatMap { [UInt8](repeating: $0, count: 4) }, count: 4).flatMap { $0 }
        }
        let picture = try Image(width: side, height: rows.count * 4, format: .grey, bytes: pixels)
        let found = try CodeReader.search(picture, format: .qr).texts
        #expect(lines.count == 23 && found.count == 1 && found[0].contains(secret.uppercased()))
        // Whoever reads the command's words or the log learns nothing.
        #expect(!(try text("typescript")).lowercased().contains(secret.prefix(16)))
    }

    private func modules(of line: Substring, _ dark: String) -> [UInt8] {
        line.filter { "█▀▄ ".contains($0) }.map { dark.contains($0) ? 0 : 255 }
    }

    /// Ten objects and alerts a second.
    private func write(_ name: String, seconds: Int) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let lines = (0..<10 * seconds).flatMap { index -> [String] in
            let head = #"{"source": "c", "time": \#(Double(index) / 10), "#
            let box = #""box": {"x": 10, "y": 20, "width": 30, "height": 60}"#
            return [
                head
                    + #""width": 640, "height": 480, "tracks": [{"id": \#(index), "class": 1, "score": 0.9, \#(box)}]}"#,
                head + #""event": "zone", "track": {"id": \#(index)}}"#,
            ]
        }
        try (lines.joined(separator: "\n") + "\n").write(
            to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }

    @Test(
        "a station that runs takes up what is added, rotated, revoked and removed, and answers each sender with what it has"
    )
    func live() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try write("r.jsonl", seconds: 4)
        let port = 26_000 + Int(getpid()) % 20_000
        let replay = #""$arete" link replay r.jsonl --to udp:127.0.0.1:\#(port) --rate 3000 --json"#
        let result = try run(
            """
            mkdir all; pairing=all/drone.pairing
            "$arete" station --listen udp:127.0.0.1:\(port) --pairing all --store store --no-page --json >told 2>log & id=$!
            sleep 0.5; "$arete" link pair drone -o $pairing >/dev/null; cp $pairing p; sleep 1.5
            send() { \(replay) --pairing p --spool spool --patience $1 >$2; }
            send 20 first & sender=$!; sleep 1.5; "$arete" link pair --rotate $pairing >/dev/null; wait $sender
            send 20 old; cp $pairing p; send 20 new; cp $pairing kept
            send 1 cut & sender=$!; sleep 2; "$arete" link pair --revoke $pairing >/dev/null; wait $sender
            echo "{" >all/broken.pairing; "$arete" link pair other -o all/other.pairing >/dev/null; sleep 1.5
            cp all/other.pairing p; \(replay) --pairing p --spool spool2 --patience 20 >other
            rm $pairing; sleep 1.5; cp kept p; send 0 gone; kill $id; wait $id
            for run in first old new cut other gone; do tail -n 1 $run; done
            """)
        let lines = result.output.split(separator: "\n")
        try #require(result.status == 0 && lines.count == 6, "\(result)")
        for (place, isDone) in [true, true, true, false, true, false].enumerated() {
            #expect(lines[place].contains(#""waiting": 0,"#) == isDone, "\(place): \(result)")
        }
        #expect(try text("cut").contains(#""acknowledged""#))
        let log = try text("log").split(separator: "\n").map(String.init)
        let broken = log.filter { $0.contains("broken.pairing") }
        #expect(broken.count == 1, "\(log)")
        let changes = log.dropFirst().dropLast().filter { !$0.contains("broken.pairing") }
        #expect(
            changes == [
                "arete: drone: is paired",
                "arete: drone: has another secret; the one before opens packets until the next rotation",
                "arete: drone: was revoked, and its packets are refused", "arete: other: is paired",
                "arete: drone: is paired no more",
            ], "\(log)")
        // Of the two that were cut off: the first as what it is, the second as a stranger.
        let counts = try #require(log.last)
        #expect(
            log[0].hasSuffix("for nobody yet") && counts.contains(" revoked") && counts.contains(" forged"), "\(log)")
    }
}
